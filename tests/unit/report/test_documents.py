"""``result.json`` is written and read as its schema says, and everything else is refused."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gate
from gate.errors import ExitStatus, UsageError
from gate.model import (
    Benchmark,
    Change,
    Clock,
    Finding,
    Judgement,
    Level,
    Machine,
    Metric,
    Noise,
    Outcome,
    Result,
    Revision,
    Revisions,
    Seconds,
    Source,
    Threshold,
    VerdictKind,
)
from gate.report.documents import dumps, loads, to_json
from gate.report.documents.decode import CAP_BYTES
from gate.report.view import view_of
from tests.golden.results import CASES, many, measured, result

SCHEMA = json.loads((Path(gate.__file__).parent / "schemas" / "result.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

TEXTS = st.text(max_size=12)
AMOUNTS = st.floats(min_value=0, max_value=1e9)
COUNTS = st.integers(min_value=0, max_value=10**6)
LIMITS = st.floats(min_value=1e-4, max_value=3)
COMMITS = st.sampled_from(["0123456789" * 4, "ab" * 32])


@st.composite
def changes(draw: st.DrawFn) -> Change:
    low, point, high = sorted(draw(st.lists(st.floats(-9, 9), min_size=3, max_size=3)))
    low = draw(st.sampled_from([low, -math.inf]))
    return Change(point=point, low=low, high=draw(st.sampled_from([high, math.inf])))


@st.composite
def thresholds(draw: st.DrawFn) -> Threshold:
    tolerate, more = draw(LIMITS), draw(LIMITS)
    budgets = [draw(st.none() | AMOUNTS) for _ in range(2)]
    return Threshold(
        tolerate=tolerate,
        max_change=tolerate + more,
        level=draw(st.sampled_from(Level)),
        max=budgets[0],
        goal=budgets[1],
    )


FINDINGS = st.builds(
    Finding,
    benchmark=st.builds(Benchmark, name=TEXTS, source=st.sampled_from(Source)),
    metric=st.sampled_from(Metric),
    outcome=st.sampled_from(Outcome),
    message=TEXTS,
    unit=st.sampled_from(["s", "B", "count"]),
    clock=st.none() | st.sampled_from(Clock),
    base=st.none() | AMOUNTS,
    head=st.none() | AMOUNTS,
    change=st.none() | changes(),
    proved=st.booleans(),
    pairs=COUNTS,
    smallest_detectable=st.none() | LIMITS,
    threshold=st.none() | thresholds(),
)
REVISIONS = st.builds(Revision, commit=COMMITS, label=TEXTS, dirty=st.booleans())
RESULTS = st.builds(
    Result,
    revisions=st.none() | st.builds(Revisions, base=REVISIONS, head=REVISIONS),
    judgement=st.builds(
        Judgement,
        findings=st.lists(FINDINGS, max_size=4).map(tuple),
        verdict=st.sampled_from(VerdictKind),
        reason=TEXTS,
        exit_status=st.sampled_from(list(map(int, ExitStatus))),
        noise=st.builds(
            Noise,
            floor=LIMITS | st.just(math.inf),
            false_failure=st.floats(0, 1),
            smallest_detectable=st.none() | LIMITS,
        ),
        notices=st.just(()),
    ),
    machine=st.builds(
        Machine, cpu=TEXTS, cores=COUNTS, memory_bytes=COUNTS, system=TEXTS, python=TEXTS
    ),
    seconds=st.builds(Seconds, install=AMOUNTS, measure=AMOUNTS, total=AMOUNTS),
    differences=st.lists(TEXTS, max_size=2).map(tuple),
    notices=st.lists(TEXTS, max_size=2, unique=True).map(tuple),
)


@given(RESULTS)
def test_a_result_survives_the_way_out_and_back(original: Result) -> None:
    """The document fits its schema, is read as the same result, and is written the same again."""
    text = dumps(original)
    VALIDATOR.validate(json.loads(text))

    assert _same(loads(text), original)
    assert dumps(loads(text)) == text


def _same(left: Any, right: Any) -> bool:
    """Compare leaf by leaf, floats by what twelve digits of a fraction keep."""
    if dataclasses.is_dataclass(left):
        names = [each.name for each in dataclasses.fields(left)]
        return all(_same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return left == right or math.isclose(left, right, rel_tol=1e-6, abs_tol=1e-11)
    return bool(left == right)


@pytest.mark.parametrize("case", CASES)
def test_every_report_can_be_rendered_from_the_document(case: str) -> None:
    """Publishing what was measured elsewhere shows exactly what was shown there."""
    assert view_of(loads(dumps(CASES[case]))) == view_of(CASES[case])


def test_changes_are_fractions() -> None:
    """0.124 is +12.4 %, exactly as a person would write it."""
    row = to_json(CASES["regression"])["benchmarks"][0]

    assert row["change"] == {"point": 0.124, "low": 0.118, "high": 0.131}
    assert row["threshold"]["tolerate"] == 0.01
    assert row["smallest_detectable"] == 0.011


def test_infinite_ends_are_null() -> None:
    """JSON has no infinity, and a change from nothing to something is no fraction."""
    row = measured("x", Outcome.INCONCLUSIVE, (0.1, 0.1, 0.1), message="")
    open_ended = Change(point=0.0, low=-math.inf, high=math.inf)
    from_nothing = Change(point=math.inf, low=math.inf, high=math.inf)
    changed = [dataclasses.replace(row, change=each) for each in (open_ended, from_nothing)]
    rows = to_json(result(*changed))["benchmarks"]

    assert [each["change"] for each in rows] == [{"point": 0.0, "low": None, "high": None}, None]
    assert loads(dumps(result(changed[0]))).judgement.findings[0].change == open_ended


def test_the_notices_of_the_judge_and_of_the_run_are_one_list() -> None:
    """Each is told once, the judge's first."""
    judged = dataclasses.replace(CASES["notices"].judgement, notices=("first", "both"))
    told = dataclasses.replace(CASES["notices"], judgement=judged, notices=("both", "last"))

    assert to_json(told)["notices"] == ["first", "both", "last"]
    assert loads(dumps(told)).notices == ("first", "both", "last")


def test_ten_thousand_benchmarks_can_be_read_again() -> None:
    """The document of the largest suite stays below the cap."""
    text = dumps(many(10_000))

    assert len(text) < CAP_BYTES
    assert len(loads(text).judgement.findings) == 10_000


def _document() -> dict[str, Any]:
    return to_json(CASES["regression"])


def _objects(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield place, value
        for key, inner in value.items():
            yield from _objects(inner, f"{place}.{key}")
    elif isinstance(value, list) and value:
        yield from _objects(value[0], f"{place}[0]")


FIELDS = [(place, key) for place, found in _objects(_document()) for key in found]


def _at(document: dict[str, Any], place: str) -> dict[str, Any]:
    return dict(_objects(document))[place]


def _refused(document: Any) -> UsageError:
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(UsageError) as refusal:
        loads(json.dumps(document))
    assert refusal.value.hint
    return refusal.value


@pytest.mark.parametrize(("place", "key"), FIELDS)
def test_a_missing_field_is_refused_by_name(place: str, key: str) -> None:
    """No field is optional: what is unknown is null."""
    document = _document()
    del _at(document, place)[key]

    assert key in str(_refused(document))


@pytest.mark.parametrize(("place", "key"), FIELDS)
@pytest.mark.parametrize("wrong", [{}, [[]], "\x1b[31mwrong", True, -2, 10**400])
def test_a_wrong_value_is_refused_with_its_place(place: str, key: str, wrong: object) -> None:
    """Our decoder refuses everything that the schema refuses, and says where."""
    document = _document()
    _at(document, place)[key] = wrong
    if VALIDATOR.is_valid(document) and wrong != 10**400:
        assert loads(json.dumps(document))
        return
    with pytest.raises(UsageError) as refusal:
        loads(json.dumps(document))

    assert key in str(refusal.value)
    assert "\x1b" not in str(refusal.value)


@pytest.mark.parametrize("place", [place for place, _ in _objects(_document())])
def test_an_unknown_field_is_refused_by_name(place: str) -> None:
    """A field that this version does not know may change what the others mean."""
    document = _document()
    _at(document, place)["surprise"] = 1

    assert "surprise" in str(_refused(document))


def _edited(edit: Callable[[dict[str, Any]], None]) -> str:
    document = copy.deepcopy(_document())
    edit(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "expected an object"),
        ("null", "expected an object"),
        ('{"schema": NaN}', "NaN"),
        ('{"schema": 1, "schema": 1}', "twice"),
        ("[" * 200_000, "not JSON"),
        ('{"schema": ' + "1" * 10_000 + "}", "not JSON"),
        (" " * CAP_BYTES + "{}", "larger than"),
        ("é" * (CAP_BYTES // 2 + 1), "larger than"),
        ('{"schema": 2}', "expected version 1, found 2"),
        (_edited(lambda d: d["seconds"].update(total=math.nan)), "NaN"),
        (
            _edited(lambda d: d["seconds"].update(total=987)).replace("987", "1e999"),
            "seconds.total",
        ),
        (_edited(lambda d: d["benchmarks"][0]["change"].update(low=0.5)), "low <= point"),
        (_edited(lambda d: d["benchmarks"][0]["threshold"].update(tolerate=9)), "max_change"),
        (_edited(lambda d: d["revisions"]["base"].update(commit="HEAD")), "full object name"),
        (_edited(lambda d: d["noise"].update(false_failure=1.5)), "a probability"),
        (_edited(lambda d: d.update(exit_status=7)), "an exit status"),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence(text: str, said: str) -> None:
    """Bad JSON, bombs, impossible numbers and contradictions end in a UsageError, not a crash."""
    with pytest.raises(UsageError, match=said):
        loads(text)
