"""The pipe of ``perf-gate import``: files of other tools -> runs -> records -> the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.baseline import store
from gate.baseline.codec import encode
from gate.baseline.entries import entry_of
from gate.baseline.record import Record
from gate.errors import UsageError
from gate.foreign import Reading
from gate.importing.records import record_of
from gate.model import Result
from gate.pipe.brought import joined, readings, result_of
from gate.revisions import Clone


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of importing into a store."""

    added: int
    """Records that are new there."""
    known: int
    """Records that were there before."""


def read_all(paths: Iterable[Path]) -> tuple[Reading, ...]:
    """Return what all files say.

    Raises:
        UsageError: Some cannot be read: each is named, with its problems.
    """
    found: list[Reading] = []
    problems: list[UsageError] = []
    for path in paths:
        try:
            found.extend(readings(path))
        except UsageError as error:
            problems.append(error)
    if problems:
        raise UsageError(
            "\n".join(error.message for error in problems), hint=problems[0].hint
        ) from problems[0]
    return tuple(found)


def as_result(found: Sequence[Reading], name: str, revision: str | None) -> Result:
    """Return the figures of one revision as a result.

    Args:
        found: What was read.
        name: Where it is from, for messages.
        revision: Full object name; None: there is only one.

    Raises:
        UsageError: There is none, or there are several, or they are of several tools.
    """
    if len({one.format for one in found}) > 1:
        raise UsageError("a result is of one tool: give the files of one")
    run = joined([run for one in found for run in one.runs], name, revision)
    return result_of(found[0].format, run)


def records(found: Iterable[Reading], source: Clone, revision: str | None) -> Iterator[Record]:
    """Yield a record of each run.

    Args:
        found: What was read.
        source: The repository that the revisions are of.
        revision: Full object name: of runs that do not say theirs, and the only one of those
            that do; None: all of them, and each says its own.

    Raises:
        UsageError: A run does not say its revision, none is left, or a run is too large.
    """
    wanted = {revision, None}
    runs = [(one.format, run) for one in found for run in one.runs if run.amounts]
    chosen = [pair for pair in runs if revision is None or pair[1].revision in wanted]
    if not chosen:
        raise UsageError(f"of {len(runs)} runs none is of revision {revision}")
    committed_s = 0 if revision is None else _committed_s(source, revision)
    for tool, run in chosen:
        of = revision or run.revision
        if of is None:
            raise UsageError(
                f"{tool} does not say here which revision was measured",
                hint="Say it with --revision.",
            )
        when_s = committed_s if run.committed_s is None else run.committed_s
        yield record_of(tool, run, of, when_s or run.measured_s or 0)


def keep(made: Sequence[Record], kept: store.Store) -> Imported:
    """Add records to a store, those that are not there; whoever is interrupted may call it again.

    Raises:
        StoreError: It cannot be read or written.
    """
    there = {entry.name for entry in store.survey(kept).entries}
    named = {entry_of(one, _encoded(one)).name: one for one in made}
    new = [one for name, one in named.items() if name not in there]
    store.add_all(kept, new)
    return Imported(added=len(new), known=len(named) - len(new))


def _committed_s(source: Clone, revision: str) -> int:
    return max(0, int(source.git.line("show", "--no-patch", "--format=%ct", revision)))


def _encoded(one: Record) -> bytes:
    try:
        return encode(one)
    except ValueError as error:
        raise UsageError(f"the run of {one.revision[:10]} makes no record: {error}") from error
