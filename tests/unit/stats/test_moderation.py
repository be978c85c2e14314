"""What the suite lends to a row, and what it must not."""

from __future__ import annotations

import math

import pytest

from gate.stats.moderation import MOST_DF, Prior, fit, moderate
from gate.stats.robust import Location, locate
from tests.samples import chance


def location(variance: float, df: int = 4) -> Location:
    return Location(point=0.01, variance=variance, df=df, n=df + 1)


def rows(spreads: list[float], pairs: int = 5, seed: int = 1) -> list[Location]:
    rng = chance(seed)
    return [locate([rng.gauss(0.0, sd) for _ in range(pairs)]) for sd in spreads]


def test_a_row_that_looks_quiet_gets_the_pooled_variance_and_its_freedom() -> None:
    estimate = moderate(location(1.0), Prior(variance=4.0, df=6.0))

    assert estimate.se**2 * 5 == pytest.approx((6 * 4.0 + 4 * 1.0) / 10)
    assert estimate.df == 10


def test_a_row_noisier_than_the_suite_keeps_its_own_variance_and_freedom() -> None:
    estimate = moderate(location(9.0), Prior(variance=4.0, df=6.0))

    assert estimate.se**2 * 5 == pytest.approx(9.0)
    assert estimate.df == 4


def test_one_pair_borrows_no_certainty() -> None:
    one = Location(point=0.01, variance=math.inf, df=0, n=1)

    assert math.isinf(moderate(one, Prior(variance=4.0, df=6.0)).se)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_fewer_than_four_rows_lend_nothing(count: int) -> None:
    assert fit(rows([0.005] * count)) is None


def test_rows_that_know_no_variance_do_not_count() -> None:
    unknown = [location(math.inf, df=0), location(0.0)] * 5

    assert fit(unknown) is None
    assert fit([*unknown, *rows([0.005] * 30)]) == fit(rows([0.005] * 30))


def test_rows_that_are_alike_are_worth_the_cap() -> None:
    prior = fit(rows([0.005] * 400))

    assert prior is not None
    assert prior.df == MOST_DF
    assert math.sqrt(prior.variance) == pytest.approx(0.005, rel=0.1)


@pytest.mark.parametrize("df", [3.0, 6.0])
def test_the_moments_recover_how_much_rows_differ(df: float) -> None:
    rng = chance(2)
    spreads = [0.005 * math.sqrt(df / (2 * rng.gammavariate(df / 2, 1))) for _ in range(4000)]
    prior = fit(rows(spreads))

    assert prior is not None
    assert prior.df == pytest.approx(df, rel=0.2)
    assert math.sqrt(prior.variance) == pytest.approx(0.005, rel=0.05)


def test_very_different_rows_lend_little() -> None:
    rng = chance(3)
    prior = fit(rows([0.005 * math.exp(rng.gauss(0, 1.5)) for _ in range(400)]))

    assert prior is not None
    assert prior.df < 1.5
