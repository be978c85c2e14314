"""Trimmed means and winsorised errors: values, tiny samples, wild values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from gate.stats.robust import locate, log_ratio, trimmed_mean
from tests.samples import chance


def values(n: int, seed: int = 1) -> list[float]:
    rng = chance(seed)
    return [rng.gauss(0.01, 0.005) for _ in range(n)]


@pytest.mark.parametrize("n", [1, 2, 4, 5, 6, 9, 10, 12])
def test_trimmed_mean_agrees_with_the_oracle(n: int) -> None:
    assert trimmed_mean(values(n), 5) == pytest.approx(stats.trim_mean(values(n), 0.2))


@pytest.mark.parametrize("n", [2, 3, 4, 5, 9])
def test_below_ten_values_the_location_is_the_plain_mean_with_its_variance(n: int) -> None:
    location = locate(values(n))

    assert location.point == pytest.approx(np.mean(values(n)))
    assert location.variance == pytest.approx(np.var(values(n), ddof=1))
    assert (location.df, location.n) == (n - 1, n)


@pytest.mark.parametrize(("n", "cut"), [(10, 1), (15, 1), (20, 2), (40, 4)])
def test_from_ten_values_on_it_is_yuens(n: int, cut: int) -> None:
    location = locate(values(n))
    winsorised = np.array(stats.mstats.winsorize(np.array(values(n)), limits=cut / n))
    kept = n - 2 * cut
    error = (n - 1) * np.var(winsorised, ddof=1) / (kept * (kept - 1))

    assert location.point == pytest.approx(stats.trim_mean(values(n), cut / n))
    assert location.variance / n == pytest.approx(error)
    assert location.df == kept - 1


def test_one_value_says_nothing_about_spread() -> None:
    location = locate([0.02])

    assert (location.point, location.variance, location.df, location.n) == (0.02, math.inf, 0, 1)


@pytest.mark.parametrize("function", [locate, lambda none: trimmed_mean(none, 5)])
def test_no_values_have_no_mean(function: object) -> None:
    with pytest.raises(ValueError, match="no values"):
        function([])  # type: ignore[operator]


def test_one_wild_pair_in_ten_hardly_moves_the_estimate() -> None:
    calm = values(10)
    wild = [*calm[:9], 0.17]

    assert abs(locate(wild).point - locate(calm).point) < 0.002
    assert locate(wild).variance < 4 * locate(calm).variance


def test_the_callers_order_is_left_alone() -> None:
    given = [3.0, 1.0, 2.0]
    locate(given)

    assert given == [3.0, 1.0, 2.0]


@pytest.mark.parametrize("factor", [2.0**-40, 0.25, 2.0**30])
def test_log_ratio_knows_no_unit(factor: float) -> None:
    assert log_ratio(1.1 * factor, 1.3 * factor) == log_ratio(1.1, 1.3)
