"""The first run of a gate, and goals that were reached."""

from __future__ import annotations

from dataclasses import replace

from gate.model import Outcome, Result, VerdictKind
from tests.golden.results import URL, limits, lost, measured, result
from tests.golden.suite_rows import SUITE

FURTHER: dict[str, Result] = {
    "first_run": result(
        *(
            lost(
                f"{URL}{name}", Outcome.NEW, "only head has it: there is nothing to compare it with"
            )
            for name in ("test_parse[short]", "test_parse[long]", "test_quote")
        ),
        verdict=VerdictKind.ERROR,
        reason="Nothing was measured: every benchmark is new, base has none to compare with.",
        exit_status=4,
        notices=("base has no .perf-gate.yml yet: the rules are those of head",),
    ),
    "goals_reached": result(
        measured(
            f"{URL}test_parse[long]",
            Outcome.IMPROVED,
            (-0.3, -0.31, -0.29),
            message="in CPU time: faster; reaches the goal of 10 µs",
            threshold=replace(limits(maximum=20e-6), goal=10e-6),
        ),
        measured(
            f"{URL}test_split",
            Outcome.UNCHANGED,
            (0.001, -0.004, 0.006),
            message="below +3.00%; reaches the goal of 15 µs",
            threshold=replace(limits(), goal=15e-6),
        ),
        *SUITE[1:6],
        reason="None of 7 benchmarks regressed; 2 improved.",
    ),
}
