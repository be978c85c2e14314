"""Reads a result document strictly: it may come from a change, and is believed in nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, NoReturn

from gate.errors import ExitStatus, UsageError
from gate.model import (
    WHOLE,
    Against,
    Benchmark,
    Change,
    Clock,
    Finding,
    Judgement,
    Level,
    Machine,
    Metric,
    Noise,
    Outcome,
    Paired,
    Part,
    Result,
    Revision,
    Revisions,
    Seconds,
    Source,
    Strain,
    Threshold,
    VerdictKind,
    Yardstick,
)
from gate.report.units import log_ratio
from gate.text import visible

SCHEMA = 1
"""The version of the document that is written, and the only one that is read."""
CAP_BYTES = 8 * 1024 * 1024
"""The longest document that is read."""

_HINT = "Write it again with this version of perf-gate; gate/schemas/result.json describes it."
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

_HUGE = 1e18  # no time, size, count or change comes near; what is shown need not bear more
_UNIT = 20  # characters

Reader = Callable[[Any, str], Any]
"""Takes a JSON value and its place (for messages), returns what it means."""


def parse(text: str) -> Any:
    """Return the JSON value in ``text``.

    Raises:
        UsageError: Longer than `CAP_BYTES`, not JSON, NaN or Infinity, a key twice, or nested
            or written out beyond what the parser bears.
    """
    if len(text) > CAP_BYTES or len(text.encode("utf-8", "surrogatepass")) > CAP_BYTES:
        raise UsageError(f"the result document is larger than {CAP_BYTES} bytes", hint=_HINT)
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        message = f"the result document is not JSON: {visible(str(error))}"
        raise UsageError(message, hint=_HINT) from error


def result_from(document: Any) -> Result:
    """Return the Result that a parsed document describes.

    Raises:
        UsageError: A field is missing, unknown, of the wrong type or out of its range.
    """
    if isinstance(document, dict) and document.get("schema") != SCHEMA:
        _refuse("schema", f"version {SCHEMA}", document.get("schema"))
    fields = _record(document, "", _RESULT, optional=("part",))
    judgement = Judgement(
        findings=fields["benchmarks"],
        verdict=fields["verdict"],
        reason=fields["reason"],
        exit_status=fields["exit_status"],
        noise=fields["noise"],
    )
    return Result(
        revisions=fields["revisions"],
        judgement=judgement,
        machine=fields["machine"],
        seconds=fields["seconds"],
        differences=fields["differences"],
        notices=fields["notices"],
        log=fields["log"],
        part=fields.get("part", WHOLE),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _refuse(place: str, expected: str, found: object) -> NoReturn:
    shown = visible(repr(found), 60) if isinstance(found, str | int | float) else type(found)
    where = f"{place or 'the document'}: "
    raise UsageError(f"result.json: {where}expected {expected}, found {shown}", hint=_HINT)


def _record(
    value: Any, place: str, readers: Mapping[str, Reader], optional: Collection[str] = ()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(place, "an object", value)
    for key in sorted((value.keys() ^ readers.keys()) - set(optional)):
        known = key in readers
        _refuse(_under(place, key), "a value" if known else "no such field", value.get(key))
    return {key: readers[key](value[key], _under(place, key)) for key in readers if key in value}


def _under(place: str, key: str) -> str:
    return f"{place}.{visible(key, 60)}".removeprefix(".")


def _made(
    make: Callable[..., Any], readers: Mapping[str, Reader], optional: Collection[str] = ()
) -> Reader:
    return lambda value, place: make(**_record(value, place, readers, optional))


def _optional(read: Reader) -> Reader:
    return lambda value, place: None if value is None else read(value, place)


def _each(read: Reader) -> Reader:
    def items(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            _refuse(place, "an array", value)
        return tuple(read(item, f"{place}[{index}]") for index, item in enumerate(value))

    return items


def _one_of(kind: type[StrEnum]) -> Reader:
    def member(value: Any, place: str) -> StrEnum:
        if not isinstance(value, str) or value not in set(kind):
            _refuse(place, f"one of {', '.join(kind)}", value)
        return kind(value)

    return member


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        _refuse(place, "a string", value)
    return value


def _unit(value: Any, place: str) -> str:
    """It stands in tables as it is."""
    text = _text(value, place)
    if len(text) > _UNIT or visible(text, _UNIT) != text:
        _refuse(place, f"a unit of at most {_UNIT} plain characters", value)
    return text


def _commit(value: Any, place: str) -> str:
    named = _COMMIT.fullmatch(_text(value, place))
    return named[0] if named else _refuse(place, "a full object name", value)


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        _refuse(place, "true or false", value)
    return value


def _number(value: Any, place: str) -> float:
    # An int may be too large for a float, and 1e999 is read as infinity.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _HUGE:
        _refuse(place, "a finite number", value)
    return float(value)


def _amount(value: Any, place: str) -> float:
    number = _number(value, place)
    if number < 0:
        _refuse(place, "a number that is not negative", value)
    return number


def _count(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HUGE:
        _refuse(place, "a whole number that is not negative", value)
    return value


def _probability(value: Any, place: str) -> float:
    number = _amount(value, place)
    return number if number <= 1 else _refuse(place, "a probability", value)


def _relative(value: Any, place: str) -> float:
    number = _number(value, place)
    if number <= -1:
        _refuse(place, "a relative change above -1", value)
    return log_ratio(number)


def _limit(value: Any, place: str) -> float:
    return log_ratio(_amount(value, place))


def _floor(value: Any, place: str) -> float:
    return math.inf if value is None else _limit(value, place)


def _exit_status(value: Any, place: str) -> int:
    status = _count(value, place)
    if status not in set(ExitStatus):
        _refuse(place, "an exit status of perf-gate", value)
    return status


def _change(value: Any, place: str) -> Change:
    readers = {"point": _relative, "low": _optional(_relative), "high": _optional(_relative)}
    fields = _record(value, place, readers)
    low = -math.inf if fields["low"] is None else fields["low"]
    high = math.inf if fields["high"] is None else fields["high"]
    if not low <= fields["point"] <= high:
        _refuse(place, "low <= point <= high", value)
    return Change(point=fields["point"], low=low, high=high)


def _threshold(value: Any, place: str) -> Threshold:
    threshold = Threshold(**_record(value, place, _THRESHOLD))
    if not 0 < threshold.max_change >= threshold.tolerate:
        _refuse(place, "tolerate <= max_change, and more than 0", value)
    return threshold


def _finding(value: Any, place: str) -> Finding:
    fields = _record(value, place, _FINDING, optional=("paired", "against"))
    benchmark = Benchmark(name=fields.pop("name"), source=fields.pop("source"))
    return Finding(benchmark=benchmark, **fields)


_THRESHOLD: dict[str, Reader] = {
    "tolerate": _limit,
    "max_change": _limit,
    "level": _one_of(Level),
    "max": _optional(_amount),
    "goal": _optional(_amount),
}
_AGAINST = {"what": _one_of(Yardstick), "change": _change, "count": _count, "slower": _flag}
_FINDING: dict[str, Reader] = {
    "name": _text,
    "source": _one_of(Source),
    "metric": _one_of(Metric),
    "unit": _unit,
    "clock": _optional(_one_of(Clock)),
    "base": _optional(_amount),
    "head": _optional(_amount),
    "change": _optional(_change),
    "proved": _flag,
    "pairs": _count,
    "smallest_detectable": _optional(_limit),
    "threshold": _optional(_threshold),
    "outcome": _one_of(Outcome),
    "message": _text,
    "against": _each(_made(Against, _AGAINST)),
    "paired": _made(Paired, {"screening": _each(_relative), "confirming": _each(_relative)}),
}
_STRAINS = ("pressure", "steal", "throttled", "memory")
_REVISION = _made(Revision, {"commit": _commit, "label": _text, "dirty": _flag})
_MACHINE: dict[str, Reader] = {
    "cpu": _text,
    "cores": _count,
    "memory_bytes": _count,
    "system": _text,
    "python": _text,
    "fingerprint": _text,
}
_RESULT: dict[str, Reader] = {
    "schema": _count,
    "verdict": _one_of(VerdictKind),
    "reason": _text,
    "exit_status": _exit_status,
    "revisions": _optional(_made(Revisions, {"base": _REVISION, "head": _REVISION})),
    "machine": _made(Machine, _MACHINE, optional=("fingerprint",)),
    "noise": _made(
        Noise,
        {
            "floor": _floor,
            "false_failure": _probability,
            "smallest_detectable": _optional(_limit),
            "controls": _count,
            "blind": _text,
            "strain": _made(Strain, dict.fromkeys(_STRAINS, _optional(_probability))),
        },
    ),
    "seconds": _made(Seconds, {"install": _amount, "measure": _amount, "total": _amount}),
    "notices": _each(_text),
    "differences": _each(_text),
    "log": _each(_text),
    "benchmarks": _each(_finding),
    "part": _made(Part, {"folder": _text, "python": _text, "index": _count, "count": _count}),
}
