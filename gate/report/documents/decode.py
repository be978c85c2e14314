"""Reads a result document strictly: it may come from a change, and is believed in nothing."""

from __future__ import annotations

import json
import math
from typing import Any

from gate.errors import UsageError
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
from gate.report.documents import readers as read
from gate.strict import no_constant, no_duplicates
from gate.text import visible

SCHEMA = 1
"""The version of the document that is written, and the only one that is read."""
CAP_BYTES = 8 * 1024 * 1024
"""The longest document that is read."""


def parse(text: str) -> Any:
    """Return the JSON value in ``text``.

    Raises:
        UsageError: Longer than `CAP_BYTES`, not JSON, NaN or Infinity, a key twice, or nested
            or written out beyond what the parser bears.
    """
    if len(text) > CAP_BYTES or len(text.encode("utf-8", "surrogatepass")) > CAP_BYTES:
        raise UsageError(f"the result document is larger than {CAP_BYTES} bytes", hint=read.HINT)
    try:
        return json.loads(text, parse_constant=no_constant, object_pairs_hook=no_duplicates)
    except (ValueError, RecursionError) as error:
        message = f"the result document is not JSON: {visible(str(error))}"
        raise UsageError(message, hint=read.HINT) from error


def result_from(document: Any) -> Result:
    """Return the Result that a parsed document describes.

    Raises:
        UsageError: A field is missing, unknown, of the wrong type or out of its range.
    """
    if isinstance(document, dict) and document.get("schema") != SCHEMA:
        read.refuse("schema", f"version {SCHEMA}", document.get("schema"))
    fields = read.record(document, "", _RESULT, optional=("part",))
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


def _change(value: Any, place: str) -> Change:
    readers = {
        "point": read.relative,
        "low": read.nullable(read.relative),
        "high": read.nullable(read.relative),
    }
    fields = read.record(value, place, readers)
    low = -math.inf if fields["low"] is None else fields["low"]
    high = math.inf if fields["high"] is None else fields["high"]
    if not low <= fields["point"] <= high:
        read.refuse(place, "low <= point <= high", value)
    return Change(point=fields["point"], low=low, high=high)


def _threshold(value: Any, place: str) -> Threshold:
    threshold = Threshold(**read.record(value, place, _THRESHOLD))
    if not 0 < threshold.max_change >= threshold.tolerate:
        read.refuse(place, "tolerate <= max_change, and more than 0", value)
    return threshold


def _finding(value: Any, place: str) -> Finding:
    fields = read.record(value, place, _FINDING, optional=("paired", "against"))
    benchmark = Benchmark(name=fields.pop("name"), source=fields.pop("source"))
    return Finding(benchmark=benchmark, **fields)


_CHANGE: dict[str, read.Reader] = {
    "point": read.relative,
    "low": read.nullable(read.relative),
    "high": read.nullable(read.relative),
}
_THRESHOLD: dict[str, read.Reader] = {
    "tolerate": read.limit,
    "max_change": read.limit,
    "level": read.one_of(Level),
    "max": read.nullable(read.amount),
    "goal": read.nullable(read.amount),
}
_AGAINST = {
    "what": read.one_of(Yardstick),
    "change": _change,
    "count": read.count,
    "slower": read.flag,
}
_FINDING: dict[str, read.Reader] = {
    "name": read.text,
    "source": read.one_of(Source),
    "metric": read.one_of(Metric),
    "unit": read.unit,
    "clock": read.nullable(read.one_of(Clock)),
    "base": read.nullable(read.amount),
    "head": read.nullable(read.amount),
    "change": read.nullable(_change),
    "proved": read.flag,
    "pairs": read.count,
    "smallest_detectable": read.nullable(read.limit),
    "threshold": read.nullable(_threshold),
    "outcome": read.one_of(Outcome),
    "message": read.text,
    "against": read.each(read.made(Against, _AGAINST)),
    "paired": read.made(
        Paired, {"screening": read.each(read.relative), "confirming": read.each(read.relative)}
    ),
}
_STRAINS = ("pressure", "steal", "throttled", "memory")
_REVISION = read.made(Revision, {"commit": read.commit, "label": read.text, "dirty": read.flag})
_MACHINE: dict[str, read.Reader] = {
    "cpu": read.text,
    "cores": read.count,
    "memory_bytes": read.count,
    "system": read.text,
    "python": read.text,
    "fingerprint": read.text,
}
_PART = {"folder": read.text, "python": read.text, "index": read.count, "count": read.count}
_RESULT: dict[str, read.Reader] = {
    "schema": read.count,
    "verdict": read.one_of(VerdictKind),
    "reason": read.text,
    "exit_status": read.exit_status,
    "revisions": read.nullable(read.made(Revisions, {"base": _REVISION, "head": _REVISION})),
    "machine": read.made(Machine, _MACHINE, optional=("fingerprint",)),
    "noise": read.made(
        Noise,
        {
            "floor": read.floor,
            "false_failure": read.probability,
            "smallest_detectable": read.nullable(read.limit),
            "controls": read.count,
            "blind": read.text,
            "strain": read.made(Strain, dict.fromkeys(_STRAINS, read.nullable(read.probability))),
        },
    ),
    "seconds": read.made(
        Seconds, {"install": read.amount, "measure": read.amount, "total": read.amount}
    ),
    "notices": read.each(read.text),
    "differences": read.each(read.text),
    "log": read.each(read.text),
    "benchmarks": read.each(_finding),
    "part": read.made(
        Part, {"folder": read.text, "python": read.text, "index": read.count, "count": read.count}
    ),
}
