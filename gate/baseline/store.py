"""What a store can do, and how records are put into one and read from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gate.baseline.codec import UnreadableError, decode, encode
from gate.baseline.entries import Entry, Listing, entry_of, listing
from gate.baseline.record import Record
from gate.errors import UsageError


class StoreError(UsageError):
    """A store cannot be reached, read or written; what it held before is intact."""


class Store(Protocol):
    """A place for files that are written once. Names are relative paths with ``/`` in them."""

    def names(self) -> tuple[str, ...]:
        """Return the names of all files that are there now, in any order.

        Raises:
            StoreError: The store cannot be read. A place where nothing was ever kept is empty.
        """

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """Yield files with their content, or with the reason why they cannot be read.

        Args:
            names: As ``names`` returned them; what has gone meanwhile is left out.

        Raises:
            StoreError: The store cannot be read.
        """

    def add(self, name: str, content: bytes) -> None:
        """Write a file; afterwards it is there as a whole, or not at all.

        A file that is there with this content is left alone, so that whoever lost the answer may
        ask again.

        Raises:
            StoreError: It cannot be written, or something else has that name.
        """

    def add_all(self, contents: Mapping[str, bytes]) -> None:
        """Write files by their names, as `add` does with each; a branch gets one commit for all.

        Raises:
            StoreError: One of them cannot be written, or something else has its name; others may
                be there.
        """

    def remove(self, names: Sequence[str]) -> None:
        """Remove files for good, those that are there.

        Raises:
            StoreError: One of them cannot be removed.
        """

    def compact(self) -> None:
        """Give back the room that removed and unfinished files still take.

        Raises:
            StoreError: The store cannot be written.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A file that is no usable record: it is left where it is, and takes no part in anything."""

    name: str
    """Untrusted text."""
    reason: str
    """What is wrong with it, a clause that begins with *it*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading some records."""

    records: Mapping[Entry, Record]
    """In the order in which they were asked for."""
    quarantined: tuple[Quarantined, ...] = ()


def survey(store: Store) -> Listing:
    """Return what a store holds, by the names alone.

    Raises:
        StoreError: It cannot be read.
    """
    return listing(store.names())


def add(store: Store, record: Record) -> Entry:
    """Put a record into a store, once, however often this is called with it.

    Returns:
        Where it is.

    Raises:
        StoreError: It cannot be written.
    """
    return add_all(store, [record])[0]


def add_all(store: Store, records: Iterable[Record]) -> tuple[Entry, ...]:
    """Put records into a store, each once, however often this is called with them.

    Returns:
        Where they are, in their order.

    Raises:
        StoreError: One of them cannot be written; others may be there.
    """
    made = [(record, encode(record)) for record in records]
    entries = tuple(entry_of(*one) for one in made)
    contents = {entry.name: content for entry, (_, content) in zip(entries, made, strict=True)}
    store.add_all(contents)
    return entries


def read(store: Store, entries: Iterable[Entry]) -> Reading:
    """Read records; those that cannot be used are set aside and named.

    Args:
        store: Where they are.
        entries: Which; those that have been removed meanwhile are left out.

    Raises:
        StoreError: The store cannot be read.
    """
    wanted = {entry.name: entry for entry in entries}
    records: dict[Entry, Record] = {}
    quarantined = []
    for name, content in store.read(wanted):
        try:
            records[wanted[name]] = _checked(wanted[name], content)
        except UnreadableError as error:
            quarantined.append(Quarantined(name=name, reason=error.message))
    return Reading(records=records, quarantined=tuple(quarantined))


def stranger(name: str) -> Quarantined:
    """Return what is said of a file whose name is not that of a record."""
    return Quarantined(name=name, reason="it does not have the name of a record")


def _checked(entry: Entry, content: bytes | OSError) -> Record:
    if isinstance(content, OSError):
        raise UnreadableError(f"it cannot be read: {content.strerror or content}")
    record = decode(content)
    if entry_of(record, content) != entry:
        raise UnreadableError("it is another record than its name says")
    return record
