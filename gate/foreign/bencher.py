"""Bencher metric format: benchmarks with measures, of which the well-known ones have units."""

from __future__ import annotations

from collections.abc import Iterator

from gate.foreign.fields import Node, Problems
from gate.foreign.run import Amount, Facts, Run, sound
from gate.model import Clock, Metric, Source

_SECONDS = {"latency": 1e-9, "build-time": 1.0}
"""Measures that Bencher itself gives a unit of time, and that unit in seconds."""


def is_one(document: object) -> bool:
    """Whether a document is of this format."""
    if not isinstance(document, dict) or not document:
        return False
    return all(
        isinstance(measures, dict)
        and measures
        and all(isinstance(one, dict) and "value" in one for one in measures.values())
        for measures in document.values()
    )


def read(document: Node, problems: Problems) -> Iterator[Run]:
    """Yield the run of a document; it says neither when nor of what nor on which machine.

    A latency has the name of its benchmark; other measures have theirs behind it. Only the values
    are read: what the bounds beside them mean, the format leaves to whoever wrote them.
    """
    with problems.collected():
        amounts: list[Amount] = []
        for name, measures in document.items():
            with problems.collected():
                amounts.extend(_amounts(name, measures, problems))
        yield Run(
            place="",
            revision=None,
            committed_s=None,
            measured_s=None,
            facts=Facts(),
            amounts=problems.distinct(document, amounts),
        )


def _amounts(name: str, measures: Node, problems: Problems) -> Iterator[Amount]:
    plain = Node(name.removesuffix("-bencher-ignore"), measures.place).name()
    for measure, metric in measures.items():
        with problems.collected():
            value = metric.key("value").number()
            seconds = _seconds(measure, value)
            if seconds is None:
                problems.leave_out(metric, f"{value:g}", "its measure is no time of a call")
                continue
            yield Amount(
                name=plain if measure == "latency" else f"{plain} [{measure}]",
                source=Source.COMMAND,
                metric=Metric.TIME,
                value=seconds,
                clock=Clock.WALL,
            )


def _seconds(measure: str, value: float) -> float | None:
    if not value > 0:
        return None
    if measure == "throughput":  # operations a second
        return sound(1 / value)
    scale = _SECONDS.get(measure)
    return None if scale is None else sound(scale * value)
