"""Single values: a node -> a duration, percentage, amount, date, path or name, or why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from math import log1p
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from gate.config.loader import Node, Scalar, Sequence
from gate.config.problems import quoted
from gate.config.schema import Store, StoreKind
from gate.isolation.policy import allowance
from gate.model import Metric

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Decode: TypeAlias = Callable[[Node], T]
"""Returns what a node means; raises ``UnfitError`` where it means nothing here."""

LONGEST_BUDGET_S = 6 * 3600.0

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_PERCENTAGE = re.compile(rf"({_NUMBER}) ?%")
_AMOUNT = re.compile(rf"({_NUMBER}) ?([A-Za-zµμ]{{1,3}})")
_DURATION = re.compile(rf"(?=.)(?:({_NUMBER})h)?(?:({_NUMBER})m)?(?:({_NUMBER})s)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Inside the repository, and never mistaken for an option of pytest or git.
_PATH = re.compile(r"(?![/~-])(?!(?:.*/)?\.\.(?:/|$))[^\\\n\t]+")
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)|[./]$))[A-Za-z0-9_][A-Za-z0-9._/-]*")
_BUCKET = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9._/-]*)?")
_DOTTED = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"

_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_BYTES = {
    "B": 1.0,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
}


class UnfitError(Exception):
    """A value is not what its place asks for; says what would be."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def described(node: Node) -> str:
    """What stands there, for the end of a problem."""
    match node:
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=str(text)):
            return quoted(text)
        case Scalar(text=text):
            return text
        case Sequence():
            return "a list"
        case _:
            return "a mapping"


def _text(node: Node, expected: str) -> str:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    raise UnfitError(expected)


def text(node: Node) -> str:
    """Any text; what looks like a number must be quoted, so that 3.10 never turns into 3.1."""
    return _text(node, "text, in quotes where it looks like something else")


def words(node: Node) -> str:
    """Text that says something."""
    if (value := _text(node, "text that is not empty")).strip():
        return value
    raise UnfitError("text that is not empty")


def flag(node: Node) -> bool:
    """True or false, and nothing else that other versions of YAML take for it."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    raise UnfitError("true or false")


def one_of(kind: type[E]) -> Decode[E]:
    """One of the values of an enumeration."""
    *some, last = kind
    expected = f"{', '.join(some)} or {last}"

    def decode(node: Node) -> E:
        value = _text(node, expected)
        if value in list(kind):
            return kind(value)
        raise UnfitError(expected)

    return decode


def shaped(pattern: str, expected: str) -> Decode[str]:
    """Text that a regular expression matches from end to end."""
    shape = re.compile(pattern)

    def decode(node: Node) -> str:
        value = _text(node, expected)
        if shape.fullmatch(value):
            return value
        raise UnfitError(expected)

    return decode


python_version = shaped(r"3\.[0-9]{1,2}(\.[0-9]{1,2})?", 'a version in quotes such as "3.12"')
requirement = shaped(r"[^-\s][^\n]*", 'a requirement such as ".[test]", not an option')
environment_name = shaped(r"[A-Za-z_][A-Za-z0-9_]*", "a name of letters, digits and _")
command_name = shaped(
    r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", "a name of at most 100 letters, digits, _ . and -"
)
module = shaped(_DOTTED, "a module such as mylib.core")
factory = shaped(f"{_DOTTED}:{_DOTTED}", 'a factory such as "mylib.sdk:make_executor"')


def path(node: Node) -> PurePosixPath:
    """A relative path that stays inside the repository; whether it exists is not looked at."""
    expected = "a path inside the repository, relative and without .."
    value = _text(node, expected)
    if _PATH.fullmatch(value):
        return PurePosixPath(value)
    raise UnfitError(expected)


def opened(node: Node) -> str:
    """What isolation leaves open: ``sockets``, or an absolute path."""
    expected = "sockets or an absolute path other than / without .."
    value = _text(node, expected)
    try:
        allowance([value])
    except ValueError:
        raise UnfitError(expected) from None
    if "\n" in value:
        raise UnfitError(expected)
    return value


def percentage(node: Node) -> float:
    """``5%`` as a log ratio, ln(1.05); above 0."""
    expected = "a percentage such as 5%"
    found = _PERCENTAGE.fullmatch(_text(node, expected))
    if found and float(found[1]) > 0:
        return log1p(float(found[1]) / 100)
    raise UnfitError(expected)


def duration_s(written: str) -> float:
    """Seconds of ``90s``, ``3m`` or ``1h30m``.

    Raises:
        ValueError: Where the text is none of these.
    """
    if not (found := _DURATION.fullmatch(written)):
        raise ValueError(written)
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def budget(node: Node) -> float:
    """Seconds of measuring, above 0 and at most ``LONGEST_BUDGET_S``."""
    expected = "a duration such as 90s, 3m or 1h, at most 6h"
    try:
        seconds = duration_s(_text(node, expected))
    except ValueError:
        raise UnfitError(expected) from None
    if 0 < seconds <= LONGEST_BUDGET_S:
        return seconds
    raise UnfitError(expected)


def _measured_in(units: Mapping[str, float], expected: str) -> Decode[float]:
    def decode(node: Node) -> float:
        found = _AMOUNT.fullmatch(_text(node, expected))
        if found and found[2] in units and float(found[1]) > 0:
            return float(found[1]) * units[found[2]]
        raise UnfitError(expected)

    return decode


def _count(node: Node) -> float:
    if isinstance(node, Scalar) and type(node.value) is int and node.value >= 0:
        return float(node.value)
    raise UnfitError("a count such as 1000, without a unit")


AMOUNTS: Mapping[Metric, Decode[float]] = MappingProxyType(
    {
        Metric.TIME: _measured_in(_SECONDS, "a time such as 0.5ms (s, ms, us or ns)"),
        Metric.MEMORY: _measured_in(_BYTES, "a size such as 100MB (B, kB, KiB, MB, MiB, GB, GiB)"),
        Metric.ALLOCATIONS: _count,
    }
)
"""How an absolute budget is written for each metric; what comes out is in its base unit."""


def day(node: Node) -> date:
    """A date that the calendar has."""
    expected = "a date such as 2027-01-31"
    value = _text(node, expected)
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UnfitError(expected)


_LOCATIONS = {StoreKind.DIRECTORY: _PATH, StoreKind.BRANCH: _BRANCH}


def store(node: Node) -> Store:
    """A place for baselines."""
    expected = "dir:PATH, branch:NAME, s3://…, gs://… or az://…"
    prefix, _, location = _text(node, expected).partition(":")
    if prefix in list(StoreKind):
        kind = StoreKind(prefix)
        if kind not in _LOCATIONS:
            location = location.removeprefix("//") if location.startswith("//") else ""
        if _LOCATIONS.get(kind, _BUCKET).fullmatch(location):
            return Store(kind=kind, location=location)
    raise UnfitError(expected)
