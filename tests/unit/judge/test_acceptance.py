"""What is intended passes, for a time and up to a size; what the change asks for does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gate.judge import judge
from gate.judge.rows.acceptance import Acceptance, Acceptances, Origin, accept
from gate.model import Ailment, Benchmark, Failure, Measurements, Outcome, VerdictKind
from tests.golden.intended import TODAY, acceptance
from tests.golden.results import limits, lost, regressed, unchanged
from tests.samples import THRESHOLD, around, sample

SLOW = regressed("test_slow", (0.08, 0.07, 0.09))
GONE = lost("test_gone", Outcome.MISSING, "base has it, head does not")
ENOUGH = acceptance("test_slow", 0.1)
ASKED = replace(ENOUGH, origin=Origin.CHANGE)
YESTERDAY = date(2027, 1, 19)


def held(*entries: Acceptance, granted: bool = False, complete: bool = True) -> Acceptances:
    return Acceptances(entries=entries, today=TODAY, granted=granted, complete=complete)


@pytest.mark.parametrize(
    ("acceptances", "outcome", "said"),
    [
        (held(ENOUGH), Outcome.ACCEPTED, "; accepted up to +10.0% until 2027-03-31: validates"),
        (held(ASKED), Outcome.REGRESSED, "; the change itself asks to accept this"),
        (held(ASKED, granted=True), Outcome.ACCEPTED, "by the label perf-gate-accept: validates"),
        (held(acceptance("test_slow", 0.07)), Outcome.REGRESSED, "; more than is accepted, up to"),
        (
            held(replace(ASKED, up_to=0.01), granted=True),
            Outcome.REGRESSED,
            "; more than the change asks to accept, up to +1.01%",
        ),
        (held(replace(ENOUGH, until=TODAY)), Outcome.ACCEPTED, "until 2027-01-20"),
        (
            held(replace(ENOUGH, until=YESTERDAY)),
            Outcome.REGRESSED,
            "; its acceptance ended on 2027-01-19",
        ),
        (held(acceptance("test_slow", missing=True)), Outcome.REGRESSED, "fresh pairs"),
        (held(acceptance("test_other", 0.1)), Outcome.REGRESSED, "fresh pairs"),
        (held(replace(ENOUGH, until=YESTERDAY), ASKED), Outcome.REGRESSED, "asks to accept this"),
        (held(acceptance("test_slow", 0.01), ENOUGH), Outcome.ACCEPTED, "up to +10.0%"),
    ],
)
def test_a_regression_is_accepted_where_it_is_meant(
    acceptances: Acceptances, outcome: Outcome, said: str
) -> None:
    (row,), _ = accept([SLOW], acceptances)

    assert row.outcome is outcome
    assert said in row.message


def test_a_budget_is_lifted_by_no_acceptance() -> None:
    (row,), _ = accept([replace(SLOW, threshold=limits(maximum=1e-6))], held(ENOUGH))

    assert row.outcome is Outcome.REGRESSED
    assert row.message.endswith("; no acceptance lifts a budget")


def test_from_nothing_to_something_has_no_size_that_could_be_accepted() -> None:
    (row,), _ = accept([replace(SLOW, change=None)], held(ENOUGH))

    assert row.outcome is Outcome.REGRESSED


@pytest.mark.parametrize(("missing", "outcome"), [(True, "accepted"), (False, "missing")])
def test_a_removal_is_accepted_only_as_such(outcome: str, *, missing: bool) -> None:
    (row,), _ = accept([GONE], held(acceptance("test_gone", 0.1, missing=missing)))

    assert row.outcome == outcome


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in {"regressed", "missing"}])
def test_nothing_else_is_accepted(outcome: Outcome) -> None:
    """What broke, or could not be decided, was meant by nobody."""
    row = replace(SLOW, outcome=outcome)

    assert accept([row], held(acceptance("*", 0.9, missing=True)))[0] == (row,)


@pytest.mark.parametrize(
    ("acceptances", "notices"),
    [
        (held(ENOUGH), []),
        (held(replace(ENOUGH, until=date(2027, 2, 3))), ["ends on 2027-02-03, in 14 days."]),
        (held(replace(ENOUGH, until=date(2027, 2, 4))), []),
        (held(replace(ENOUGH, until=date(2027, 1, 21))), ["ends on 2027-01-21, in 1 day."]),
        (held(replace(ENOUGH, until=TODAY)), ["ends on 2027-01-20, today."]),
        (held(replace(ENOUGH, until=YESTERDAY)), ["ended on 2027-01-19: remove it."]),
        (held(acceptance("nowhere", 0.1)), ["The acceptance of nowhere matches no benchmark."]),
        (held(acceptance("nowhere", 0.1), complete=False), []),
        (held(ASKED), ["asks to accept a slowdown up to +10.0% of test_slow until 2027-03-31"]),
        (held(replace(ASKED, missing=True)), ["up to +10.0% and its absence of test_slow"]),
        (held(ASKED, granted=True), []),
    ],
)
def test_a_reader_is_told_what_will_matter(acceptances: Acceptances, notices: list[str]) -> None:
    told = accept([SLOW, unchanged("test_still")], acceptances)[1]

    assert len(told) == len(notices)
    assert all(part in one for one, part in zip(told, notices, strict=True))


@pytest.mark.parametrize("entries", [(), (acceptance("*", 0.1, missing=True),)])
def test_what_was_accepted_does_not_fail_the_job(entries: tuple[Acceptance, ...]) -> None:
    """Neither as a regression, nor as a drift of the suite, nor as missing."""
    slow = [sample(f"slow{i}", screen=around(0.05, 5), confirm=around(0.05, 10)) for i in range(5)]
    gone = Failure(benchmark=Benchmark(name="gone"), ailment=Ailment.MISSING)
    measured = Measurements(samples=(*slow, sample("still")), failures=(gone,))

    found = judge(measured, lambda *_: THRESHOLD, acceptances=held(*entries))

    assert found.verdict is (VerdictKind.PASS if entries else VerdictKind.FAIL)
    assert found.exit_status == (0 if entries else 1)
    if entries:
        assert found.reason == "None of 6 benchmarks regressed; 6 accepted."
