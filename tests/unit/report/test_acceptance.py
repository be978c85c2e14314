"""The acceptance table says of every figure of the suite whether it is what it must be."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from gate.model import Benchmark, Finding, Level, Metric, Outcome, Source, Threshold
from gate.report.acceptance import requirements
from gate.report.render import render_comment, render_summary
from gate.report.terminal import console, print_view
from gate.report.view import cut, lines, view_of
from tests.golden.results import change, result


def _row(
    name: str = "suite:pool",
    head: float | None = 4e-4,
    *,
    most: float | None = 1e-3,
    goal: float | None = None,
    outcome: Outcome = Outcome.UNCHANGED,
    level: Level = Level.ERROR,
    source: Source = Source.SUITE,
) -> Finding:
    return Finding(
        benchmark=Benchmark(name=name, source=source),
        metric=Metric.TIME,
        outcome=outcome,
        message="",
        base=5e-4,
        head=head,
        threshold=Threshold(tolerate=0.01, max_change=0.03, level=level, max=most, goal=goal),
    )


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (_row(), "met"),
        (_row(goal=5e-4), "met, and the goal"),
        (_row(goal=3e-4), "met"),
        (_row(most=None, goal=5e-4), "goal met"),
        (_row(most=None, goal=3e-4), "goal missed"),
        (_row(head=2e-3, outcome=Outcome.REGRESSED), "missed"),
        (_row(head=2e-3, outcome=Outcome.INCONCLUSIVE), "open"),
        (_row(head=9e-4, outcome=Outcome.INCONCLUSIVE), "open"),
        (_row(head=4e-4, outcome=Outcome.INCONCLUSIVE), "met"),
        (_row(head=None, outcome=Outcome.BROKEN), "broken"),
    ],
)
def test_the_status_follows_from_what_is_and_what_must_be(row: Finding, status: str) -> None:
    (line,) = requirements([row])

    assert line["status"] == status


def test_each_value_has_a_unit_of_its_own() -> None:
    (line,) = requirements([_row(head=4e-7, goal=5e-4)])

    assert line == {
        "name": "suite:pool",
        "must": "≤ 1.00 ms",
        "goal": "≤ 500 µs",
        "base": "500 µs",
        "actual": "400 ns",
        "status": "met, and the goal",
    }


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.IMPROVED, "met"),
        (Outcome.UNCHANGED, "met"),
        (Outcome.INCONCLUSIVE, "open"),
        (Outcome.REGRESSED, "missed"),
    ],
)
def test_a_row_without_limits_is_held_against_the_change_that_must_be_caught(
    outcome: Outcome, status: str
) -> None:
    moved = change(0.02, 0.01, 0.03)
    row = replace(_row("suite:execution_time", most=None, outcome=outcome), change=moved)
    (line,) = requirements([row])

    assert (line["must"], line["base"], line["actual"]) == ("< +3.05%", "500 µs", "+2.00%")
    assert line["status"] == status


def test_an_executor_that_cannot_be_measured_is_in_the_table() -> None:
    row = _row("suite:executor", head=None, most=None, outcome=Outcome.BROKEN)
    (line,) = requirements([row])

    assert (line["must"], line["actual"], line["status"]) == ("", "", "broken")


def test_only_judged_rows_of_the_suite_are_in_it_in_the_order_of_the_suite() -> None:
    rows = [
        _row("suite:unknown"),
        _row("suite:allocations"),
        _row("suite:pool"),
        _row("suite:pool[bare]", level=Level.OFF),
        _row("tests/a.py::test_a", source=Source.PYTEST),
    ]

    names = [line["name"] for line in requirements(rows)]
    assert names == ["suite:pool", "suite:allocations", "suite:unknown"]


def test_it_is_in_every_report_where_the_suite_ran_and_in_none_where_it_did_not() -> None:
    stream = io.StringIO()
    ran, idle = view_of(result(_row())), view_of(result(_row(source=Source.PYTEST)))
    for view in (ran, idle):
        print_view(view, console(stream, {}, width=80))
    texts = [render_comment(ran), render_summary(ran), stream.getvalue()]

    assert all(text.lower().count("acceptance") == 1 for text in texts)
    assert "Acceptance" not in render_comment(idle)


def test_it_is_cut_as_all_lists_are() -> None:
    hostile = view_of(result(*[_row(f"suite:x<script>{number}") for number in range(2000)]))
    comment = render_comment(hostile)

    assert "<script>" not in comment
    assert len(comment.encode()) <= 60_000
    assert cut(hostile, lines(hostile), "elsewhere") == hostile
