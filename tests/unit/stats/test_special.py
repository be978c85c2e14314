"""Gamma's derivatives and the incomplete beta against scipy."""

from __future__ import annotations

import pytest
from scipy import special  # type: ignore[import-untyped]

from gate.stats.special import beta_tail, digamma, trigamma, trigamma_inverse

POINTS = (1e-3, 0.01, 0.1, 0.5, 1.0, 1.4616, 2.0, 5.0, 11.9, 12.1, 100.0, 1e5)


@pytest.mark.parametrize("x", POINTS)
def test_derivatives_of_log_gamma(x: float) -> None:
    assert digamma(x) == pytest.approx(special.digamma(x), rel=1e-11, abs=1e-13)
    assert trigamma(x) == pytest.approx(special.polygamma(1, x), rel=1e-11)


@pytest.mark.parametrize("x", POINTS)
def test_the_inverse_of_trigamma_inverts_it(x: float) -> None:
    assert trigamma_inverse(trigamma(x)) == pytest.approx(x, rel=1e-10)


@pytest.mark.parametrize("a", [0.25, 1.0, 3.5, 20.0])
@pytest.mark.parametrize("x", [0.0, 1e-9, 0.1, 0.5, 0.9, 1.0])
def test_incomplete_beta(a: float, x: float) -> None:
    assert beta_tail(a, 0.5, x, 1 - x) == pytest.approx(special.betainc(a, 0.5, x), rel=1e-11)
