"""Histories on a page: the dashboard of a store, and plots that are large or small."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import pytest

from gate.history.series import Drift
from gate.model import Change
from gate.page.board import board_of
from gate.page.html import render_dashboard
from gate.page.traces import NEWEST, SPARK_HEIGHT, SPARK_WIDTH, day, drawn, spark
from tests.golden.results import HOSTILE
from tests.unit.page.examples import MACHINE, START_S, history

MACHINES = {MACHINE: "AMD EPYC, 4 cores"}


def test_what_became_slower_last_comes_first() -> None:
    """By what the last shift did; steady ones are last."""
    told = [
        history("steady", (9, 1.0)),
        history("faster", (9, 1.0), (9, 0.5)),
        history("slower", (9, 1.0), (9, 1.1)),
        history("slowest", (9, 1.0), (9, 0.5), (9, 2.0)),
    ]
    board = board_of(told, MACHINES, "dir:here")

    assert [line["name"] for line in board["lines"]] == ["slowest", "slower", "faster", "steady"]
    assert board["tiles"] == [("slower", "▲", 2), ("faster", "▼", 1), ("steady", "·", 1)]
    assert board["lines"][1]["shift"] == "+10.0%"
    assert board["lines"][1]["between"] == "0000000000..0000000000"
    assert board["lines"][3]["when"] == ""


def test_a_store_without_records_says_so() -> None:
    page = render_dashboard(board_of([], {}, "dir:here"))

    assert "Nothing was recorded yet" in page
    assert "dir:here" in page


def test_names_and_machines_are_text() -> None:
    """They come from the target and from files that anybody may have written."""
    told = [history(name, (5, 1.0), (5, 2.0)) for name in HOSTILE]
    page = render_dashboard(board_of(told, {MACHINE: HOSTILE[0]}, HOSTILE[0]))

    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 4
    assert "\x1b" not in page


def test_drift_since_the_release_is_told() -> None:
    """With its interval, and the commit that it counts from."""
    change = Change(point=math.log(1.05), low=math.log(1.04), high=math.log(1.06))
    told = replace(
        history("x", (9, 1.0)), drift=Drift(since=2, change=change, explained=0.0, shown_by=8)
    )
    facts = dict(board_of([told], MACHINES, "here")["lines"][0]["detail"]["facts"])

    assert facts["Since 0000000000, 2023-11-16"] == "+5.00% (+4.00% to +6.00%)"


def test_a_large_plot_has_its_levels_and_steps_in_places_of_its_own() -> None:
    """Values are in a readable unit, and so are the levels."""
    plot = drawn(history("x", (3, 1e-5), (2, 2e-5)))

    assert plot["unit"] == "µs"
    assert plot["levels"] == [(0, 2, 10.0), (3, 4, 20.0)]
    assert [(one["at"], one["change"]) for one in plot["steps"]] == [(3, "+100%")]
    assert plot["labels"][0] == "0000000000, 2023-11-14"


def test_of_a_long_history_the_newest_part_is_drawn() -> None:
    """Levels and shifts move with it, and what lies before is left out."""
    plot = drawn(history("x", (10, 1.0), (NEWEST - 20, 2.0), (15, 3.0)))

    assert len(plot["values"]) == NEWEST
    assert plot["levels"] == [(0, 4, 1.0), (5, NEWEST - 16, 2.0), (NEWEST - 15, NEWEST - 1, 3.0)]
    assert [one["at"] for one in plot["steps"]] == [5, NEWEST - 15]


@pytest.mark.parametrize("count", [2, 3, 48, 49, 5000])
def test_a_sparkline_stays_in_its_box(count: int) -> None:
    """From the left to the right, however many points there are."""
    line = spark(history("x", (count // 2, 1.0), (count - count // 2, 3.0)))
    assert line is not None
    places = [tuple(map(float, pair.split())) for pair in re.split("[ML]", line["path"])[1:]]

    assert 2 <= len(places) <= 48
    assert places == sorted(places)
    assert all(0 <= x <= SPARK_WIDTH and 0 <= y <= SPARK_HEIGHT for x, y in places)
    assert places[-1] == (line["x"], line["y"])


def test_one_point_makes_no_line() -> None:
    assert spark(history("x", (1, 1.0))) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(START_S, "2023-11-14"), (0, "1970-01-01"), (10**15, "unknown date")]
)
def test_a_clock_may_be_wrong_by_any_amount(seconds: float, text: str) -> None:
    assert day(seconds) == text


def test_the_data_of_the_dashboard_is_parallel_to_its_rows() -> None:
    told = [history(name, (4, 1.0), (4, 2.0)) for name in ("a", "b", "c")]
    board = board_of(told, MACHINES, "here")
    page = render_dashboard(board)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None

    assert len(json.loads(found[1])["details"]) == len(board["lines"]) == 3
