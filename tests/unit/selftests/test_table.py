"""What a selftest says at its end."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from gate.errors import ExitStatus
from gate.model import Outcome
from gate.report.terminal import console
from gate.selftests.kinds import Kind
from gate.selftests.lab import Place
from gate.selftests.sight import Planting, Trial, green, red
from gate.selftests.table import line_of, print_report, status_of
from gate.selftests.trials import Report, Spot
from tests.unit.selftests.rows import result, row

SPOT = Spot(
    place=Place(file=PurePosixPath("src/thing.py"), qualname="Thing.work"),
    calls={"a": 1.0},
    base_s={"a": 1e-3},
    reached=frozenset({"a", "b"}),
    others=("c",),
)
UNTOUCHED = green("nothing, proof off", result(row("a")))


def _red(outcome: Outcome, *, sees: float = 0.02, other: Outcome = Outcome.UNCHANGED) -> Trial:
    rows = (row("a", outcome, sees=sees), row("c\x1b[2J", other))
    planting = Planting(kind=Kind.LOOP, share=0.10)
    return red(str(planting), planting, {"a": math.log1p(0.10)}, frozenset({"a"}), result(*rows))


FOUND, UNSURE = _red(Outcome.REGRESSED), _red(Outcome.INCONCLUSIVE, sees=0.3)
MISSED = _red(Outcome.UNCHANGED)
BLAMED = _red(Outcome.REGRESSED, other=Outcome.REGRESSED)


def _report(*trials: Trial) -> Report:
    return Report(spot=SPOT, rows=5, trials=(UNTOUCHED, *trials))


def _said(report: Report) -> str:
    out = io.StringIO()
    print_report(report, console(out, {}, width=120))
    return out.getvalue()


@pytest.mark.parametrize(
    ("trials", "status", "verdict"),
    [
        ([FOUND, UNSURE], ExitStatus.PASS, "The gate behaved: 1 of 2 slowdowns found"),
        ([UNSURE], ExitStatus.INCONCLUSIVE, "Nothing is proved: 0 of 1 slowdown found"),
        ([FOUND, MISSED], ExitStatus.REGRESSED, "The gate did NOT behave in 1 of 3 runs"),
        ([BLAMED], ExitStatus.REGRESSED, "The gate did NOT behave in 1 of 2 runs"),
        ([replace(FOUND, red=True)], ExitStatus.REGRESSED, "did NOT behave"),
    ],
    ids=["behaved", "blind", "missed", "blamed", "red"],
)
def test_the_status_and_the_last_line_say_whether_the_gate_behaved(
    trials: list[Trial], status: ExitStatus, verdict: str
) -> None:
    report = _report(*trials)

    assert status_of(report) is status
    assert verdict in _said(report).splitlines()[-1]


def test_each_trial_has_a_line_with_what_was_planted_and_what_was_seen() -> None:
    lines = _said(_report(FOUND, UNSURE)).splitlines()

    assert lines[0] == "Planted into Thing.work (src/thing.py), which 2 of 5 benchmarks reach"
    assert " ".join(lines[2].split()) == "change found planted seen others blamed time"
    assert " ".join(lines[3].split()) == "✓ nothing, proof off green none 3 s"
    assert " ".join(lines[4].split()) == "✓ busy loop +10 % 1 of 1 +10.0% +1.01% none 3 s"


def test_of_several_rows_the_smallest_and_the_largest_are_shown() -> None:
    sizes = {"a": math.log1p(0.10), "b": math.log1p(0.12), "c": math.log1p(0.11)}
    rows = [row(name, Outcome.REGRESSED) for name in sizes]
    planting = Planting(kind=Kind.LOOP, share=0.10)
    trial = red("busy loop", planting, sizes, frozenset(sizes), result(*rows))

    assert "3 of 3  +10.0% to +12.0%  +1.01%" in _said(_report(trial))


def test_what_was_not_found_is_explained() -> None:
    assert "inconclusive, which is allowed: planted +10.0%, sees +30.0%" in _said(_report(UNSURE))
    assert "was missed: unchanged at +10.0%" in _said(_report(MISSED))
    blind = replace(UNSURE, blind="the machine is busy")
    assert "the run was blind, the machine is busy" in _said(_report(blind))


def test_names_are_shown_and_never_obeyed() -> None:
    said = _said(_report(BLAMED))

    assert "\x1b" not in said
    assert "c\\x1b[2J" in said


@pytest.mark.parametrize(
    ("trial", "line"),
    [
        (FOUND, "✓ busy loop +10 %: 1 of 1"),
        (MISSED, "✗ busy loop +10 %: 0 of 1"),
        (UNTOUCHED, "✓ nothing, proof off: green"),
    ],
)
def test_a_trial_that_is_over_is_told_in_one_line(trial: Trial, line: str) -> None:
    assert line_of(trial) == line
