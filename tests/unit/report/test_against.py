"""What head is held against besides base: in the document, read again, and told above the fold."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import gate
from gate.errors import UsageError
from gate.model import Against, Change, Finding, Result, Yardstick
from gate.report.documents import dumps, loads, to_json
from gate.report.words import trust
from tests.golden.results import CASES

SCHEMA = json.loads((Path(gate.__file__).parent / "schemas" / "result.json").read_text("utf-8"))
STORED = Against(
    what=Yardstick.STORED, change=Change(point=0.1, low=0.05, high=0.15), count=12, slower=True
)
RELEASE = replace(STORED, what=Yardstick.RELEASE, slower=False)


def told(*against: Against, **changes: object) -> Result:
    """A result whose first row is held against something."""
    plain = next(one for one in CASES.values() if one.judgement.findings)
    first, *others = plain.judgement.findings
    row: Finding = replace(first, against=against, **changes)  # type: ignore[arg-type]
    return replace(plain, judgement=replace(plain.judgement, findings=(row, *others)))


def test_it_survives_the_way_out_and_back() -> None:
    result = told(STORED, RELEASE)

    jsonschema.Draft202012Validator(SCHEMA).validate(to_json(result))
    (back, *_) = loads(dumps(result)).judgement.findings

    assert [one.what for one in back.against] == [Yardstick.STORED, Yardstick.RELEASE]
    assert back.against[0].change.point == pytest.approx(0.1)


def test_a_document_without_it_is_read_as_ever() -> None:
    result = told()

    assert all("against" not in row for row in to_json(result)["benchmarks"])
    assert loads(dumps(result)).judgement.findings[0].against == ()


def test_a_change_beyond_all_numbers_is_left_out() -> None:
    endless = replace(STORED, change=Change(point=1e6, low=-math.inf, high=math.inf))

    assert "against" not in to_json(told(endless))["benchmarks"][0]


def test_an_unknown_yardstick_is_refused() -> None:
    document = to_json(told(STORED))
    document["benchmarks"][0]["against"][0]["what"] = "moon"

    with pytest.raises(UsageError, match="expected one of stored, release"):
        loads(json.dumps(document))


def test_a_warning_stands_beside_what_is_said_of_trust() -> None:
    said = trust(told(STORED, RELEASE))

    assert said == (
        f"{trust(told())} 1 of 1 benchmark looks slower than its stored runs: see the notices."
    )


def test_head_without_base_is_not_called_unmeasured() -> None:
    result = told(replace(STORED, slower=False), pairs=0, proved=False)
    alone = replace(
        result, judgement=replace(result.judgement, findings=result.judgement.findings[:1])
    )

    assert trust(alone).startswith("Head was measured without base")
