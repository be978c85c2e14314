"""The rows of the page: what they are sorted by, and what is drawn in and below them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gate.model import Against, Change, Outcome, Result, Yardstick
from gate.page.rows import GLYPH_WIDTH, Glyph, details_of, lines_of, reach_of, tiles_of
from gate.report.view import view_of
from tests.golden.results import CASES, lost, measured, proved, regressed, result
from tests.unit.page.examples import crowd, paired


def _glyph(low: float, point: float, high: float) -> Glyph | None:
    row = regressed("x", (0.05, 0.04, 0.06))
    row = replace(row, change=Change(point=point, low=low, high=high))
    return lines_of(view_of(result(row)), result(row), {})[0]["glyph"]


def test_changes_are_drawn_on_one_scale_with_zero_in_the_middle() -> None:
    """Which ends at three times the change that must be found."""
    reach = reach_of(result(regressed("x", (0.05, 0.04, 0.06))))
    mark = _glyph(-reach, 0.0, reach / 2)

    assert reach == pytest.approx(math.log1p(0.09))
    assert mark is not None
    assert (mark["low"], mark["point"], mark["high"]) == (0, GLYPH_WIDTH / 2, GLYPH_WIDTH * 0.75)
    assert mark["beyond"] == ""


@pytest.mark.parametrize(("point", "side"), [(2.0, "right"), (-2.0, "left"), (math.inf, "right")])
def test_what_is_off_the_scale_is_an_arrow(point: float, side: str) -> None:
    """A factor of seven would press all other rows flat."""
    mark = _glyph(-math.inf, point, math.inf)

    assert mark is not None
    assert mark["beyond"] == side


def test_without_thresholds_the_scale_is_the_usual_one() -> None:
    assert reach_of(result()) == pytest.approx(math.log1p(0.09))


def test_what_was_not_measured_has_nothing_to_draw() -> None:
    """No interval, no pairs; and a proof is no measurement."""
    shown = result(lost("gone", Outcome.MISSING, "base has it"), proved("same"))
    lines = lines_of(view_of(shown), shown, {})
    details = details_of(view_of(shown), shown, {})

    assert [line["glyph"] for line in lines] == [None, None]
    assert [detail["caption"] for detail in details] == ["", ""]
    assert [detail["change"] for detail in details] == [None, None]


def test_pairs_are_percentages_in_the_order_of_measuring() -> None:
    """Those that screened apart from those that confirmed, and both are counted."""
    shown = paired(result(regressed("x", (0.05, 0.04, 0.06))))
    detail = details_of(view_of(shown), shown, {})[0]
    kept = shown.judgement.findings[0].paired
    assert kept is not None

    assert len(detail["screening"]) == 5
    exact = [100 * math.expm1(one) for one in kept.confirming]
    assert detail["confirming"] == pytest.approx(exact, abs=0.001)
    assert "5 pairs that screened" in detail["caption"]
    assert "10 fresh pairs that confirmed" in detail["caption"]


def test_ends_that_nobody_knows_are_null() -> None:
    """Not minus a hundred percent."""
    row = measured("x", Outcome.INCONCLUSIVE, (0.1, 0.1, 0.1), message="")
    row = replace(row, change=Change(point=0.0, low=-math.inf, high=math.inf))
    shown = result(row)

    assert details_of(view_of(shown), shown, {})[0]["change"] == (0.0, None, None)


@pytest.mark.parametrize("case", [*CASES.values(), crowd(30)])
def test_the_tiles_count_all_rows_in_the_order_of_the_table(case: Result) -> None:
    lines = lines_of(view_of(case), case, {})
    tiles = tiles_of(lines)

    assert sum(count for _, _, count in tiles) == len(lines)
    assert [name for name, _, _ in tiles] == list(
        dict.fromkeys(line["text"]["outcome"] for line in lines)
    )


def test_what_stored_runs_and_the_last_release_say_is_told_in_the_opened_row() -> None:
    change = Change(point=0.05, low=0.02, high=0.08)
    stored = Against(what=Yardstick.STORED, change=change, count=30, slower=True)
    release = Against(what=Yardstick.RELEASE, change=change, count=9, slower=False)
    row = replace(regressed("x", (0.05, 0.04, 0.06)), against=(stored, release))

    (detail,) = details_of(view_of(result(row)), result(row), {})

    facts = dict(detail["facts"])
    assert facts["Stored runs"] == (
        "slower than usual, +5.13% (+2.02% to +8.33%) against 30 stored runs of this machine"
    )
    assert facts["Last release"] == "+5.13% (+2.02% to +8.33%) against the last release"
