"""What a store knows of this machine: read before anything of the target runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gate.baseline import store
from gate.baseline.entries import Entry
from gate.baseline.record import Fingerprint, Record
from gate.baseline.store import Quarantined, Reading, Store, StoreError
from gate.revisions import Clone

LOOKED_AT = 60
"""Newest records of a machine that are read: what is older says little about today."""
MACHINES = 64
"""Machines whose newest record is read, to say what differs where none is like this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """What a store knows."""

    place: str
    """The store."""
    machines: tuple[Fingerprint, ...] = ()
    """Machines that it has records of, those with the newest first."""
    histories: Mapping[Fingerprint, tuple[Record, ...]] = field(default_factory=dict)
    """Runs of the machines that differ from this one in the interpreter at most, of commits up to
    base, in the order of the commits."""
    past: tuple[Record, ...] = ()
    """All that was read of these machines, to be drawn: of later commits, too."""
    names_on_base: frozenset[str] | None = None
    """Benchmarks in the records of base itself, of whatever machine; None: it has no record."""
    notices: tuple[str, ...] = ()
    trouble: str = ""
    """Why it could not be read; empty: it could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Which records may be a baseline of a change."""

    here: Fingerprint
    """This machine; its interpreter does not matter yet."""
    base: str
    """Full object name."""
    committed_s: int
    """When base was committed: later commits are not what head is a change of."""
    head: str
    """Full object name: it is not held against itself."""


def committed_s(source: Clone, commit: str) -> int:
    """Return when a commit was made by its own account, in seconds since 1970, >= 0."""
    return max(0, int(source.git.line("show", "--no-patch", "--format=%ct", commit)))


def read_baselines(kept: Store, place: str, bounds: Bounds) -> Baselines:
    """Return what a store knows, or why it cannot be read: that is never an error of a check.

    Only names are listed; read are the newest record of each machine, those of base, and the
    newest `LOOKED_AT` of the machines that are like this one.

    Args:
        kept: The store.
        place: What it is called.
        bounds: What is looked for.
    """
    try:
        return _read(kept, place, bounds)
    except StoreError as error:
        return Baselines(place=place, trouble=error.message)


def _read(kept: Store, place: str, bounds: Bounds) -> Baselines:
    entries = store.survey(kept).entries
    known = _by_machine(entries)
    of_base = [one for one in entries if one.revision == bounds.base][-MACHINES:]
    first = store.read(kept, [*(runs[-1] for runs in known[:MACHINES]), *of_base])
    machines = {one.fingerprint: first.records[one].fingerprint for one in first.records}
    alike = {short for short, one in machines.items() if _is_here(one, bounds.here)}
    wanted = (one for runs in known for one in runs[-LOOKED_AT:] if one.fingerprint in alike)
    reading = store.read(kept, [one for one in wanted if one.revision != bounds.head])
    bad = {one.name: one for one in (*first.quarantined, *reading.quarantined)}
    return Baselines(
        place=place,
        machines=tuple(machines.values()),
        histories=_histories(reading.records.values(), bounds),
        past=tuple(reading.records.values()),
        names_on_base=_names(_measured(first, of_base)),
        notices=tuple(map(_bad, bad.values())),
    )


def _measured(reading: Reading, entries: Iterable[Entry]) -> Iterator[Record]:
    """Those that are readable and our own: what another tool measured is not all that base has."""
    found = (reading.records[one] for one in entries if one in reading.records)
    return (one for one in found if not one.fingerprint.is_imported)


def _names(records: Iterable[Record]) -> frozenset[str] | None:
    found = [{name for table in one.tables for name in table.names} for one in records]
    return frozenset().union(*found) if found else None


def _by_machine(entries: Iterable[Entry]) -> list[Sequence[Entry]]:
    """The records of each machine, oldest first; machines with the newest record first."""
    machines: dict[str, list[Entry]] = {}
    for entry in entries:
        machines.setdefault(entry.fingerprint, []).append(entry)
    return sorted(machines.values(), key=lambda one: one[-1].measured_s, reverse=True)


def _is_here(one: Fingerprint, here: Fingerprint) -> bool:
    return replace(one, python=here.python) == here


def _histories(records: Iterable[Record], bounds: Bounds) -> dict[Fingerprint, tuple[Record, ...]]:
    fitting: dict[Fingerprint, list[Record]] = {}
    for one in sorted(records, key=lambda one: (one.committed_s, one.measured_s)):
        if one.committed_s <= bounds.committed_s:
            fitting.setdefault(one.fingerprint, []).append(one)
    return {machine: tuple(runs) for machine, runs in fitting.items()}


def _bad(one: Quarantined) -> str:
    return f"in the store, but of no use: {one.name}: {one.reason}"
