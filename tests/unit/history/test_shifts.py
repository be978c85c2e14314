"""Shifts of a level are found where they are, with their size, and each is news once."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from gate.history.look import look, news
from gate.history.series import Shift
from gate.history.shifts import cut, unseen
from tests.unit.history.drawing import levels, series, trend

FIVE = math.log(1.05)
OTAVA = Path(__file__).with_name("otava.jsonl").read_text().splitlines()


def shifts(values: list[float]) -> tuple[Shift, ...]:
    return look(series(values)).shifts


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("percent", [-10, -5, 5, 10])
def test_a_shift_has_a_place_and_a_size(seed: int, percent: int) -> None:
    size = math.log1p(percent / 100)

    (found,) = shifts(levels(seed, (40, 0.0), (25, size)))

    assert abs(found.index - 40) <= 1
    assert found.change.low < size < found.change.high
    assert found.change.high - found.change.low < 0.03
    assert found.confidence > 0.99
    assert 42 <= found.shown_by <= 48


@pytest.mark.parametrize("seed", range(8))
def test_levels_lie_between_the_shifts(seed: int) -> None:
    found = look(series(levels(seed, (30, 0.0), (30, 0.1), (30, 0.02))))

    assert [(one.start, one.stop) for one in found.levels] == [
        (0, found.shifts[0].index),
        (found.shifts[0].index, found.shifts[1].index),
        (found.shifts[1].index, 90),
    ]
    assert [one.value for one in found.levels] == pytest.approx(
        [1e-3, 1e-3 * math.exp(0.1), 1e-3 * math.exp(0.02)], rel=0.008
    )


def test_a_slope_is_told_from_a_step() -> None:
    """A level that slides is cut into steps, which are called gradual; true steps are not."""
    steps = [one for seed in range(20) for one in shifts(levels(seed, (40, 0.0), (40, 0.03)))]
    slides = [shifts(trend(seed, 80, 0.04)) for seed in range(20)]

    assert len(steps) >= 18
    assert sum(one.gradual for one in steps) <= 1
    assert sum(any(one.gradual for one in found) for found in slides) >= 12


@pytest.mark.parametrize("seed", range(20))
def test_noise_shows_nothing(seed: int) -> None:
    assert shifts(levels(seed, (120, 0.0))) == ()


@pytest.mark.parametrize("count", range(1, 10))
def test_few_points_show_nothing(count: int) -> None:
    """However large the step is: nobody knows yet what noise looks like here."""
    assert shifts(levels(1, (count, 0.0), (count // 2, 0.05))) == ()


def test_one_or_two_outliers_are_no_level_and_three_alike_are() -> None:
    def with_outliers(count: int) -> list[float]:
        values = levels(5, (80, 0.0))
        return values[:50] + [1.4 * one for one in values[50 : 50 + count]] + values[50 + count :]

    assert shifts(with_outliers(1)) == shifts(with_outliers(2)) == ()
    assert [one.index for one in shifts(with_outliers(5))] == [50, 55]


def test_values_without_any_noise_show_their_step() -> None:
    values = [2e-3] * 20 + [2.1e-3] * 20

    (found,) = shifts(values)

    assert found.index == 20
    assert found.change.point == pytest.approx(FIVE)
    assert found.change.low > 0.04


@pytest.mark.parametrize("seed", range(5))
def test_the_unit_does_not_matter_and_ratios_turn_around(seed: int) -> None:
    values = levels(seed, (40, 0.0), (40, FIVE))

    (plain,) = shifts(values)
    (scaled,) = shifts([1e9 * one for one in values])
    (turned,) = shifts([1e-6 / one for one in values])

    assert scaled.index == turned.index == plain.index
    assert scaled.change.point == pytest.approx(plain.change.point)
    assert turned.change.point == pytest.approx(-plain.change.point)


def test_a_level_that_wanders_is_no_shift() -> None:
    """Neighbours resemble each other: the noise has a memory, which is taken into account."""
    found = 0
    for seed in range(20):
        steps, state, values = levels(seed, (200, 0.0)), 0.0, []
        for step in steps:
            state = 0.7 * state + math.log(step / 1e-3)
            values.append(1e-3 * math.exp(state))
        found += len(shifts(values))

    assert found <= 4


@pytest.mark.parametrize("line", OTAVA, ids=lambda line: json.loads(line)["kind"])
def test_it_finds_what_otava_found_in_the_same_series(line: str) -> None:
    """Recorded by ``python -m study.history --otava PYTHON --record``."""
    recorded = json.loads(line)
    found = [one.index for one in shifts(recorded["values"])]

    assert found == recorded["otava"]
    assert len(found) == (recorded["truth"] is not None)
    assert all(abs(one - recorded["truth"]) <= 1 for one in found)


@pytest.mark.parametrize("seed", range(2))
def test_each_shift_is_news_once(seed: int) -> None:
    values = levels(seed, (30, 0.0), (30, FIVE), (30, 0.0))

    told = [
        (last, one.index)
        for last in range(1, 90)
        for one in news(series(values[: last + 1]), series(values[:last])).shifts
    ]

    assert [abs(index - true) <= 2 for (_, index), true in zip(told, (30, 60), strict=True)]
    assert all(2 <= last - index <= 6 for last, index in told)


def test_a_shift_that_comes_and_goes_is_news_once() -> None:
    """A weak one: it is there after 43 records, and again after 47, 54 and 58 of them."""
    values = levels(17, (30, 0.0), (30, 0.025))
    cuts = [cut(values[:count]) for count in range(1, 61)]

    there = [bool(one.places) for one in cuts]
    comes = [count for count in range(1, 60) if there[count] and not there[count - 1]]
    told = [count for count in range(1, 60) if unseen(cuts[count], cuts[count - 1])]

    assert comes == [43, 47, 54, 58]
    assert told == [43]


def test_the_first_record_of_a_series_is_no_news() -> None:
    fresh = news(series([1e-3]), series([]))

    assert (fresh.shifts, fresh.drift) == ((), None)


def test_a_record_of_an_old_commit_may_complete_a_shift() -> None:
    """What is recorded last need not be the newest commit."""
    after = series(levels(1, (80, 0.0), (3, 0.2)))
    before = replace(after, points=after.points[:81] + after.points[82:])

    (found,) = news(after, before).shifts

    assert found.index == 80
