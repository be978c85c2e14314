"""What the control group says of a run."""

from __future__ import annotations

import math

import pytest

from gate.compare import compare_all
from gate.judge import judge
from gate.judge.controls import hopeless, sight_of, unrest, witnesses
from gate.judge.levels import Levels
from gate.judge.suite import noise_floor
from gate.model import Benchmark, Controls, Measurements, Outcome, Sample, Strain, VerdictKind
from tests.samples import QUIET, THRESHOLD, WILD, around, chance, sample

LEVELS = Levels(rows=10)
NULLS = tuple(sample(f"null {i}", around(0.0, 5)) for i in range(4))
SEEN = sample("planted", around(math.log1p(0.05), 5))
BIASED = sample("biased", around(0.05, 5), confirm=around(0.05, 10))
FASTER = sample("biased", around(-0.05, 5))


def blind(*nulls: Sample, planted: Sample | None = SEEN, strain: Strain | None = None) -> str:
    seen = witnesses(Controls(nulls=nulls, planted=planted))
    return sight_of(seen, strain or Strain(), LEVELS, 0.003).blind


def test_a_quiet_control_group_trusts_the_run() -> None:
    assert blind(*NULLS) == ""
    assert blind(planted=None) == ""


@pytest.mark.parametrize("null", [BIASED, FASTER])
def test_a_null_that_changed_makes_blind(null: Sample) -> None:
    assert blind(*NULLS, null).startswith("biased, the same on both sides, seemed to change by")


def test_a_null_that_only_looks_slower_does_not() -> None:
    assert blind(*NULLS, sample("suspect", around(0.05, 5))) == ""
    assert blind(*NULLS, sample("cleared", around(0.05, 5), confirm=around(0.0, 10))) == ""


@pytest.mark.parametrize("screen", [(), QUIET, WILD, (0.05,), around(0.012, 5)])
def test_a_planted_change_that_does_not_show_makes_blind(screen: tuple[float, ...]) -> None:
    assert "a planted slowdown of 5 % could not be seen" in blind(
        *NULLS, planted=sample("planted", screen)
    )


@pytest.mark.parametrize(
    ("strain", "reason"),
    [
        (Strain(), ""),
        (Strain(pressure=1.0, steal=0.4, throttled=0.4, memory=0.4), ""),
        (Strain(steal=0.6), "the hypervisor took 60% of the processor's time"),
        (Strain(throttled=0.6), "the container was held back for 60% of the time"),
        (Strain(memory=0.6), "everything waited for memory for 60% of the time"),
    ],
)
def test_only_a_machine_that_is_gone_is_hopeless(strain: Strain, reason: str) -> None:
    assert hopeless(strain) == reason
    assert blind(*NULLS, strain=strain) == reason


def test_unrest_is_about_one_where_errors_are_what_they_seem() -> None:
    rng = chance(1)
    rows = [sample(f"{i}", [rng.gauss(0.0, 0.003) for _ in range(10)]) for i in range(400)]
    assert 1.0 <= unrest(compare_all(rows)) < 1.1
    assert unrest([]) == 1.0


def test_unrest_widens_the_noise_floor_and_never_narrows_it() -> None:
    rows = compare_all([sample(f"{i}", around(0.0, 5)) for i in range(8)])
    calm = compare_all([sample(f"{i}", around(0.0, 5)) for i in range(4)])
    moved = compare_all([sample(f"{i}", around(0.01, 5)) for i in range(4)])

    assert noise_floor(rows, calm) == noise_floor(rows)
    assert noise_floor(rows, moved) > 2 * noise_floor(rows)


# --- what a blind run is worth ------------------------------------------------------------------

STILL = sample("still")
SLOW = sample("slow", around(0.1, 5), confirm=around(0.1, 10))
FAST = sample("fast", around(-0.1, 5))
PROVED = Benchmark(name="proved")


def outcomes(controls: Controls) -> tuple[dict[str, Outcome], VerdictKind, str]:
    measured = Measurements(samples=(STILL, SLOW, FAST), controls=controls)
    found = judge(measured, lambda *_: THRESHOLD, proved=[PROVED], floor=0.003)
    rows = {one.benchmark.name: one.outcome for one in found.findings}
    return rows, found.verdict, found.noise.blind


def test_a_run_that_sees_changes_where_there_are_none_concludes_nothing() -> None:
    rows, verdict, why = outcomes(Controls(nulls=(*NULLS, BIASED), planted=SEEN))

    assert {rows[name] for name in ("still", "slow", "fast")} == {Outcome.INCONCLUSIVE}
    assert rows["proved"] is Outcome.UNCHANGED
    assert verdict is VerdictKind.INCONCLUSIVE
    assert why


def test_a_run_that_misses_its_planted_change_may_convict_but_acquits_nobody() -> None:
    rows, verdict, why = outcomes(Controls(nulls=NULLS, planted=sample("planted", WILD)))

    assert rows == {
        "slow": Outcome.REGRESSED,
        "still": Outcome.INCONCLUSIVE,
        "fast": Outcome.INCONCLUSIVE,
        "proved": Outcome.UNCHANGED,
    }
    assert verdict is VerdictKind.FAIL
    assert why


def test_a_run_that_sees_says_how_many_controls_it_had() -> None:
    measured = Measurements(samples=(STILL,), controls=Controls(nulls=NULLS, planted=SEEN))
    noise = judge(measured, lambda *_: THRESHOLD).noise

    assert (noise.controls, noise.blind) == (5, "")
