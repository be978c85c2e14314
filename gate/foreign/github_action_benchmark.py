"""github-action-benchmark's ``data.js``: named suites, each a list of commits with their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.foreign.fields import Node, Problems
from gate.foreign.run import Amount, Facts, Run, sound
from gate.model import Clock, Metric, Source

PREFIX = "window.BENCHMARK_DATA ="
"""How the file begins; what follows is JSON."""

_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "µs", "μs", "usec", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ns", "nsec", "nanosecond", "nanoseconds"), 1e-9),
}
_PER_CALL = re.compile(r"/(iter|iteration|op|operation|call|run|request)s?$")
_RATE = re.compile(r"(?:iters?|iterations?|ops?|operations?|calls?|runs?|requests?)/(\w+)")
_BIGGER_IS_BETTER = {"benchmarkjs", "pytest", "customBiggerIsBetter"}


def is_one(document: object) -> bool:
    """Whether a document is of this format."""
    return isinstance(document, dict) and document.keys() >= {"entries", "lastUpdate"}


def read(document: Node, problems: Problems) -> Iterator[Run]:
    """Yield a run for each commit of each suite.

    A suite is a series of its own: people have one for each machine or interpreter, and names
    are only unique in one of them. Rates become seconds.
    """
    with problems.collected():
        for suite, entries in document.key("entries").items():
            for entry in entries.each():
                with problems.collected():
                    yield _run(suite, entry, problems)


def _run(suite: str, entry: Node, problems: Problems) -> Run:
    commit, tool = entry.key("commit"), entry.key("tool").text()
    committed = commit.get("timestamp")
    amounts: list[Amount] = []
    for bench in entry.key("benches").each():
        with problems.collected():
            amounts.extend(_amount(bench, tool, problems))
    return Run(
        place=entry.place,
        revision=commit.key("id").commit(),
        committed_s=None if committed is None else committed.moment(),
        measured_s=entry.key("date").milliseconds(),
        facts=Facts(series=suite),
        amounts=problems.distinct(entry.key("benches"), amounts),
    )


def _amount(bench: Node, tool: str, problems: Problems) -> Iterator[Amount]:
    name, unit = bench.key("name").name(), bench.key("unit").text()
    if bench.get("value") is None:  # how NaN is written
        problems.leave_out(bench, name, "it has no value")
        return
    value = bench.key("value").number()
    seconds = seconds_of(value, unit, is_rate=tool in _BIGGER_IS_BETTER)
    if seconds is None:
        problems.leave_out(bench, name, f"{value:g} {unit} by {tool} is no time of a call")
        return
    yield Amount(
        name=name,
        source=Source.PYTEST if tool == "pytest" else Source.COMMAND,
        metric=Metric.TIME,
        value=seconds,
        clock=Clock.WALL,
    )


def seconds_of(value: float, unit: str, *, is_rate: bool) -> float | None:
    """Return the seconds of one call; None where the value is no time, or none that there is.

    Args:
        value: As the file has it.
        unit: As the file has it: ``ns/iter``, ``ms``, ``ops/sec``.
        is_rate: Bigger is better by the file's account: only a rate can be that.
    """
    rate = _RATE.fullmatch(unit.strip())
    scale = _SECONDS.get(rate[1] if rate else _PER_CALL.sub("", unit.strip()))
    if scale is None or is_rate is not (rate is not None) or not value > 0:
        return None
    return sound(scale / value if rate else scale * value)
