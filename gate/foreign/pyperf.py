"""pyperf's JSON: benchmarks with several processes each, and every value of every process."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean, median

from gate.foreign.fields import Node, Problems
from gate.foreign.run import UNKNOWN, Amount, Facts, Run, spread_of
from gate.model import Clock, Metric, Source

_METRICS = {"second": Metric.TIME, "byte": Metric.MEMORY}


def is_one(document: object) -> bool:
    """Whether a document is of this format."""
    match document:
        case {"benchmarks": [*benchmarks], "version": _}:
            return all(isinstance(one, dict) and "runs" in one for one in benchmarks)
        case _:
            return False


def read(document: Node, problems: Problems) -> Iterator[Run]:
    """Yield the run of a document.

    What all benchmarks have in common stands once, beside them. The figure of a benchmark is the
    median over its processes of the mean of their values.
    """
    with problems.collected():
        benchmarks = document.key("benchmarks")
        amounts: list[Amount] = []
        for one in benchmarks.each():
            with problems.collected():
                amounts.extend(_amount(one, document, problems))
        yield Run(
            place="",
            revision=None,
            committed_s=None,
            measured_s=max(_dates(benchmarks), default=None),
            facts=_facts(document, benchmarks),
            amounts=problems.distinct(benchmarks, amounts),
        )


def _said(key: str, *owners: Node) -> Node | None:
    """What the first of some owners of metadata says."""
    for owner in owners:
        metadata = owner.get("metadata")
        found = None if metadata is None else metadata.get(key)
        if found is not None:
            return found
    return None


def _amount(one: Node, document: Node, problems: Problems) -> Iterator[Amount]:
    name, unit = (_said(key, one, document) for key in ("name", "unit"))
    if name is None:
        one.refuse("metadata with a name")
    metric = Metric.TIME if unit is None else _METRICS.get(unit.text())
    if metric is None:
        problems.leave_out(one, name.name(), "it is neither time nor memory")
        return
    processes = [fmean(values) for run in one.key("runs").each() if (values := _values(run))]
    if not processes:
        problems.leave_out(one, name.name(), "it has no values")
        return
    yield Amount(
        name=name.name(),
        source=Source.COMMAND,
        metric=metric,
        value=median(processes),
        clock=Clock.WALL if metric is Metric.TIME else None,
        processes=len(processes),
        spread=spread_of(processes),
    )


def _values(run: Node) -> list[float]:
    """What one process measured; one that only calibrates has none."""
    values = run.get("values")
    return [] if values is None else [one.amount() for one in values.each()]


def _dates(benchmarks: Node) -> Iterator[int]:
    for one in benchmarks.each():
        for run in one.key("runs").each():
            date = _said("date", run)
            if date is not None:
                yield date.moment()


def _facts(document: Node, benchmarks: Node) -> Facts:
    owners = (document, *benchmarks.each()[:1])
    cpu, cores = _said("cpu_model_name", *owners), _said("cpu_count", *owners)
    parts = (_said(key, *owners) for key in ("python_implementation", "python_version"))
    return Facts(
        cpu=UNKNOWN if cpu is None else cpu.text(),
        cores=0 if cores is None else cores.count(),
        python=" ".join(part.text() for part in parts if part is not None) or UNKNOWN,
    )
