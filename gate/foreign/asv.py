"""asv's results: one file a commit, machine and environment; what they mean stands beside them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from gate.foreign.fields import Node, Problems
from gate.foreign.run import UNKNOWN, Amount, Facts, Run
from gate.model import Clock, Metric, Source

MEANINGS = "benchmarks.json"
"""The file that says what each benchmark measures; it stands at the top of the results."""
MACHINE = "machine.json"

_VERSION = 2
_COUNT = re.compile(r"[0-9]{1,5}")
_METRICS = {
    ("time", "seconds"): Metric.TIME,
    ("memory", "bytes"): Metric.MEMORY,
    ("peakmemory", "bytes"): Metric.MEMORY,
}


def is_one(document: object) -> bool:
    """Whether a document is of this format."""
    return isinstance(document, dict) and document.keys() >= {"commit_hash", "results"}


def read(document: Node, meanings: Node, problems: Problems) -> Iterator[Run]:
    """Yield the run of one file of results.

    Args:
        document: The file.
        meanings: ``benchmarks.json``.
        problems: Is told what does not fit.
    """
    with problems.collected():
        version = document.key("version")
        if version.value != _VERSION:
            version.refuse(f"version {_VERSION} (`asv update` brings older results to it)")
        columns = tuple(one.text() for one in document.key("result_columns").each())
        amounts: list[Amount] = []
        for name, row in document.key("results").items():
            with problems.collected():
                amounts.extend(_amounts(name, row, columns, meanings, problems))
        yield Run(
            place="",
            revision=document.key("commit_hash").commit(),
            committed_s=document.key("date").milliseconds(),
            measured_s=max(_starts(document.key("results"), columns), default=None),
            facts=_facts(document),
            amounts=problems.distinct(document.key("results"), amounts),
        )


def _amounts(
    name: str, row: Node, columns: tuple[str, ...], meanings: Node, problems: Problems
) -> Iterator[Amount]:
    """The figures of one benchmark, one for each combination of its parameters."""
    metric = _metric(name, meanings)
    if metric is None:
        problems.leave_out(row, name, f"by {MEANINGS} it is neither time nor memory")
        return
    cells = dict(zip(columns, row.each(), strict=False))
    if "result" not in cells or "params" not in cells:
        row.refuse("a row with the columns result and params")
    if cells["result"].value is None:
        problems.leave_out(row, name, "it failed")
        return
    results = cells["result"].each()
    choices = [[one.text() for one in values.each()] for values in cells["params"].each()]
    combinations = itertools.islice(itertools.product(*choices), len(results) + 1)
    for result, chosen in _matched(results, tuple(combinations), row):
        full = Node(f"{name}({', '.join(chosen)})" if chosen else name, row.place).name()
        if result.value is None or result.value != result.value:  # NaN: asv's word for skipped
            problems.leave_out(result, full, "it failed or was skipped")
            continue
        yield Amount(
            name=full,
            source=Source.COMMAND,
            metric=metric,
            value=result.amount(),
            clock=Clock.WALL if metric is Metric.TIME else None,
        )


def _matched(
    results: tuple[Node, ...], combinations: tuple[tuple[str, ...], ...], row: Node
) -> Iterator[tuple[Node, tuple[str, ...]]]:
    if len(results) != len(combinations):
        row.refuse("as many results as there are combinations of parameters")
    return zip(results, combinations, strict=True)


def _metric(name: str, meanings: Node) -> Metric | None:
    meaning = meanings.get(name)
    if meaning is None:
        return None
    return _METRICS.get((meaning.key("type").text(), meaning.key("unit").text()))


def _starts(results: Node, columns: tuple[str, ...]) -> Iterator[int]:
    for row in dict(results.items()).values():
        started = dict(zip(columns, row.each(), strict=False)).get("started_at")
        if started is not None and started.value is not None:
            yield started.milliseconds()


def _facts(document: Node) -> Facts:
    params = document.key("params")
    cpu, cores, machine = (params.get(key) for key in ("cpu", "num_cpu", "machine"))
    series = (machine, document.get("env_name"))
    return Facts(
        cpu=UNKNOWN if cpu is None else cpu.text(),
        cores=0 if cores is None or not _COUNT.fullmatch(cores.text()) else int(cores.value),
        python=document.key("python").text(),
        series=", ".join(one.text() for one in series if one is not None),
    )
