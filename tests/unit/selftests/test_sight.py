"""What counts as behaving: the table of the selftest's own verdicts."""

from __future__ import annotations

import math

import pytest

from gate.errors import ExitStatus
from gate.model import Level, Outcome, Source
from gate.selftests.kinds import Kind
from gate.selftests.sight import Planting, Sight, Trial, green, own_rows, red
from tests.unit.selftests.rows import result, row

REGRESSED, INCONCLUSIVE = Outcome.REGRESSED, Outcome.INCONCLUSIVE
UNCHANGED, IMPROVED, BROKEN = Outcome.UNCHANGED, Outcome.IMPROVED, Outcome.BROKEN
FOUND, UNSURE, MISSED = Sight.FOUND, Sight.UNSURE, Sight.MISSED


def _seen(
    outcome: Outcome,
    size: float,
    *,
    sees: float | None = 0.02,
    kind: Kind = Kind.LOOP,
    level: Level = Level.ERROR,
    max_change: float = 0.03,
    blind: str = "",
) -> Sight:
    one = row("a", outcome, sees=sees, level=level, max_change=max_change)
    trial = red(
        "what",
        Planting(kind=kind, share=size),
        {"a": math.log1p(size)},
        frozenset({"a"}),
        result(one, blind=blind),
    )
    return trial.seen[0].sight


@pytest.mark.parametrize(
    ("outcome", "size", "sees", "expected"),
    [
        (REGRESSED, 0.03, 0.02, FOUND),
        (REGRESSED, 0.10, None, FOUND),
        (INCONCLUSIVE, 0.03, 0.01, UNSURE),
        (INCONCLUSIVE, 0.05, 0.02, MISSED),
        (INCONCLUSIVE, 0.05, 0.049, UNSURE),
        (INCONCLUSIVE, 0.10, 0.11, UNSURE),
        (INCONCLUSIVE, 0.10, None, UNSURE),
        (UNCHANGED, 0.03, 0.02, UNSURE),
        (UNCHANGED, 0.05, 0.02, MISSED),
        (UNCHANGED, 0.05, 0.20, MISSED),
        (IMPROVED, 0.10, 0.02, MISSED),
        (BROKEN, 0.10, 0.02, UNSURE),
    ],
)
def test_a_slowdown_is_missed_where_it_could_be_seen_or_is_denied(
    outcome: Outcome, size: float, sees: float | None, expected: Sight
) -> None:
    assert _seen(outcome, size, sees=sees) is expected


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [(Kind.SLEEP, 0.10, UNSURE), (Kind.SLEEP, 0.25, MISSED), (Kind.THREAD, 0.10, MISSED)],
)
def test_short_waits_may_be_inconclusive(kind: Kind, size: float, expected: Sight) -> None:
    assert _seen(INCONCLUSIVE, size, kind=kind) is expected


def test_a_short_wait_may_not_be_called_unchanged() -> None:
    assert _seen(UNCHANGED, 0.10, kind=Kind.SLEEP) is MISSED


def test_nothing_is_expected_of_a_run_that_says_it_is_blind() -> None:
    assert _seen(INCONCLUSIVE, 0.10, blind="too much noise") is UNSURE


def test_nothing_is_expected_of_rows_that_are_not_judged() -> None:
    assert _seen(INCONCLUSIVE, 0.10, level=Level.OFF) is UNSURE


def test_the_target_s_own_rules_say_what_unchanged_means() -> None:
    assert _seen(UNCHANGED, 0.10, max_change=0.20) is UNSURE


def _planted(*outcomes: tuple[str, Outcome], reached: str = "ab") -> Trial:
    rows = [row(name, outcome) for name, outcome in outcomes]
    sizes = {"a": math.log1p(0.10)}
    planting = Planting(kind=Kind.LOOP, share=0.10)
    return red("what", planting, sizes, frozenset(reached), result(*rows, status=1))


def test_blaming_what_the_change_cannot_have_slowed_is_misbehaving() -> None:
    trial = _planted(("a", REGRESSED), ("c", REGRESSED))

    assert trial.blamed == ("c",)
    assert not trial.behaved


def test_a_row_that_reaches_the_function_may_be_blamed_though_its_size_is_unknown() -> None:
    trial = _planted(("a", REGRESSED), ("b", REGRESSED))

    assert trial.blamed == ()
    assert trial.behaved
    assert trial.found == 1


def test_a_row_that_is_not_there_was_not_found() -> None:
    trial = _planted(("b", UNCHANGED))

    assert (trial.found, trial.seen[0].sight, trial.behaved) == (0, UNSURE, True)


@pytest.mark.parametrize(
    ("outcome", "status", "behaved"),
    [
        (UNCHANGED, ExitStatus.PASS, True),
        (IMPROVED, ExitStatus.PASS, True),
        (INCONCLUSIVE, ExitStatus.INCONCLUSIVE, True),
        (UNCHANGED, ExitStatus.REGRESSED, False),
        (REGRESSED, ExitStatus.REGRESSED, False),
        (REGRESSED, ExitStatus.PASS, False),
    ],
    ids=["pass", "faster", "unsure", "the suite drifts", "red", "red at level warn"],
)
def test_any_red_without_a_change_is_misbehaving(
    outcome: Outcome,
    status: ExitStatus,
    behaved: bool,  # noqa: FBT001
) -> None:
    assert green("nothing", result(row("a", outcome), status=status)).behaved is behaved


@pytest.mark.parametrize(
    ("own", "behaved"), [(UNCHANGED, True), (REGRESSED, False)], ids=["only the suite", "both"]
)
def test_the_suite_may_be_over_its_budget_without_a_change(
    own: Outcome,
    behaved: bool,  # noqa: FBT001
) -> None:
    """Where it runs the target's executor, the shipped budgets hold for that."""
    rows = (row("a", own), row("suite:pool", REGRESSED, source=Source.SUITE))
    assert green("nothing", result(*rows, status=ExitStatus.REGRESSED)).behaved is behaved


def test_the_suite_may_feel_what_was_planted() -> None:
    """What a row of the suite reaches of the target's executor is not known."""
    rows = (row("a", REGRESSED), row("suite:pool", REGRESSED, source=Source.SUITE))
    planting = Planting(kind=Kind.LOOP, share=0.10)
    trial = red("what", planting, {"a": 0.1}, frozenset("a"), result(*rows, status=1))

    assert trial.behaved
    assert list(own_rows(result(*rows))) == ["a"]
