"""The pipe of ``perf-gate record``: one revision, measured against itself, into the store."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.baseline.entries import Entry
from gate.baseline.record import Fingerprint, Record, tables_of
from gate.baseline.store import Quarantined, Store, StoreError
from gate.config.schema import Store as Named
from gate.errors import MeasureError, UsageError
from gate.history.series import News
from gate.job import Job
from gate.main import take
from gate.model import Measurements, Revision, Revisions
from gate.pipe.earlier.baselines import committed_s
from gate.pipe.earlier.figures import figures_of
from gate.pipe.earlier.places import Place, usual
from gate.pipe.rules import Rules, rules_for
from gate.report.files import make_folder
from gate.revisions import Clone, clone
from gate.revisions.sides import locate
from gate.storing.histories import news_of, release_s
from gate.system.folders import Workspace
from gate.system.processes import become_subreaper, reap_descendants
from gate.system.progress import Progress

GRACE_S = 5.0
"""How long what the target started may take to die."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of recording."""

    record: Record
    entry: Entry
    place: str
    """The store that it is in."""
    copy: Path
    """The folder below ``--out`` that has it, too."""
    notices: tuple[str, ...]
    news: tuple[News, ...] = ()
    """What it shows first in the history of the store."""


def record(job: Job, asked: Named | None, progress: Progress) -> Recorded:
    """Measure ``job.head`` (default: HEAD), and add what was measured to the store.

    Both sides are that revision, and head's figures are kept. They are written below ``job.out``
    first, so that a store which cannot be reached costs no measurement. The store is looked at
    before anything is measured, and opened again when nothing of the target runs any more.

    Args:
        job: What to measure; ``base`` and ``proof`` do not matter.
        asked: The store; None: the configuration's, else the usual one.
        progress: Is told how far it is.

    Raises:
        UsageError: The call or the configuration is wrong, or the store cannot be used.
        InstallError: The revision cannot be installed.
        MeasureError: Nothing could be measured.
    """
    if job.dry_run:
        make_folder(job.out)
    with Workspace(job.out if job.dry_run else None) as folder:
        progress.phase("revisions")
        source = clone(job.repository, folder / "git")
        revisions = revision_of(job, source)
        job = replace(job, proof=False)
        rules = rules_for(job, source, revisions)
        place = place_for(asked, rules, source)
        committed = committed_s(source, revisions.head.commit)
        progress.phase("look at the store")
        strangers = store.survey(place.open(folder / "before")).strangers
        become_subreaper()
        try:
            measurements, machine = take(
                job, source, revisions, rules, folder=folder, progress=progress
            )
        finally:
            reap_descendants(GRACE_S)
        made = record_of(measurements, machine, revisions.head.commit, committed, os.environ)
        notices = (*measurements.notices, *map(_strange, map(store.stranger, strangers)))
        return _kept(job, place, made, (*_failed(measurements), *notices), progress)


def revision_of(job: Job, source: Clone) -> Revisions:
    """Return the revision that is meant, as both sides.

    Raises:
        UsageError: It is unknown.
    """
    one = Revision(commit=locate(source, job.head or "HEAD"), label="recorded")
    return Revisions(base=one, head=one)


def place_for(asked: Named | None, rules: Rules, source: Clone) -> Place:
    """Return the store: of the call, else of the configuration, else the usual one.

    Raises:
        StoreError: It would be in the user's cache, which cannot be written.
    """
    chosen = asked or rules.configuration.baseline.store or usual(source, os.environ)
    return Place(named=chosen, source=source)


def record_of(
    measurements: Measurements,
    machine: Fingerprint,
    commit: str,
    committed_s: int,
    variables: Mapping[str, str],
) -> Record:
    """Return the record of a run that has just ended.

    Args:
        measurements: Of the run.
        machine: That it ran on.
        commit: What was measured.
        committed_s: When that was committed, in seconds since 1970.
        variables: Where a runner says which run this is.

    Raises:
        MeasureError: There is no figure.
    """
    tables = tables_of(figures_of(measurements.samples))
    if not tables:
        raise MeasureError("nothing was measured: there is nothing to record")
    return Record(
        revision=commit,
        run=_run(variables),
        measured_s=int(time.time()),
        committed_s=committed_s,
        fingerprint=machine,
        tables=tables,
    )


def _run(variables: Mapping[str, str]) -> str:
    said = [variables.get(f"GITHUB_{each}", "") for each in ("RUN_ID", "RUN_ATTEMPT")]
    return "-".join(filter(None, said)) or secrets.token_hex(8)


def _kept(
    job: Job, place: Place, made: Record, notices: tuple[str, ...], progress: Progress
) -> Recorded:
    make_folder(job.out)
    copy = job.out / "records"
    entry = store.add(Directory(folder=copy), made)
    if job.dry_run:
        return Recorded(record=made, entry=entry, place=str(place), copy=copy, notices=notices)
    progress.phase("store")
    with Workspace() as folder:
        try:
            kept = place.open(folder / "store")
            store.add(kept, made)
        except UsageError as error:
            raise StoreError(
                f"{error.message}; what was measured is kept in {copy}",
                hint=f"{error.hint} Then: perf-gate store copy dir:{copy} --store {place}".strip(),
            ) from error
        progress.phase("look at the history")
        fresh, trouble = _news(kept, made, place.source)
    return Recorded(
        record=made,
        entry=entry,
        place=str(place),
        copy=copy,
        notices=(*notices, *trouble),
        news=fresh,
    )


def _news(kept: Store, made: Record, source: Clone) -> tuple[tuple[News, ...], tuple[str, ...]]:
    """What is new, or why nobody knows: what was recorded stays recorded."""
    try:
        return news_of(kept, made, release_s(source, made.revision, None)), ()
    except UsageError as error:
        return (), (f"the history could not be looked at: {error.message}",)


def _failed(measurements: Measurements) -> tuple[str, ...]:
    return tuple(
        f"not recorded: {each.benchmark.name}: {each.ailment}" for each in measurements.failures
    )


def _strange(one: Quarantined) -> str:
    return f"in the store, but of no use: {one.name}: {one.reason}"
