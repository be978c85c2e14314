"""Schedule and judgement on a recording of a real library, in seconds: the study's short form."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

import pytest

from gate.compare import reduce_sample
from gate.model import Benchmark, Clock, Outcome, Sample, Stage
from study.__main__ import main
from study.chance import at_most
from study.record.recording import read
from study.replay.pool import Pool, pair_of, reduced, slowed
from study.replay.run import part, replay
from study.replay.suites import SLOWED, slowed_suite, suite
from tests.samples import chance
from tests.study.recordings import SMALL, made

A = Benchmark(name="a")


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool(read(SMALL))


def test_no_replay_without_a_change_fails(pool: Pool) -> None:
    parts = [part(pool, name) for name in pool.benchmarks]
    ended = [replay(parts, seed) for seed in range(200)]

    assert not any(one.failed for one in ended)
    assert not any(Outcome.REGRESSED in one.outcomes for one in ended)
    assert sum(one.blind for one in ended) <= 4


def test_a_large_slowdown_is_found_where_it_is_and_nowhere_else(pool: Pool) -> None:
    first, *others = pool.benchmarks
    parts = [part(pool, first, math.log1p(0.1)), *(part(pool, name) for name in others)]
    ended = [replay(parts, seed) for seed in range(40)]

    assert sum(one.outcomes[0] is Outcome.REGRESSED for one in ended) >= 39
    assert not any(Outcome.REGRESSED in one.outcomes[1:] for one in ended)


def test_a_replay_follows_from_its_seed(pool: Pool) -> None:
    parts = [part(pool, name) for name in pool.benchmarks]

    assert replay(parts, 7) == replay(parts, 7)
    assert len({replay(parts, seed).pairs for seed in range(30)}) > 1


def test_a_small_budget_ends_a_replay(pool: Pool) -> None:
    parts = [part(pool, name) for name in pool.benchmarks]
    ended = replay(parts, 1, budget_s=3.0)

    assert ended.seconds < 6.0
    assert Outcome.INCONCLUSIVE in ended.outcomes


def test_pairs_are_fresh_as_long_as_there_are_any(pool: Pool) -> None:
    """A screening and a confirmation of a recording of forty pairs need none twice."""
    parts = [part(pool, name, math.log1p(0.3)) for name in pool.benchmarks]
    ended = replay(parts, 3)

    assert ended.again == 0
    assert set(ended.outcomes) == {Outcome.REGRESSED}


@pytest.mark.parametrize("wait", [0.0, 0.3])
def test_a_reduced_pair_says_what_the_whole_pair_says(wait: float) -> None:
    recording = made(wait=wait)
    for walk in recording.walks:
        whole = pair_of(walk, walk.takes["a"])
        small = reduced(whole)
        assert small is not None
        one, other = (reduce_sample(Sample(benchmark=A, pairs=(pair,))) for pair in (whole, small))
        assert other.clock is one.clock is (Clock.WALL if wait else Clock.CPU)
        assert other.pairs[0].change == pytest.approx(one.pairs[0].change, abs=1e-12)
        assert other.wall == pytest.approx(one.wall, abs=1e-12)


def test_real_samples_say_the_same_reduced(pool: Pool) -> None:
    for row in pool.rows.values():
        whole, small = (
            reduce_sample(Sample(benchmark=A, pairs=tuple(pairs.values())))
            for pairs in (row.whole, row.pairs)
        )
        assert whole.clock is small.clock
        for one, other in zip(whole.pairs, small.pairs, strict=True):
            assert other.change == pytest.approx(one.change, abs=1e-12)


def test_a_planted_change_moves_both_clocks() -> None:
    walk = made().walks[0]
    pair = pair_of(walk, walk.takes["a"])
    moved = slowed(pair, math.log(2))

    assert moved.base == pair.base
    assert [one.cpu_s for one in moved.head] == pytest.approx([2 * one.cpu_s for one in pair.head])
    assert [one.wall_s for one in moved.head] == pytest.approx(
        [2 * one.wall_s for one in pair.head]
    )


def test_a_stage_is_what_the_schedule_asked_for(pool: Pool) -> None:
    name, walk = pool.benchmarks[0], pool.walks[0]

    assert pool.pair(name, walk, Stage.CONFIRM, 0.0).stage is Stage.CONFIRM
    assert pool.pair(name, walk, Stage.SCREEN, 0.0).stage is Stage.SCREEN


def test_suites_take_the_rows_that_there_are(pool: Pool) -> None:
    other = Pool(made(names=tuple("abcdef")))
    parts = suite((pool, other), chance(1), rows=7)

    assert len(parts) == len({one.benchmark for one in parts}) == 7
    slowed_parts = slowed_suite((pool, other), Random(1), 5, rows=7)  # noqa: S311
    assert sum(one.change > 0 for one in slowed_parts) == SLOWED


def test_the_command_prints_tables(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--only", "replays", "--runs", "40", "--recordings", str(SMALL.parent)])

    out = capsys.readouterr().out
    assert status == 0
    assert "| 40 | 0 | 0 |" in out
    assert "tomlkit (32 pairs)" in out
    assert "| pair sd | rows | +2 % | +3 % | +5 % |" in out


def test_the_command_says_what_is_wrong_with_a_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(tmp_path, "some-base-quiet.jsonl.xz").write_bytes(b"nonsense")

    assert main(["--only", "replays", "--recordings", str(tmp_path)]) == 2
    assert "some-base-quiet.jsonl.xz cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("events", "runs", "bound"), [(0, 3000, 0.000998), (1, 100, 0.0466), (3, 3, 1.0), (0, 0, 1.0)]
)
def test_the_bound_of_few_events(events: int, runs: int, bound: float) -> None:
    """Clopper and Pearson's; the values are scipy's ``beta.ppf(0.95, k + 1, n - k)``."""
    assert at_most(events, runs) == pytest.approx(bound, rel=2e-3)
