"""Which records may go: the recent ones stay, and one a week of the older ones, to show drift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gate.baseline.entries import Entry

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What stays; a record that any of these holds for does."""

    newest: int = 50
    """So many of each machine, >= 1: enough to judge by, however long ago they were made."""
    days: int = 90
    """All that are younger, >= 0."""
    every_days: int = 7
    """The last one in each stretch of so many days, of each machine; >= 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """What stays and what goes; together all that there was, oldest first."""

    keep: tuple[Entry, ...]
    remove: tuple[Entry, ...]


def plan_pruning(entries: Iterable[Entry], policy: Policy, now_s: float) -> Pruning:
    """Return what would go by a policy; what a clock dates into the future stays.

    Args:
        entries: In any order.
        policy: What stays.
        now_s: Seconds since 1970.
    """
    ordered = sorted(entries, key=lambda one: (one.measured_s, one.digest))
    machines: dict[str, list[Entry]] = {}
    for entry in ordered:
        machines.setdefault(entry.fingerprint, []).append(entry)
    kept = {one for records in machines.values() for one in _kept(records, policy, now_s)}
    return Pruning(
        keep=tuple(one for one in ordered if one in kept),
        remove=tuple(one for one in ordered if one not in kept),
    )


def _kept(records: Sequence[Entry], policy: Policy, now_s: float) -> set[Entry]:
    """What stays of one machine's records, which are given oldest first."""
    stretches = {one.measured_s // (policy.every_days * DAY_S): one for one in records}
    young = {one for one in records if one.measured_s > now_s - policy.days * DAY_S}
    return young | {*stretches.values()} | {*records[-policy.newest :]}
