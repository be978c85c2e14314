"""The Markdown of comment and summary: complete, within its budget, and only ours."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gate.errors import UsageError
from gate.model import Outcome
from gate.report.render import (
    COMMENT_BYTES,
    SUMMARY_BYTES,
    marker,
    render_comment,
    render_summary,
)
from gate.report.view import View, cut, view_of
from tests.golden.cases import ALL
from tests.golden.results import CASES, HOSTILE, lost, many, result

RENDERERS = (render_comment, render_summary)
TAGS = {"br", "code", "details", "pre", "sub", "summary"}
"""All of them are on GitHub's allow-list."""


@pytest.mark.parametrize("render", RENDERERS)
def test_the_marker_is_the_first_line(render: Callable[[View], str]) -> None:
    """The comment is found again by it, and a name cannot forge it."""
    text = render(view_of(CASES["hostile_names"], report_id="back.end-2"))

    assert text.splitlines()[0] == marker("back.end-2") == "<!-- perf-gate: back.end-2 -->"
    assert text.count("<!--") == 1


@pytest.mark.parametrize("report_id", ["", "a b", "a-->", "-x", "é", "x" * 101, "a\n"])
def test_a_report_id_that_could_break_out_is_refused(report_id: str) -> None:
    """It stands inside an HTML comment."""
    with pytest.raises(UsageError, match="report-id"):
        render_comment(view_of(CASES["all_well"], report_id=report_id))


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize("case", ALL)
def test_only_tags_that_github_keeps_are_used(case: str, render: Callable[[View], str]) -> None:
    """No attribute, no other tag: nothing is stripped, and none came from the target."""
    found = re.findall(r"<(?!!--)/?([^>]*)>", render(view_of(ALL[case])))

    assert set(found) <= TAGS


@pytest.mark.parametrize("render", RENDERERS)
def test_hostile_names_do_not_break_the_table(render: Callable[[View], str]) -> None:
    """Each row keeps its line and its cells."""
    text = render(view_of(CASES["hostile_names"]))
    rows = [line for line in text.splitlines() if line.startswith(("| ❌", "| regressed"))]

    assert len(rows) == 2 * len(HOSTILE)
    assert {row.count("|") for row in rows} == {7, 10}


@pytest.mark.parametrize(
    ("render", "count", "budget", "where"),
    [
        (render_comment, 10_000, COMMENT_BYTES, "more in the job summary_"),
        (render_summary, 6_000, SUMMARY_BYTES, "more in result.json_"),
    ],
)
def test_a_large_result_fills_the_budget_and_says_what_is_missing(
    render: Callable[[View], str], count: int, budget: int, where: str
) -> None:
    """Nothing is dropped silently, and no more than has to be."""
    text = render(view_of(many(count)))

    assert 0.99 * budget < len(text.encode()) <= budget
    assert where in text
    assert f"**{count:,} benchmarks: " in text


def test_two_thousand_benchmarks_fit_the_summary() -> None:
    """What the comment cut is really there."""
    text = render_summary(view_of(many(2_000)))

    assert len(text.encode()) <= SUMMARY_BYTES
    assert text.count("| unchanged |") == 1_800


def test_the_longest_sentences_fit_without_any_row() -> None:
    """The budget holds even where all text is as long, and as often escaped, as it can be."""
    nasty = "\U000e0041[@" * 5_000
    rows = [lost(f"{nasty}{index}", Outcome.BROKEN, nasty) for index in range(500)]
    worst = result(*rows, reason=nasty, notices=(nasty,) * 500, differences=(nasty,) * 500)

    assert len(render_comment(view_of(worst)).encode()) <= COMMENT_BYTES


def test_a_section_that_was_cut_to_nothing_says_so() -> None:
    """An empty table with the count of what it lacks, not silence."""
    text = render_comment(cut(view_of(CASES["regression"]), 0, "elsewhere"))

    assert "_3 more elsewhere_" in text
    assert "_6 more elsewhere_" in text


@pytest.mark.parametrize("render", RENDERERS)
def test_layout_leaves_no_holes(render: Callable[[View], str]) -> None:
    """Sections are one blank line apart, whichever of them are empty."""
    for case in ALL.values():
        text = render(view_of(case))

        assert "\n\n\n" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
