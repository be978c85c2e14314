"""Looking after a store: what is in it, what may go, and moving to another one."""

from __future__ import annotations

from dataclasses import dataclass

from gate.baseline import store
from gate.baseline.entries import Entry
from gate.baseline.pruning import Policy, plan_pruning
from gate.baseline.store import Quarantined, Reading, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What came of pruning."""

    removed: tuple[Entry, ...]
    kept: int
    """Records that stay."""
    quarantined: tuple[Quarantined, ...]
    """Files that would have gone by their names, but are unreadable: they stay."""


def whole(kept: Store) -> Reading:
    """Read and check everything in a store, oldest first; strangers are among the quarantined.

    Raises:
        StoreError: It cannot be read.
    """
    found = store.survey(kept)
    reading = store.read(kept, found.entries)
    strangers = tuple(map(store.stranger, found.strangers))
    return Reading(records=reading.records, quarantined=(*reading.quarantined, *strangers))


def candidates(kept: Store, policy: Policy, now_s: float) -> Pruned:
    """Return what pruning would do.

    Args:
        kept: The store.
        policy: What stays.
        now_s: Seconds since 1970.

    Raises:
        StoreError: It cannot be read.
    """
    plan = plan_pruning(store.survey(kept).entries, policy, now_s)
    reading = store.read(kept, plan.remove)
    return Pruned(
        removed=tuple(reading.records), kept=len(plan.keep), quarantined=reading.quarantined
    )


def prune(kept: Store, policy: Policy, now_s: float) -> Pruned:
    """Remove what a policy does not keep, and give back the room; see `candidates`.

    Raises:
        StoreError: It cannot be read or written.
    """
    pruned = candidates(kept, policy, now_s)
    kept.remove([entry.name for entry in pruned.removed])
    kept.compact()
    return pruned


def copy(source: Store, target: Store) -> Reading:
    """Add all records of one store to another one, which may have some of them.

    Returns:
        What was copied, and what was not, for it is unreadable.

    Raises:
        StoreError: One of them cannot be read or written.
    """
    reading = whole(source)
    store.add_all(target, reading.records.values())
    return reading
