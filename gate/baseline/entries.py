"""What a record is called: its name says whose it is and when it was measured.

    07/<revision>-<fingerprint>-<seconds since 1970>-<digits of the checksum>.json

So a listing of names answers which records there are for a machine, newest first, without
opening one; and there is no index beside them that could be lost, stale or fought over. Whether
a name tells the truth shows when its record is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256

from gate.baseline.codec import checksum
from gate.baseline.record import Fingerprint, Record

_NAME = re.compile(
    r"(?P<shard>[0-9a-f]{2})/(?P<revision>[0-9a-f]{40}(?:[0-9a-f]{24})?)"
    r"-(?P<fingerprint>[0-9a-f]{16})-(?P<measured_s>0|[1-9]\d{0,15})"
    r"-(?P<digest>(?P=shard)[0-9a-f]{14})\.json"
)
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record by what its name says."""

    revision: str
    fingerprint: str
    """See `digest`."""
    measured_s: int
    digest: str
    """The first 16 digits of the record's checksum: equal names have equal content."""

    @property
    def name(self) -> str:
        """Path of the record in a store; 256 folders keep any of them short."""
        said = f"{self.revision}-{self.fingerprint}-{self.measured_s}-{self.digest}"
        return f"{self.digest[:2]}/{said}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All names in a store."""

    entries: tuple[Entry, ...]
    """Oldest first, by the clocks of the machines."""
    strangers: tuple[str, ...]
    """Names that no record has (untrusted text)."""


def listing(names: Iterable[str]) -> Listing:
    """Sort the names in a store into records and what else there is."""
    known = {name: entry_named(name) for name in names}
    entries = (entry for entry in known.values() if entry is not None)
    return Listing(
        entries=tuple(sorted(entries, key=lambda one: (one.measured_s, one.digest))),
        strangers=tuple(sorted(name for name, entry in known.items() if entry is None)),
    )


def entry_named(name: str) -> Entry | None:
    """Return what a name says; None where it is not the name of a record."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return Entry(
        revision=match["revision"],
        fingerprint=match["fingerprint"],
        measured_s=int(match["measured_s"]),
        digest=match["digest"],
    )


def entry_of(record: Record, content: bytes) -> Entry:
    """Return the entry of a record.

    Args:
        record: The record.
        content: The same as bytes.
    """
    return Entry(
        revision=record.revision,
        fingerprint=digest(record.fingerprint),
        measured_s=record.measured_s,
        digest=checksum(content)[:_DIGITS],
    )


@lru_cache(maxsize=1024)
def digest(fingerprint: Fingerprint) -> str:
    """Return 16 hexadecimal digits that stand for a machine."""
    said = json.dumps(asdict(fingerprint), sort_keys=True)
    return sha256(said.encode("ascii")).hexdigest()[:_DIGITS]
