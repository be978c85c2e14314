"""Student's t against scipy, far into the tail."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from gate.stats.distributions import normal_quantile, t_cdf, t_quantile, t_sf

DEGREES = (0.5, 1, 1.5, 2, 3, 4, 7, 11.3, 17, 39, 200, 1000)


@pytest.mark.parametrize("df", DEGREES)
def test_tail_probabilities_agree_with_the_oracle(df: float) -> None:
    for t in [*np.linspace(0.0, 12.0, 121), *np.geomspace(12.0, 1e8, 40)]:
        expected = stats.t.sf(t, df)
        if expected > 1e-280:
            assert t_sf(float(t), df) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("p", [1e-15, 1e-12, 1e-9, 1e-5, 4e-4, 0.01, 0.05, 0.3, 0.49, 0.7])
def test_quantiles_agree_with_the_oracle_and_invert_the_distribution(df: float, p: float) -> None:
    quantile = t_quantile(p, df)

    assert quantile == pytest.approx(stats.t.ppf(p, df), rel=1e-10)
    assert t_cdf(quantile, df) == pytest.approx(p, rel=1e-10)


@pytest.mark.parametrize("df", DEGREES)
def test_both_tails_are_the_same(df: float) -> None:
    for t in (0.0, 0.3, 2.0, 40.0):
        assert t_cdf(-t, df) == t_sf(t, df)
        assert t_sf(-t, df) + t_sf(t, df) == pytest.approx(1.0, abs=1e-15)


def test_the_ends_of_the_line() -> None:
    assert t_sf(math.inf, 4) == 0.0
    assert t_sf(-math.inf, 4) == 1.0
    assert t_sf(1e200, 4) == 0.0
    assert t_quantile(0.5, 4) == 0.0


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 1.5, math.nan])
def test_no_quantile_outside_of_probabilities(p: float) -> None:
    with pytest.raises(ValueError, match="0 < p < 1"):
        t_quantile(p, 4)


def test_normal_quantile_agrees_with_the_oracle() -> None:
    for p in (1e-12, 0.025, 0.5, 0.975):
        assert normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9, abs=1e-12)
