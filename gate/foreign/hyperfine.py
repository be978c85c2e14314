"""hyperfine's JSON: commands by wall time, each run of them a process."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from gate.foreign.fields import Node, Problems
from gate.foreign.run import Amount, Facts, Run, spread_of
from gate.model import Clock, Metric, Source


def is_one(document: object) -> bool:
    """Whether a document is of this format."""
    match document:
        case {"results": [*results]}:
            return all(isinstance(one, dict) and "command" in one for one in results)
        case _:
            return False


def read(document: Node, problems: Problems) -> Iterator[Run]:
    """Yield the run of a document; it says neither when nor of what nor on which machine."""
    with problems.collected():
        results = document.key("results")
        amounts: list[Amount] = []
        for one in results.each():
            with problems.collected():
                amounts.extend(_amount(one, problems))
        yield Run(
            place="",
            revision=None,
            committed_s=None,
            measured_s=None,
            facts=Facts(),
            amounts=problems.distinct(results, amounts),
        )


def _amount(one: Node, problems: Problems) -> Iterator[Amount]:
    name = one.key("command").name()
    exits = one.get("exit_codes")
    failed = [] if exits is None else [each for each in exits.each() if each.value != 0]
    if failed:
        problems.leave_out(failed[0], name, "the command failed")
        return
    times = one.get("times")
    seconds = [] if times is None else [each.amount() for each in times.each()]
    yield Amount(
        name=name,
        source=Source.COMMAND,
        metric=Metric.TIME,
        value=median(seconds) if seconds else one.key("median").amount(),
        clock=Clock.WALL,
        processes=max(1, len(seconds)),
        spread=spread_of(seconds),
    )
