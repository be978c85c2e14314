"""Records as bytes and back: one line of JSON, its version in front, its checksum at the end.

    {"perf-gate-baseline":1,"content":{...},"sha256":"64 digits"}

The frame stays as it is for good; a version says how ``content`` is to be read. The checksum is
over all that stands before it, so that no byte can change unnoticed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from gate.baseline.record import Fingerprint, Kind, Record, Table
from gate.errors import UsageError
from gate.model import Clock, Metric, Source
from gate.strict import COMMIT
from gate.text import visible

VERSION = 1
"""The version that is written."""
LARGEST_RECORD = 16 * 1024 * 1024
"""Bytes of the longest record that is read: a hundred thousand figures."""

Json = Mapping[str, Any]

_FRAME = b'{"perf-gate-baseline":'
_HEAD = re.compile(rb'\{"perf-gate-baseline":(0|[1-9]\d{0,8}),"content":')
_TAIL = re.compile(rb',"sha256":"([0-9a-f]{64})"\}\n')
_TAIL_LENGTH = len(b',"sha256":""}\n') + 64
_SOURCES = {each.value: each for each in Source}
_METRICS = {each.value: each for each in Metric}
_CLOCKS = {each.value: each for each in Clock} | {None: None}
_COLUMNS = ("names", "pairs", "values", "spreads")


class UnreadableError(UsageError):
    """What should be a record cannot be used: it is foreign, truncated, damaged or too new."""


def encode(record: Record) -> bytes:
    """Return a record as ASCII bytes that `decode` reads; equal records give equal bytes.

    Raises:
        ValueError: The record is not what its fields promise: a figure is not finite, a name is
            there twice, a time is negative.
    """
    content = json.dumps(
        _content(record), allow_nan=False, separators=(",", ":"), sort_keys=True
    ).encode("ascii")
    body = b'%s%d,"content":%s' % (_FRAME, VERSION, content)
    written = b'%s,"sha256":"%s"}\n' % (body, sha256(body).hexdigest().encode("ascii"))
    try:
        decode(written)
    except UnreadableError as error:
        raise ValueError(f"such a record could not be read again: {error.message}") from error
    return written


def decode(content: bytes) -> Record:
    """Return the record that bytes hold.

    Raises:
        UnreadableError: They are not a whole and undamaged record of a version up to `VERSION`.
    """
    version, body = _opened(content)
    if version not in _READERS:
        raise UnreadableError(
            f"it has version {version}; this perf-gate reads versions up to {VERSION}",
            hint="A newer perf-gate wrote it, and reads it.",
        )
    try:
        return _READERS[version](json.loads(body))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        said = visible(str(error))
        raise UnreadableError(f"it does not hold what version {version} says: {said}") from error


def checksum(content: bytes) -> str:
    """Return the checksum that stands in a record that `encode` made, in hexadecimal digits."""
    return content[-_TAIL_LENGTH:][-67:-3].decode("ascii")


def _opened(content: bytes) -> tuple[int, bytes]:
    """The version, and the JSON of the content, of bytes whose checksum holds."""
    if len(content) > LARGEST_RECORD:
        raise UnreadableError(f"it is larger than {LARGEST_RECORD} bytes")
    if content[: len(_FRAME)] != _FRAME[: len(content)]:
        raise UnreadableError("it is no record of perf-gate")
    tail = _TAIL.fullmatch(content, max(0, len(content) - _TAIL_LENGTH))
    if tail is None:
        raise UnreadableError("it is cut off: its end is missing")
    body = content[:-_TAIL_LENGTH]
    if sha256(body).hexdigest().encode("ascii") != tail[1]:
        raise UnreadableError("it is damaged: its checksum does not hold")
    head = _HEAD.match(body)
    if head is None:
        raise UnreadableError("it is no record of perf-gate: it has no version")
    return int(head[1]), body[head.end() :]


def _content(record: Record) -> Json:
    machine = record.fingerprint
    return {
        "revision": record.revision,
        "run": record.run,
        "measured_s": record.measured_s,
        "committed_s": record.committed_s,
        "machine": {
            "cpu": machine.cpu,
            "cores": machine.cores,
            "python": machine.python,
            "libc": machine.libc,
            "image": machine.image,
        },
        "tables": [_columns(table) for table in record.tables],
    }


def _columns(table: Table) -> Json:
    kind = table.kind
    return {
        "source": kind.source,
        "metric": kind.metric,
        "unit": kind.unit,
        "clock": kind.clock,
        "names": table.names,
        "pairs": table.pairs,
        "values": table.values,
        "spreads": table.spreads,
    }


# --- version 1 ------------------------------------------------------------------------------------


def _record_1(found: Json) -> Record:
    _expect(
        found.keys() == {"revision", "run", "measured_s", "committed_s", "machine", "tables"},
        "the fields of a record",
    )
    _expect(COMMIT.fullmatch(_text(found["revision"])) is not None, "a full object name")
    return Record(
        revision=found["revision"],
        run=_text(found["run"]),
        measured_s=_count(found["measured_s"]),
        committed_s=_count(found["committed_s"]),
        fingerprint=_machine_1(found["machine"]),
        tables=tuple(map(_table_1, found["tables"])),
    )


def _machine_1(found: Json) -> Fingerprint:
    _expect(found.keys() == {"cpu", "cores", "python", "libc", "image"}, "a machine")
    return Fingerprint(
        cpu=_text(found["cpu"]),
        cores=_count(found["cores"]),
        python=_text(found["python"]),
        libc=_text(found["libc"]),
        image=_text(found["image"]),
    )


def _table_1(found: Json) -> Table:
    _expect(found.keys() == {"source", "metric", "unit", "clock", *_COLUMNS}, "a table")
    columns = [found[each] for each in _COLUMNS]
    _expect({*map(type, columns)} == {list}, "lists")
    _expect(len({*map(len, columns)}) == 1, "columns of one length")
    names, pairs, values, spreads = map(tuple, columns)
    # By the set of the types, and not one by one: that is what a million of them allow.
    _expect({*map(type, names)} <= {str} and len({*names}) == len(names), "names, each once")
    _expect({*map(type, pairs)} <= {int} and min(pairs, default=1) >= 1, "numbers of pairs")
    _expect({*map(type, values)} <= {float} and _are_amounts(values), "values")
    known = tuple(one for one in spreads if one is not None) if None in spreads else spreads
    _expect({*map(type, known)} <= {float} and _are_amounts(known), "spreads")
    kind = Kind(
        source=_SOURCES[found["source"]],
        metric=_METRICS[found["metric"]],
        unit=_text(found["unit"]),
        clock=_CLOCKS[found["clock"]],
    )
    return Table(kind=kind, names=names, pairs=pairs, values=values, spreads=spreads)


def _are_amounts(values: tuple[float, ...]) -> bool:
    return all(map(math.isfinite, values)) and min(values, default=0.0) >= 0


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a whole number that is not negative was expected")
    return value


def _expect(holds: bool, what: str) -> None:  # noqa: FBT001 - what is expected, as a value
    if not holds:
        raise ValueError(f"{what}: expected otherwise")


_READERS: Mapping[int, Callable[[Json], Record]] = {1: _record_1}
"""Who reads a version: one is added with each, and none is ever taken away."""
