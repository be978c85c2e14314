"""What a report says, in which order, and what it leaves out when room is short."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest

from gate.model import Change, Clock, Level, Metric, Outcome, Result, Source, VerdictKind
from gate.report.view import cut, lines, view_of
from tests.golden.results import (
    CASES,
    limits,
    lost,
    many,
    measured,
    proved,
    regressed,
    result,
    unchanged,
)


def _names(rows: Any) -> list[str]:
    return [row["name"] for row in rows["shown"]]


def test_rows_are_ordered_by_what_matters() -> None:
    """Regressions by size, then what is lost, improved, open, accepted, new, and the rest."""
    warning = limits(Level.WARN)
    rows = [
        proved("proved"),
        unchanged("unchanged"),
        lost("new", Outcome.NEW, ""),
        measured("accepted", Outcome.ACCEPTED, (0.1, 0.1, 0.1), message=""),
        measured("open", Outcome.INCONCLUSIVE, (0.01, -0.1, 0.1), message=""),
        measured("faster", Outcome.IMPROVED, (-0.1, -0.2, -0.05), message=""),
        measured("fastest", Outcome.IMPROVED, (-0.5, -0.6, -0.4), message=""),
        lost("broken", Outcome.BROKEN, ""),
        lost("missing", Outcome.MISSING, ""),
        measured("warned", Outcome.REGRESSED, (9.0, 8.0, 10.0), message="", threshold=warning),
        regressed("slow", (0.1, 0.09, 0.11)),
        regressed("slowest", (0.2, 0.19, 0.21)),
    ]
    view = view_of(result(*rows))
    important = ["slowest", "slow", "warned", "missing", "broken"]

    assert _names(view["everything"]) == [
        *important,
        *["fastest", "faster", "open", "accepted", "new", "unchanged", "proved"],
    ]
    assert _names(view["attention"]) == [*important, "accepted"]
    assert _names(view["improved"]) == ["fastest", "faster"]
    assert _names(view["undecided"]) == ["open"]


def test_a_slowdown_from_nothing_is_the_largest() -> None:
    """No factor is larger than from zero to something."""
    endless = Change(point=math.inf, low=math.inf, high=math.inf)
    grown = dataclasses.replace(regressed("grown", (0.1, 0.1, 0.1)), change=endless, base=0.0)
    view = view_of(result(regressed("slow", (5.0, 4.0, 6.0)), grown))

    assert _names(view["attention"]) == ["grown", "slow"]
    assert view["attention"]["shown"][0]["change"] == "—"


def test_what_is_not_judged_is_not_called_undecided() -> None:
    """A benchmark whose level is off asks nothing of the reader."""
    off = limits(Level.OFF)
    row = measured("off", Outcome.INCONCLUSIVE, (0.1, 0, 0.2), message="", threshold=off)
    view = view_of(result(row))

    assert view["undecided"]["total"] == 0
    assert view["everything"]["shown"][0]["allowed"] == ""


@pytest.mark.parametrize(
    ("verdict", "status", "outcome", "advice"),
    [
        (VerdictKind.PASS, 0, Outcome.UNCHANGED, "Nothing to do."),
        (VerdictKind.PASS, 0, Outcome.REGRESSED, "only warns"),
        (VerdictKind.INCONCLUSIVE, 0, Outcome.INCONCLUSIVE, "more time"),
        (VerdictKind.INCONCLUSIVE, 5, Outcome.INCONCLUSIVE, "counts an open question"),
        (VerdictKind.FAIL, 1, Outcome.REGRESSED, "fast again"),
        (VerdictKind.FAIL, 4, Outcome.MISSING, "Bring back"),
        (VerdictKind.FAIL, 4, Outcome.BROKEN, "Repair"),
        (VerdictKind.ERROR, 4, Outcome.NEW, "never passes"),
        (VerdictKind.ERROR, 2, Outcome.NEW, "configuration"),
        (VerdictKind.ERROR, 3, Outcome.NEW, "installation"),
        (VerdictKind.ERROR, 70, Outcome.NEW, "defect of perf-gate"),
        (VerdictKind.ERROR, 130, Outcome.NEW, "Run again"),
    ],
)
def test_the_headline_says_what_to_do(
    verdict: VerdictKind, status: int, outcome: Outcome, advice: str
) -> None:
    """Each exit status has its own advice, and status 4 one for each of its causes."""
    row = lost("x", outcome, "")
    view = view_of(result(row, verdict=verdict, exit_status=status, reason="Because."))

    assert advice in view["headline"]["advice"]
    assert view["headline"]["text"].endswith(": because")


def test_a_report_among_several_says_which_it_is() -> None:
    """The usual report is not named."""
    named = view_of(CASES["all_well"], report_id="backend")["headline"]["text"]
    usual = view_of(CASES["all_well"])["headline"]["text"]

    assert named == "Performance (backend) passed: none of 4 benchmarks regressed"
    assert usual == "Performance passed: none of 4 benchmarks regressed"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("all_well", "in 5 pairs of processes"),
        ("regression", "in 5 to 15 pairs of processes"),
        ("nothing_measured", "nothing is known about speed"),
    ],
)
def test_trust_is_one_sentence(case: str, said: str) -> None:
    """How it was measured, or that it was not."""
    trust = view_of(CASES[case])["trust"]

    assert said in trust
    assert trust.count(". ") == 0


def test_a_run_in_which_all_was_proved_says_so() -> None:
    """No stopwatch, no noise floor."""
    assert "very same instructions" in view_of(result(proved("a"), proved("b")))["trust"]


def test_unknown_noise_is_left_out() -> None:
    """A sentence does not contain a dash where a number belongs."""
    known = CASES["all_well"]
    noise = dataclasses.replace(
        known.judgement.noise, floor=math.inf, smallest_detectable=None, false_failure=0.0
    )
    judgement = dataclasses.replace(known.judgement, noise=noise)
    trust = view_of(dataclasses.replace(known, judgement=judgement))["trust"]

    assert "—" not in trust
    assert "noise floor" not in trust


def test_results_and_benchmarks_are_counted_apart() -> None:
    """Two metrics of one benchmark are two results."""
    memory = measured("a", Outcome.UNCHANGED, (0, 0, 0), message="", metric=Metric.MEMORY)
    view = view_of(result(unchanged("a"), memory, proved("b")))

    assert view["tally"] == "3 results of 2 benchmarks: 3 unchanged (1 by proof)."


@pytest.mark.parametrize(
    ("source", "metric", "clock", "kind"),
    [
        (Source.PYTEST, Metric.TIME, Clock.CPU, ""),
        (Source.PYTEST, Metric.TIME, Clock.WALL, "wall time"),
        (Source.IMPORT, Metric.MEMORY, None, "import, memory"),
    ],
)
def test_only_the_unusual_is_said(source: Source, metric: Metric, clock: Clock, kind: str) -> None:
    """The CPU time of a test needs no words."""
    row = measured(
        "x", Outcome.UNCHANGED, (0, 0, 0), message="", source=source, metric=metric, clock=clock
    )

    assert view_of(result(row))["everything"]["shown"][0]["kind"] == kind


def test_a_message_does_not_repeat_the_columns() -> None:
    """The change and its interval stand beside it."""
    message = "+12.4% (+11.8% to +13.1%) in CPU time, more than tolerated"
    row = measured("x", Outcome.REGRESSED, (0.124, 0.118, 0.131), message=message)

    shown = view_of(result(row))["attention"]["shown"][0]
    assert shown["message"] == "in CPU time, more than tolerated"


def test_a_working_tree_is_reproduced_without_head() -> None:
    """Uncommitted changes have no name."""
    view = view_of(CASES["working_tree"])
    head = next(fact["text"] for fact in view["facts"] if fact["label"] == "Head")

    assert head == "working tree (b70d15e8b70d and uncommitted changes)"
    assert all("--head" not in command for command in view["reproduce"])


def test_without_revisions_there_is_nothing_to_reproduce() -> None:
    """A run that failed before it knew them says so by silence."""
    view = view_of(dataclasses.replace(CASES["all_well"], revisions=None))

    assert view["reproduce"] == []
    assert [fact["label"] for fact in view["facts"]] == ["Machine", "System", "Time"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_view_is_plain_data(case: Result) -> None:
    """It survives JSON, so that a template can be rendered in another process."""
    view = view_of(case)

    assert json.loads(json.dumps(view)) == view


def test_the_least_important_lines_go_first() -> None:
    """Rows above the fold outlive the full table, and the count of the others is told."""
    view = view_of(CASES["notices"])
    assert lines(view) == 8

    kept = cut(view, 5, "in the summary")
    assert [len(kept[name]["shown"]) for name in ("notices", "differences", "everything")] == [
        2,
        2,
        1,
    ]
    assert kept["everything"]["more"] == "3 more in the summary"
    assert cut(view, 3, "elsewhere")["everything"]["more"] == "4 more elsewhere"
    assert cut(view, 0, "elsewhere")["notices"]["shown"] == []
    assert cut(view, 8, "elsewhere") == view
    assert view == view_of(CASES["notices"])


def test_above_the_fold_there_are_a_dozen_rows_at_most() -> None:
    """A reader has ten seconds; the others are in the full table."""
    attention = view_of(many(2_000))["attention"]

    assert len(attention["shown"]) == 12
    assert attention["more"] == "188 more in the full table"
