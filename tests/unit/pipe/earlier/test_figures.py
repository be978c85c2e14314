"""What is kept of a sample is what its head side showed, with its spread between processes."""

from __future__ import annotations

import math
from statistics import stdev

import pytest

from gate.errors import MeasureError
from gate.model import Ailment, Benchmark, Clock, Failure, Measurements, Metric, Sample, Source
from gate.pipe.earlier.figures import figures_of
from gate.storing.recording import record_of
from tests.baselines import MACHINE
from tests.samples import QUIET, sample

COMMIT = "a" * 40


def test_the_figure_of_a_sample_is_the_median_over_its_processes() -> None:
    (found,) = figures_of([sample("test_a", screen=QUIET, base_s=2e-3)])

    assert found.value == pytest.approx(2e-3, rel=1e-6)
    assert found.spread == pytest.approx(stdev(QUIET), rel=1e-5)
    assert found.pairs == 5
    assert (found.kind.source, found.kind.metric) == (Source.PYTEST, Metric.TIME)
    assert (found.kind.unit, found.kind.clock) == ("s", Clock.CPU)


def test_head_is_kept_and_not_base() -> None:
    (found,) = figures_of([sample("test_a", screen=(math.log(2),) * 3)])

    assert found.value == pytest.approx(2e-3)


def test_one_process_has_no_spread() -> None:
    (found,) = figures_of([sample("test_a", screen=(0.0,))])

    assert found.spread is None


def test_what_was_not_measured_is_left_out() -> None:
    assert list(figures_of([Sample(benchmark=Benchmark(name="test_a"))])) == []


def test_a_run_on_a_runner_is_named_by_its_number_and_attempt() -> None:
    measured = Measurements(samples=(sample("test_a"),))
    runner = {"GITHUB_RUN_ID": "77", "GITHUB_RUN_ATTEMPT": "2"}

    def run(variables: dict[str, str]) -> str:
        return record_of(measured, MACHINE, COMMIT, 5, variables).run

    assert run(runner) == "77-2"
    assert run({}) != run({})


def test_a_run_without_figures_is_no_record() -> None:
    failure = Failure(benchmark=Benchmark(name="test_a"), ailment=Ailment.BROKEN_ON_BOTH)
    measured = Measurements(samples=(), failures=(failure,))

    with pytest.raises(MeasureError, match="nothing to record"):
        record_of(measured, MACHINE, COMMIT, 5, {})
