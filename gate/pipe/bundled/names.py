"""The suite's rows under their public names, in seconds per unit; guests call them otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from gate.judge.levels import Thresholds
from gate.model import (
    Ailment,
    Benchmark,
    Failure,
    Measurements,
    Metric,
    Pair,
    Sample,
    Slice,
    Source,
    Threshold,
)
from gate.pipe.bundled.layout import PACKAGE
from gate.suite.cases import Row, rows

ROWS = {f"{PACKAGE}/{row.node}": row for row in rows()}
"""By what the guests call them."""
MESSAGE_LIMIT = 300


def benchmark(name: str) -> Benchmark:
    """Return a row of the suite as a benchmark."""
    return Benchmark(name=name, source=Source.SUITE)


def public(node: str) -> str:
    """Return the public name of what a guest calls ``node``; of what is not ours, itself."""
    return ROWS[node].name if node in ROWS else node


def per_run(thresholds: Thresholds) -> Thresholds:
    """Return thresholds for guests' names: budgets of a unit, for all units of a run."""

    def threshold(one: Benchmark, metric: Metric) -> Threshold:
        if one.name not in ROWS:
            return thresholds(one, metric)
        row = ROWS[one.name]
        held = thresholds(benchmark(row.name), metric)
        return held if held.max is None else replace(held, max=held.max * row.case.units)

    return threshold


def published(measurements: Measurements) -> Measurements:
    """Return what was measured of the suite's guests under public names, per unit."""
    failures = tuple(_failure(one) for one in measurements.failures)
    notices = [_without_nodes(notice) for notice in measurements.notices]
    return replace(
        measurements,
        samples=tuple(_sample(one) for one in measurements.samples),
        failures=failures,
        notices=(*notices, *_said(failures)),
    )


def _sample(sample: Sample) -> Sample:
    row = ROWS[sample.benchmark.name]
    pairs = tuple(_pair(pair, row) for pair in sample.pairs)
    return Sample(benchmark=benchmark(row.name), pairs=pairs)


def _pair(pair: Pair, row: Row) -> Pair:
    return replace(pair, base=_per_unit(pair.base, row), head=_per_unit(pair.head, row))


def _per_unit(slices: Iterable[Slice], row: Row) -> tuple[Slice, ...]:
    return tuple(replace(one, loops=one.loops * row.case.units) for one in slices)


def _failure(failure: Failure) -> Failure:
    return replace(failure, benchmark=benchmark(public(failure.benchmark.name)))


def _said(failures: Collection[Failure]) -> Iterable[str]:
    """A suite of ours: why one of its rows breaks is for the reader, too."""
    for one in failures:
        if one.ailment is not Ailment.NEW:
            yield f"{one.benchmark.name}, {one.ailment}: {one.message[:MESSAGE_LIMIT]}"


def _without_nodes(notice: str) -> str:
    for node, row in ROWS.items():
        notice = notice.replace(node, row.name)
    return notice
