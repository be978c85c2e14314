"""The peers' rules agree with scipy where it has them, and with their documents elsewhere."""

from __future__ import annotations

import math
from statistics import mean, stdev

import pytest
from scipy import stats  # type: ignore[import-untyped]

from study.peers.rules import (
    PEERS,
    Peer,
    asv,
    bencher,
    benchstat,
    mann_whitney,
    prediction_limit,
    ratio_of,
)
from study.peers.tables import count
from study.peers.views import View, seen, start
from study.record.recording import read
from study.replay.pool import Pool
from tests.samples import chance
from tests.study.recordings import SMALL, made


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("n", "m"), [(6, 6), (12, 12), (10, 10), (3, 9)])
def test_mann_whitney_is_exact(seed: int, n: int, m: int) -> None:
    rng = chance(seed)
    one = [rng.gauss(0.0, 1.0) for _ in range(n)]
    other = [rng.gauss(0.5, 1.0) for _ in range(m)]
    expected = stats.mannwhitneyu(one, other, alternative="two-sided", method="exact").pvalue

    assert mann_whitney(one, other) == pytest.approx(float(expected), rel=1e-12)


def test_equal_samples_do_not_differ() -> None:
    assert mann_whitney([1.0] * 6, [1.0] * 6) == 1.0


@pytest.mark.parametrize("n", [2, 5, 20, 64])
def test_the_prediction_limit_is_that_of_the_t_distribution(n: int) -> None:
    rng = chance(n)
    history = [rng.gauss(1.0, 0.02) for _ in range(n)]
    t = float(stats.t.ppf(0.99, n - 1))
    expected = mean(history) + t * stdev(history) * math.sqrt(1 + 1 / n)

    assert prediction_limit(history, 0.99) == pytest.approx(expected, rel=1e-9)


def test_the_prediction_limit_is_passed_once_in_a_hundred() -> None:
    rng = chance(1)
    passed = 0
    for _ in range(4000):
        *history, new = (rng.gauss(1.0, 0.02) for _ in range(21))
        passed += bencher([[one] for one in history], [[new]])

    assert 20 <= passed <= 64


STEADY = (1.0, 1.01, 1.02, 1.0, 1.01, 1.02)
SLOWER = tuple(1.2 * one for one in STEADY)


@pytest.mark.parametrize(
    ("limit", "factor", "alarms"), [(2.0, 1.9, False), (2.0, 2.1, True), (1.05, 1.051, True)]
)
def test_a_ratio_alarms_beyond_its_limit(limit: float, factor: float, *, alarms: bool) -> None:
    head = [factor * one for one in STEADY]

    assert ratio_of(mean, limit)([STEADY], [head]) is alarms
    assert ratio_of(min, limit)([STEADY], [head]) is alarms


def test_asv_wants_both_the_factor_and_the_difference() -> None:
    wild = (0.2, 0.9, 1.2, 1.3, 1.2, 5.0)

    assert asv([STEADY, STEADY], [SLOWER, SLOWER])
    assert not asv([STEADY, STEADY], [[1.08 * one for one in STEADY]] * 2)
    assert not asv([STEADY, STEADY], [wild, (0.1, 0.2, 1.2, 1.2, 3.0, 1.3)])


def test_benchstat_names_the_slower_side() -> None:
    one = [[1.0 + 0.001 * number] for number in range(10)]
    other = [[1.1 + 0.001 * number] for number in range(10)]

    assert benchstat(one, other)
    assert not benchstat(other, one)
    assert not benchstat(one, one)


def test_sequential_heads_are_measured_after_all_bases() -> None:
    pool = Pool(made(walks=20))
    peer = Peer(name="two", base=2, head=3, alarm=asv)
    found = seen(pool, "a", peer, View.SEQUENTIAL, 4)

    assert found is not None
    base, head = found
    pairs = pool.rows["a"].whole
    assert base == [tuple(s.wall_s / s.loops for s in pairs[n].base) for n in (4, 5)]
    assert head == [tuple(s.wall_s / s.loops for s in pairs[n].head) for n in (11, 12, 13)]


def test_interleaved_sides_share_their_walks() -> None:
    pool = Pool(made(walks=12))
    peer = Peer(name="two", base=2, head=2, alarm=asv)
    found = seen(pool, "a", peer, View.INTERLEAVED, 0)

    assert found is not None
    pairs = pool.rows["a"].whole
    assert found[1] == [tuple(s.wall_s / s.loops for s in pairs[n].head) for n in (0, 1)]


def test_a_recording_may_be_too_short_for_a_peer() -> None:
    pool = Pool(made(walks=12))
    hungry = next(peer for peer in PEERS if peer.base > 12)

    assert start(pool, hungry, View.SEQUENTIAL, chance(1)) is None
    assert count([pool], hungry, View.SEQUENTIAL, 5).cells[0] == "recordings too short"


def test_on_a_real_recording_the_loose_rule_is_silent_and_blind() -> None:
    """200 % alarms at nothing, a slowdown of 5 % included."""
    loosest = PEERS[0]
    found = count([Pool(read(SMALL))], loosest, View.INTERLEAVED, 50)

    assert found.runs == 50
    assert found.rows == 200
    assert found.found <= 4
