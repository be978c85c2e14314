"""What each pair showed goes into the document and comes back; older documents lack it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from gate.errors import UsageError
from gate.judge import judge
from gate.model import Measurements, Paired
from gate.report.documents import dumps, loads
from tests.golden.results import regressed, result
from tests.samples import THRESHOLD, sample

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(files("gate").joinpath("schemas/result.json").read_text("utf-8"))
)


def _text(paired: Paired | None) -> str:
    return dumps(result(replace(regressed("x", (0.05, 0.04, 0.06)), paired=paired)))


def _row(text: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(text)["benchmarks"][0]
    return row


def test_pairs_are_fractions_to_a_thousandth_of_a_percent() -> None:
    """Those that confirmed apart from those that screened, in the order of measuring."""
    paired = Paired(screening=(math.log(1.0123456), -math.log(2)), confirming=(0.0,))

    assert _row(_text(paired))["paired"] == {"screening": [0.01235, -0.5], "confirming": [0.0]}


def test_a_document_with_pairs_is_valid_and_stays_the_same() -> None:
    """Read and written again, byte for byte."""
    text = _text(Paired(screening=(0.0123456, -0.5, 3.0), confirming=(1e-9,)))

    VALIDATOR.validate(json.loads(text))
    assert dumps(loads(text)) == text


def test_what_no_number_can_say_is_left_out() -> None:
    """A factor without end, and one of nothing."""
    text = _text(Paired(screening=(math.inf, -math.inf, 1000.0, -20.0, 0.0)))

    VALIDATOR.validate(json.loads(text))
    assert _row(text)["paired"]["screening"] == [0.0]


def test_a_document_of_before_pairs_were_kept_is_read() -> None:
    text = _text(None)

    assert "paired" not in _row(text)
    assert loads(text).judgement.findings[0].paired is None


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda row: row.update(paired=None), "paired"),
        (lambda row: row["paired"].pop("confirming"), "paired.confirming"),
        (lambda row: row["paired"].update(surprise=[]), "paired.surprise"),
        (lambda row: row["paired"]["screening"].append(-1), r"paired.screening\[1\]"),
        (lambda row: row["paired"]["screening"].append("0"), r"paired.screening\[1\]"),
        (lambda row: row["paired"]["screening"].append(None), r"paired.screening\[1\]"),
    ],
)
def test_wrong_pairs_are_refused_with_their_place(
    edit: Callable[[dict[str, Any]], object], said: str
) -> None:
    """By our decoder and by the schema alike."""
    document = json.loads(_text(Paired(screening=(0.01,), confirming=(0.02,))))
    edit(document["benchmarks"][0])

    assert not VALIDATOR.is_valid(document)
    with pytest.raises(UsageError, match=said):
        loads(json.dumps(document))


def test_the_judge_keeps_what_the_pairs_showed() -> None:
    """All of them, those of the extension among those that screened."""
    one = sample("x", screen=(0.01, 0.02), extend=(0.03,), confirm=(0.04, 0.05))
    judged = judge(Measurements(samples=(one,)), lambda _, __: THRESHOLD)
    paired = judged.findings[0].paired
    assert paired is not None

    assert paired.screening == pytest.approx((0.01, 0.02, 0.03))
    assert paired.confirming == pytest.approx((0.04, 0.05))
