"""The one-pass segmentation is the best of all: as slow ways to find it say, ours and another's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
import ruptures  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.history.segments import Segmentation, segment
from tests.unit.history.drawing import chance

NUMBERS = st.floats(-8, 8).map(lambda value: round(value, 3))
SERIES = st.lists(NUMBERS, min_size=1, max_size=12)


def cost(values: Sequence[float], farthest: float) -> float:
    """The least cost of one level, by trying the mean of each stretch of the sorted values.

    Those within reach of the best level are such a stretch, and the best level is their mean.
    """
    ordered = sorted(values)
    means = [
        sum(ordered[start:stop]) / (stop - start)
        for start in range(len(values))
        for stop in range(start + 1, len(values) + 1)
    ]
    most = farthest * farthest
    return min(sum(min((value - mean) ** 2, most) for value in values) for mean in means)


def naive(values: Sequence[float], price: float, farthest: float) -> float:
    """The least cost of all segmentations, by trying each last level of each beginning."""
    best = [-price]
    for stop in range(1, len(values) + 1):
        best.append(min(best[k] + price + cost(values[k:stop], farthest) for k in range(stop)))
    return best[-1]


def cost_of(found: Segmentation, values: Sequence[float], price: float, farthest: float) -> float:
    """What the levels that were found cost, by the slow way."""
    edges = [0, *reversed([*found.shifts(len(values) - 1)]), len(values)]
    levels = [values[a:b] for a, b in pairwise(edges)]
    return sum(cost(level, farthest) for level in levels) + price * (len(levels) - 1)


@settings(max_examples=40, deadline=None)
@given(SERIES, st.floats(0.1, 30), st.floats(0.5, 6))
def test_no_segmentation_is_cheaper(values: list[float], price: float, farthest: float) -> None:
    found = segment(values, price=price, farthest=farthest)

    best = naive(values, price, farthest)
    assert found.cost == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert cost_of(found, values, price, farthest) == pytest.approx(best, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(SERIES, st.integers(1, 12))
def test_one_pass_knows_the_segmentation_of_each_beginning(values: list[float], stop: int) -> None:
    whole = segment(values, price=5.0, farthest=3.0)
    stop = min(stop, len(values))
    part = segment(values[:stop], price=5.0, farthest=3.0)

    assert whole.starts[:stop] == part.starts


@settings(max_examples=40, deadline=None)
@given(SERIES, st.floats(0.5, 3), st.floats(0.01, 5))
def test_a_level_that_costs_more_than_two_outliers_has_three_points(
    values: list[float], farthest: float, more: float
) -> None:
    found = segment(values, price=2 * farthest**2 + more, farthest=farthest)

    edges = [0, *reversed([*found.shifts(len(values) - 1)]), len(values)]
    assert len(edges) == 2 or min(np.diff(edges)) >= 3


@pytest.mark.parametrize("seed", range(12))
def test_without_outliers_it_finds_what_ruptures_finds(seed: int) -> None:
    rng = chance(seed)
    place, price = rng.randrange(20, 100), rng.uniform(2, 30)
    values = [rng.gauss(3.0 if index >= place else 0.0, 1.0) for index in range(120)]

    found = segment(values, price=price, farthest=math.inf)

    oracle = ruptures.Pelt(model="l2", min_size=1, jump=1).fit(np.array(values))
    assert [*reversed([*found.shifts(119)])] == oracle.predict(pen=price)[:-1]


@pytest.mark.parametrize(
    "changed",
    [lambda values: [-value for value in values], lambda values: [value + 64 for value in values]],
    ids=["upside down", "moved"],
)
def test_places_do_not_depend_on_sign_or_origin(
    changed: Callable[[list[float]], list[float]],
) -> None:
    rng = chance(1)
    values = [rng.gauss(4.0 * (index // 40 % 2), 1.0) for index in range(120)]

    plain = segment(values, price=18.2, farthest=3.0)

    assert segment(changed(values), price=18.2, farthest=3.0).starts == plain.starts
    assert [*plain.shifts(119)] == [80, 40]


def test_ten_thousand_points_keep_few_pieces() -> None:
    """Near-linear: what is held at any time does not grow with the series (by count, not time)."""
    rng = chance(2)
    values = [rng.gauss(0.0, 1.0) for _ in range(10_000)]

    counted = _most_pieces(values)

    assert counted < 60


def _most_pieces(values: list[float]) -> int:
    from gate.history import segments  # noqa: PLC0415 - its inside, for this count alone

    pieces, most, least = [(math.inf, 0.0, 0.0, 0.0, 0)], 0, 0.0
    for index, value in enumerate(values):
        if index:
            pieces = segments._capped(pieces, least + 18.2, index)
        pieces = segments._with_point(pieces, value, 3.0)
        least, _ = segments._least(pieces)
        most = max(most, len(pieces))
    return most
