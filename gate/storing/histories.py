"""What the records of a store show over time: of all benchmarks, or what one record shows first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gate.baseline import store
from gate.baseline.entries import digest
from gate.baseline.record import Record
from gate.baseline.store import Store
from gate.config.thresholds import matches
from gate.history.look import look, news
from gate.history.series import History, News, Series
from gate.page.records import series_of
from gate.pipe.earlier.baselines import committed_s
from gate.revisions import Clone
from gate.revisions.sides import locate


def histories(
    records: Iterable[Record], patterns: Sequence[str], released_s: int | None
) -> tuple[History, ...]:
    """Return the history of each benchmark on each machine, by name.

    Args:
        records: In any order.
        patterns: Of names; a benchmark that matches any of them is taken. None: all are.
        released_s: See `gate.history.look.look`.
    """
    wanted = (
        one
        for one in series_of(records)
        if not patterns or any(matches(pattern, one.name) for pattern in patterns)
    )
    return tuple(look(one, released_s) for one in sorted(wanted, key=_key))


def news_of(kept: Store, made: Record, released_s: int | None) -> tuple[News, ...]:
    """Return what a record shows first, of all that it measured: a shift, or a drift.

    Args:
        kept: A store that may have the record already; of the same machine's records, those that
            cannot be read take no part.
        made: The record.
        released_s: See `gate.history.look.look`.

    Raises:
        StoreError: The store cannot be read.
    """
    machine = digest(made.fingerprint)
    entries = (one for one in store.survey(kept).entries if one.fingerprint == machine)
    others = [one for one in store.read(kept, entries).records.values() if one != made]
    before = {_key(one): one for one in series_of(others)}
    measured = {_key(one) for one in series_of([made])}
    shown = (
        news(one, before[_key(one)], released_s)
        for one in series_of([*others, made])
        if _key(one) in measured and _key(one) in before
    )
    return tuple(one for one in shown if one.shifts or one.drift)


def release_s(source: Clone, commit: str, said: str | None) -> int | None:
    """Return when the last release before a commit was committed; None where none is known.

    Args:
        source: The repository; a shallow clone may lack the tags.
        commit: Full object name.
        said: The release, by name; None: the nearest tag with a number such as ``1.2`` in it.

    Raises:
        UsageError: There is no such release.
    """
    if said is not None:
        return committed_s(source, locate(source, said))
    parent = source.parent(commit)
    found = None if parent is None else source.describe(parent)
    if found is None:
        return None
    return committed_s(source, source.resolve(f"refs/tags/{found[0]}"))


def _key(series: Series) -> tuple[str, ...]:
    return (series.name, series.metric, series.unit, series.clock or "", series.machine)
