"""What guests say, checked before anybody believes it: they run foreign code."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gate.model import Slice

NAME_LIMIT = 4096
TEXT_LIMIT = 8192


class GarbledError(Exception):
    """A guest said something that is not part of the protocol."""


class Fate(StrEnum):
    """How a benchmark's test ended in one process."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CRASHED = "crashed"
    HUNG = "hung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A benchmark as a guest collected it; items of one group share fixtures."""

    name: str
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectError:
    """A file that could not be collected."""

    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Everything that a guest found, in its own order."""

    items: tuple[Item, ...]
    errors: tuple[CollectError, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A benchmark is parked and waits for orders."""

    name: str
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The test of a benchmark is over."""

    name: str
    fate: Fate
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The whole walk is over."""

    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was executed up to the end of a benchmark's calls; checked by who understands it."""

    name: str
    """Empty: up to the end of collecting, which all benchmarks share."""
    life: Mapping[str, object]


Message = Collected | Ready | Slice | Finished | Done | Counted


def parse(message: Mapping[str, object]) -> Message:
    """Return what a guest said.

    Raises:
        GarbledError: if it is not one of the messages of the protocol, in shape and range.
    """
    try:
        return _PARSERS[str(message["kind"])](message)
    except (KeyError, TypeError, ValueError) as error:
        raise GarbledError(f"the guest sent something unexpected: {error!r}") from error


def _collected(message: Mapping[str, object]) -> Collected:
    errors = [_mapping(entry) for entry in _list(message["errors"])]
    return Collected(
        items=tuple(_item(_mapping(entry)) for entry in _list(message["benchmarks"])),
        errors=tuple(
            CollectError(where=_text(entry["where"], NAME_LIMIT), message=_text(entry["message"]))
            for entry in errors
        ),
        origins=_origins(message["origins"]),
    )


def _item(entry: Mapping[str, object]) -> Item:
    group = tuple(_text(part, NAME_LIMIT) for part in _list(entry["group"]))
    return Item(name=_text(entry["name"], NAME_LIMIT), group=group)


def _ready(message: Mapping[str, object]) -> Ready:
    limit = message["limit"]
    return Ready(
        name=_text(message["name"], NAME_LIMIT), limit=None if limit is None else _count(limit, 1)
    )


def _reading(message: Mapping[str, object]) -> Slice:
    return Slice(
        loops=_count(message["loops"], 1),
        wall_s=max(_seconds(message["wall_s"]), 1e-9),
        cpu_s=_seconds(message["cpu_s"]),
        voluntary=_count(message["voluntary"], 0),
        involuntary=_count(message["involuntary"], 0),
    )


def _finished(message: Mapping[str, object]) -> Finished:
    return Finished(
        name=_text(message["name"], NAME_LIMIT),
        fate=Fate(_text(message["outcome"])),
        message=_text(message["message"]),
    )


def _counted(message: Mapping[str, object]) -> Counted:
    return Counted(name=_text(message["name"], NAME_LIMIT), life=_mapping(message["life"]))


def _done(message: Mapping[str, object]) -> Done:
    return Done(origins=_origins(message["origins"]))


def _origins(value: object) -> dict[str, str]:
    return {_text(k, NAME_LIMIT): _text(v, NAME_LIMIT) for k, v in _mapping(value).items()}


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {type(value).__name__}")
    return value


def _text(value: object, limit: int = TEXT_LIMIT) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value[:limit]


def _count(value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"expected a whole number from {least}, got {value!r}")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"expected seconds, got {type(value).__name__}")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"expected seconds from 0, got {value!r}")
    return float(value)


_PARSERS: dict[str, Callable[[Mapping[str, object]], Message]] = {
    "collected": _collected,
    "ready": _ready,
    "reading": _reading,
    "finished": _finished,
    "done": _done,
    "counted": _counted,
}
