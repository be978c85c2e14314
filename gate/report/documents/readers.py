"""Readers: each takes a JSON value and its place, and returns what it means, or refuses it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, NoReturn

from gate.errors import ExitStatus, UsageError
from gate.report.units import log_ratio
from gate.strict import COMMIT
from gate.text import visible

HINT = "Write it again with this version of perf-gate; gate/schemas/result.json describes it."

_HUGE = 1e18  # no time, size, count or change comes near; what is shown need not bear more
_UNIT = 20  # characters

Reader = Callable[[Any, str], Any]
"""Takes a JSON value and its place (for messages), returns what it means.

All of them raise UsageError, with the place, for a value that is not what they say.
"""


def refuse(place: str, expected: str, found: object) -> NoReturn:
    """Say what stands at a place, and what should.

    Raises:
        UsageError: Always.
    """
    shown = visible(repr(found), 60) if isinstance(found, str | int | float) else type(found)
    where = f"{place or 'the document'}: "
    raise UsageError(f"result.json: {where}expected {expected}, found {shown}", hint=HINT)


# --- what holds others ----------------------------------------------------------------------------


def record(
    value: Any, place: str, readers: Mapping[str, Reader], optional: Collection[str] = ()
) -> dict[str, Any]:
    """Read an object with these keys, of which the optional ones may be missing."""
    if not isinstance(value, dict):
        refuse(place, "an object", value)
    for key in sorted((value.keys() ^ readers.keys()) - set(optional)):
        known = key in readers
        refuse(_under(place, key), "a value" if known else "no such field", value.get(key))
    return {key: readers[key](value[key], _under(place, key)) for key in readers if key in value}


def _under(place: str, key: str) -> str:
    return f"{place}.{visible(key, 60)}".removeprefix(".")


def made(
    make: Callable[..., Any], readers: Mapping[str, Reader], optional: Collection[str] = ()
) -> Reader:
    """A reader of an object, of which the fields are given to ``make``."""
    return lambda value, place: make(**record(value, place, readers, optional))


def nullable(reader: Reader) -> Reader:
    """The same reader, or null."""
    return lambda value, place: None if value is None else reader(value, place)


def each(reader: Reader) -> Reader:
    """A reader of an array, as a tuple."""

    def items(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            refuse(place, "an array", value)
        return tuple(reader(item, f"{place}[{index}]") for index, item in enumerate(value))

    return items


# --- what stands by itself ------------------------------------------------------------------------


def one_of(kind: type[StrEnum]) -> Reader:
    """A reader of the members of an enumeration."""

    def member(value: Any, place: str) -> StrEnum:
        if not isinstance(value, str) or value not in set(kind):
            refuse(place, f"one of {', '.join(kind)}", value)
        return kind(value)

    return member


def text(value: Any, place: str) -> str:
    """Any string: it is untrusted, and shown by `gate.text` alone."""
    if not isinstance(value, str):
        refuse(place, "a string", value)
    return value


def unit(value: Any, place: str) -> str:
    """A unit, which stands in tables as it is."""
    if len(text(value, place)) > _UNIT or visible(value, _UNIT) != value:
        refuse(place, f"a unit of at most {_UNIT} plain characters", value)
    return str(value)


def commit(value: Any, place: str) -> str:
    """A full object name."""
    named = COMMIT.fullmatch(text(value, place))
    return named[0] if named else refuse(place, "a full object name", value)


def flag(value: Any, place: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        refuse(place, "true or false", value)
    return value


def number(value: Any, place: str) -> float:
    """A number, neither infinite nor beyond what is ever shown."""
    # An int may be too large for a float, and 1e999 is read as infinity.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _HUGE:
        refuse(place, "a finite number", value)
    return float(value)


def amount(value: Any, place: str) -> float:
    """A number that is not negative."""
    found = number(value, place)
    return found if found >= 0 else refuse(place, "a number that is not negative", value)


def count(value: Any, place: str) -> int:
    """A whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HUGE:
        refuse(place, "a whole number that is not negative", value)
    return value


def probability(value: Any, place: str) -> float:
    """A number from 0 to 1."""
    found = amount(value, place)
    return found if found <= 1 else refuse(place, "a probability", value)


def relative(value: Any, place: str) -> float:
    """A relative change, as the log ratio that it is."""
    found = number(value, place)
    return log_ratio(found) if found > -1 else refuse(place, "a relative change above -1", value)


def limit(value: Any, place: str) -> float:
    """A relative change that is no improvement, as a log ratio."""
    return log_ratio(amount(value, place))


def floor(value: Any, place: str) -> float:
    """A noise floor, as a log ratio; null is infinite."""
    return math.inf if value is None else limit(value, place)


def exit_status(value: Any, place: str) -> int:
    """One of ours."""
    status = count(value, place)
    return status if status in set(ExitStatus) else refuse(place, "an exit status of ours", value)
