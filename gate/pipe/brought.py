"""Results that the user brings: our own documents and other tools' files, as results to compare."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from gate.errors import ExitStatus, UsageError
from gate.foreign import CAP_BYTES, ForeignError, Format, Reading, Run, asv, read
from gate.foreign.run import UNKNOWN
from gate.model import (
    Benchmark,
    Finding,
    Judgement,
    Machine,
    Metric,
    Noise,
    Outcome,
    Result,
    Revision,
    Revisions,
    Seconds,
    VerdictKind,
)
from gate.pipe.rules import text_of
from gate.report.documents import loads
from gate.text import visible

LACKS = {
    Format.PYTEST_BENCHMARK: "its rounds are of one process, so how much processes differ, "
    "which is most of the noise, is not in them",
    Format.PYPERF: "it shows how much its processes differ, but none of them ran beside one of "
    "the other side",
    Format.HYPERFINE: "it shows how much its runs differ, but none of them ran beside one of the "
    "other side",
    Format.ASV: "one figure of each benchmark is used, and how much processes differ is not in it",
    Format.GITHUB_ACTION_BENCHMARK: "it keeps one figure of each benchmark, and nothing of how "
    "much processes differ",
    Format.BENCHER: "it keeps one figure of each benchmark, and what its bounds mean is not said",
}
"""What the data of a format cannot show."""
_NAME_CELLS = 400
"""Of a path, in messages."""
_IMPORTED = {f"imported from {each}": each for each in Format}
"""How a result says that it is no measurement of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One side that was measured elsewhere."""

    result: Result
    format: Format | None = None
    """None for a result of our own."""


def brought(path: Path) -> Brought:
    """Return the result in a file: our own ``result.json``, or one run of another tool.

    Raises:
        UsageError: It cannot be read, is neither, or holds several revisions.
    """
    reading = None if path.is_dir() else read_file(path)
    if reading is None and not path.is_dir():
        result = loads(text_of(path))
        return Brought(result=result, format=_IMPORTED.get(result.judgement.noise.blind))
    found = (reading,) if reading is not None else tuple(readings(path))
    run = joined([run for one in found for run in one.runs], str(path))
    return Brought(result=result_of(found[0].format, run), format=found[0].format)


def read_file(path: Path) -> Reading | None:
    """Return what a file of another tool says; None where no tool that is known wrote it.

    Raises:
        UsageError: It cannot be read, or not as its format says.
    """
    name = visible(str(path), _NAME_CELLS)
    return read(text_of(path, CAP_BYTES), name, _meanings(path.parent.parent))


def readings(path: Path) -> Iterator[Reading]:
    """Yield what a file, or a folder of asv's results, says.

    Args:
        path: A file of any known tool; asv's ``results``, or the folder of a machine in it.

    Raises:
        UsageError: Something in it cannot be read: every file with its problems is named.
    """
    problems = []
    for file in _files(path) if path.is_dir() else (path,):
        try:
            reading = read_file(file)
        except UsageError as error:
            problems.append(error.message)
            continue
        if reading is None:
            problems.append(f"{visible(str(file), _NAME_CELLS)}: no format that is known")
        elif not problems:
            yield reading
    if problems:
        raise ForeignError("\n".join(problems), hint=f"Known are: {', '.join(Format)}.")


def joined(runs: Sequence[Run], name: str, revision: str | None = None) -> Run:
    """Return the figures of one revision as one run; of each series the latest.

    Args:
        runs: All that there are.
        name: Where they are from, for messages.
        revision: Which one; None: there is only one.

    Raises:
        UsageError: There is none or more than one, or two series have a benchmark in common.
    """
    chosen = [run for run in runs if revision is None or run.revision in {revision, None}]
    revisions = {run.revision for run in chosen}
    if len(revisions) != 1 or (None in revisions and len(chosen) > 1):
        named = len(revisions - {None})
        what = f"of {named} revisions" if named else "that name no revision"
        raise UsageError(
            f"{name} holds {len(chosen)} runs {what}; one is needed",
            hint="perf-gate import FILE --result FILE --revision REV takes one out of many.",
        )
    latest = {run.facts: run for run in sorted(chosen, key=lambda one: one.measured_s or 0)}
    amounts = sorted(
        (one for run in latest.values() for one in run.amounts), key=lambda one: one.name
    )
    for (benchmark, _), same in groupby(amounts, key=lambda one: (one.name, one.metric)):
        if len(list(same)) > 1:
            raise UsageError(f"{name} has {visible(benchmark)!r} in several series or environments")
    return replace(chosen[0], revision=revision or chosen[0].revision, amounts=tuple(amounts))


def result_of(source: Format, run: Run) -> Result:
    """Return a run as the result of one side: its figures are those of head, and not compared."""
    told = f"imported from {source}"
    commit = None if run.revision is None else Revision(commit=run.revision, label=told)
    judgement = Judgement(
        findings=tuple(_findings(run, f"{told}: not compared")),
        verdict=VerdictKind.INCONCLUSIVE,
        reason=f"{told}: nothing was compared",
        exit_status=ExitStatus.PASS,
        noise=Noise(floor=math.inf, false_failure=0.0, smallest_detectable=None, blind=told),
    )
    return Result(
        revisions=None if commit is None else Revisions(base=commit, head=commit),
        judgement=judgement,
        machine=_machine(run),
        seconds=Seconds(install=0.0, measure=0.0, total=0.0),
        notices=(f"{told}: {LACKS[source]}",),
    )


def revisions_of(base: Brought, head: Brought) -> Revisions | None:
    """Return what is compared; None where a file does not say."""
    before, after = base.result.revisions, head.result.revisions
    if before is None or after is None:
        return None
    return Revisions(base=before.head, head=after.head)


def caveats(base: Brought, head: Brought) -> tuple[str, ...]:
    """Return what a reader must know of two sides that were measured elsewhere."""
    sides = [("base", base.format), ("head", head.format)]
    lacks = [f"{side} is of {one}: {LACKS[one]}" for side, one in sides if one is not None]
    if base.format is not head.format:
        tools = " and ".join(one or "perf-gate" for _, one in sides)
        lacks.append(f"the sides are of two tools, {tools}, which do not measure the same")
    return (*lacks, *_machines(base.result.machine, head.result.machine), *_unjudged(head.result))


def _machines(base: Machine, head: Machine) -> Iterable[str]:
    pairs = [("cpu", base.cpu, head.cpu), ("cores", base.cores, head.cores)]
    pairs.append(("python", base.python, head.python))
    known = [one for one in pairs if not {one[1], one[2]} & {UNKNOWN, 0, ""}]
    for what, before, after in known:
        if before != after:
            yield f"the machines differ: {what} {before} -> {after}"
    if len(known) < len(pairs):
        missing = ", ".join(one[0] for one in pairs if one not in known)
        yield f"whether both are of one machine is not known: {missing} are not said"


def _unjudged(head: Result) -> Iterable[str]:
    others = [one for one in head.judgement.findings if one.metric is not Metric.TIME and one.head]
    if others:
        yield f"{len(others)} figures of head are no times, and not judged"


def _findings(run: Run, message: str) -> Iterator[Finding]:
    for one in run.amounts:
        yield Finding(
            benchmark=Benchmark(name=one.name, source=one.source),
            metric=one.metric,
            outcome=Outcome.INCONCLUSIVE,
            message=message,
            unit=one.unit,
            clock=one.clock,
            head=one.value,
        )


def _machine(run: Run) -> Machine:
    facts = run.facts
    return Machine(
        cpu=facts.cpu,
        cores=facts.cores,
        memory_bytes=0,
        system=UNKNOWN,
        python=facts.python,
    )


# --- files ----------------------------------------------------------------------------------------


def _files(folder: Path) -> list[Path]:
    """The results below asv's folder, or in the folder of one of its machines."""
    pattern = "*/*.json" if (folder / asv.MEANINGS).exists() else "*.json"
    others = {asv.MEANINGS, asv.MACHINE}
    files = sorted(path for path in folder.glob(pattern) if path.name not in others)
    if not files:
        raise UsageError(f"{folder} holds no results of asv")
    return files


def _meanings(folder: Path) -> partial[str] | None:
    path = folder / asv.MEANINGS
    return partial(text_of, path, CAP_BYTES) if path.exists() else None
