"""P-values and bounds: against scipy, and agreeing with each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from gate.stats.estimate import Estimate, bounds, p_greater, p_less
from gate.stats.moderation import moderate
from gate.stats.robust import locate

VALUES = [0.012, 0.018, 0.009, 0.021, 0.015]


def test_p_values_are_those_of_the_t_test() -> None:
    estimate = moderate(locate(VALUES), None)

    for x in (0.0, 0.01, 0.015, 0.03):
        greater = stats.ttest_1samp(VALUES, x, alternative="greater").pvalue
        assert p_greater(estimate, x) == pytest.approx(greater, rel=1e-9)
        assert p_less(estimate, x) == pytest.approx(1 - greater, rel=1e-9)


def test_bounds_are_those_of_the_t_interval() -> None:
    estimate = moderate(locate(VALUES), None)
    expected = stats.t.interval(0.9, 4, loc=np.mean(VALUES), scale=stats.sem(VALUES))

    assert bounds(estimate, 0.05) == pytest.approx(expected)


@pytest.mark.parametrize("alpha", [0.05, 1e-4, 1e-9])
def test_a_bound_is_where_the_p_value_meets_its_level(alpha: float) -> None:
    estimate = moderate(locate(VALUES), None)
    low, high = bounds(estimate, alpha)

    assert p_greater(estimate, low) == pytest.approx(alpha, rel=1e-6)
    assert p_less(estimate, high) == pytest.approx(alpha, rel=1e-6)


def test_an_unknown_error_knows_nothing() -> None:
    unknown = Estimate(point=5.0, se=math.inf, df=0, n=1)

    assert (p_greater(unknown, 0.0), p_less(unknown, 9.0)) == (1.0, 1.0)
    assert bounds(unknown, 0.05) == (-math.inf, math.inf)


def test_values_that_are_all_equal_are_certain() -> None:
    certain = Estimate(point=0.02, se=0.0, df=4, n=5)

    assert (p_greater(certain, 0.01), p_greater(certain, 0.02), p_less(certain, 0.03)) == (0, 1, 0)
    assert bounds(certain, 0.05) == (0.02, 0.02)
