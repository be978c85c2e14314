"""pytest-benchmark's JSON: one run of a suite, with the commit, the machine and every round."""

from __future__ import annotations

from collections.abc import Iterator

from gate.foreign.fields import Node, Problems
from gate.foreign.run import UNKNOWN, Amount, Facts, Run
from gate.model import Clock, Metric, Source


def is_one(document: object) -> bool:
    """Whether a document is of this format."""
    return isinstance(document, dict) and document.keys() >= {"machine_info", "benchmarks"}


def read(document: Node, problems: Problems) -> Iterator[Run]:
    """Yield the run of a document.

    The figure of a benchmark is the median of its rounds, which are all of one process.
    """
    with problems.collected():
        commit = document.get("commit_info")
        revision, committed_s = (None, None) if commit is None else _commit(commit, problems)
        amounts: list[Amount] = []
        for one in document.key("benchmarks").each():
            with problems.collected():
                amounts.append(_amount(one))
        yield Run(
            place="",
            revision=revision,
            committed_s=committed_s,
            measured_s=document.key("datetime").moment(),
            facts=_facts(document.key("machine_info")),
            amounts=problems.distinct(document.key("benchmarks"), amounts),
        )


def _commit(commit: Node, problems: Problems) -> tuple[str | None, int | None]:
    """The revision and its time, if the tree was that revision."""
    name, time = commit.get("id"), commit.get("time")
    dirty = commit.get("dirty")
    if name is None or name.text() == UNKNOWN:
        return None, None
    if dirty is not None and dirty.flag():
        problems.leave_out(commit, name.text(), "the tree had changes that are in no commit")
        return None, None
    return name.commit(), None if time is None else time.moment()


def _facts(machine: Node) -> Facts:
    cpu = machine.get("cpu")
    model = None if cpu is None else cpu.get("brand_raw")
    cores = None if cpu is None else cpu.get("count")
    words = [
        machine.key(key).text()
        for key in ("python_implementation", "python_implementation_version", "python_compiler")
    ]
    return Facts(
        cpu=UNKNOWN if model is None else model.text(),
        cores=0 if cores is None else cores.count(),
        python=" ".join(words),
    )


def _amount(one: Node) -> Amount:
    timer = one.key("options").get("timer")
    is_cpu = timer is not None and "process" in timer.text()
    return Amount(
        name=one.key("fullname").name(),
        source=Source.PYTEST,
        metric=Metric.TIME,
        value=one.key("stats").key("median").amount(),
        clock=Clock.CPU if is_cpu else Clock.WALL,
    )
