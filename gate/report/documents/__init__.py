"""``result.json``: a Result as a document that other tools read, and back.

A change is a log ratio inside the gate and a fraction in the document: 0.031 means that head
takes 3.1 % more than base. ``gate/schemas/result.json`` describes every field.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from gate.model import (
    WHOLE,
    Against,
    Change,
    Finding,
    Machine,
    Noise,
    Paired,
    Part,
    Result,
    Revision,
    Revisions,
    Seconds,
    Threshold,
)
from gate.report.documents.decode import SCHEMA, parse, result_from
from gate.report.units import fraction

Document = dict[str, Any]

_DIGITS = 5
"""Of what one pair showed: a thousandth of a percent."""


def to_json(result: Result) -> Document:
    """Return the document of a result: plain data, no NaN and no infinity.

    The judge's notices and the run's become one list, in this order, each once.
    """
    judgement = result.judgement
    return {
        "schema": SCHEMA,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
        "exit_status": judgement.exit_status,
        "revisions": None if result.revisions is None else _revisions(result.revisions),
        "machine": _machine(result.machine),
        "noise": _noise(judgement.noise),
        "seconds": _seconds(result.seconds),
        "notices": list(notices(result)),
        "differences": list(result.differences),
        "log": list(result.log),
        **({} if result.part == WHOLE else {"part": _part(result.part)}),
        "benchmarks": [_finding(finding) for finding in judgement.findings],
    }


def notices(result: Result) -> tuple[str, ...]:
    """Return what a reader must be told, each sentence once, the judge's first."""
    return tuple(dict.fromkeys((*result.judgement.notices, *result.notices)))


def dumps(result: Result) -> str:
    """Return the document as ASCII text, one line a benchmark: ten thousand of them stay small."""
    document = to_json(result)
    rows = [json.dumps(row, allow_nan=False) for row in document.pop("benchmarks")]
    body = json.dumps(document, indent=2, allow_nan=False).removesuffix("\n}")
    listed = "\n    " + ",\n    ".join(rows) + "\n  " if rows else ""
    return f'{body},\n  "benchmarks": [{listed}]\n}}\n'


def loads(text: str) -> Result:
    """Return the result that a document holds; all notices are the run's then.

    Raises:
        UsageError: The text is too long, is no JSON, or is not a document of this version;
            the message names the first place that is wrong.
    """
    return result_from(parse(text))


def _revisions(revisions: Revisions) -> Document:
    return {"base": _revision(revisions.base), "head": _revision(revisions.head)}


def _revision(revision: Revision) -> Document:
    return {"commit": revision.commit, "label": revision.label, "dirty": revision.dirty}


def _machine(machine: Machine) -> Document:
    return {
        "cpu": machine.cpu,
        "cores": machine.cores,
        "memory_bytes": machine.memory_bytes,
        "system": machine.system,
        "python": machine.python,
        **({"fingerprint": machine.fingerprint} if machine.fingerprint else {}),
    }


def _noise(noise: Noise) -> Document:
    return {
        "floor": _relative(noise.floor),
        "false_failure": noise.false_failure,
        "smallest_detectable": _relative(noise.smallest_detectable),
        "controls": noise.controls,
        "blind": noise.blind,
        "strain": {
            "pressure": noise.strain.pressure,
            "steal": noise.strain.steal,
            "throttled": noise.strain.throttled,
            "memory": noise.strain.memory,
        },
    }


def _seconds(seconds: Seconds) -> Document:
    return {"install": seconds.install, "measure": seconds.measure, "total": seconds.total}


def _finding(finding: Finding) -> Document:
    return {
        "name": finding.benchmark.name,
        "source": finding.benchmark.source.value,
        "metric": finding.metric.value,
        "unit": finding.unit,
        "clock": None if finding.clock is None else finding.clock.value,
        "base": _finite(finding.base),
        "head": _finite(finding.head),
        "change": _change(finding.change),
        "proved": finding.proved,
        "pairs": finding.pairs,
        "smallest_detectable": _relative(finding.smallest_detectable),
        "threshold": _threshold(finding.threshold),
        "outcome": finding.outcome.value,
        "message": finding.message,
        **({} if finding.paired is None else {"paired": _paired(finding.paired)}),
        **({"against": against} if (against := _against(finding.against)) else {}),
    }


def _part(part: Part) -> Document:
    return {
        "folder": part.folder,
        "python": part.python,
        "index": part.index,
        "count": part.count,
    }


def _against(yardsticks: Iterable[Against]) -> list[Document]:
    return [
        {"what": one.what.value, "change": change, "count": one.count, "slower": one.slower}
        for one in yardsticks
        if (change := _change(one.change)) is not None
    ]


def _paired(paired: Paired) -> Document:
    return {"screening": _short(paired.screening), "confirming": _short(paired.confirming)}


def _short(changes: Iterable[float]) -> list[float]:
    # Rounded, for they are many and only drawn; without those that no number can say.
    rounded = [round(one, _DIGITS) for one in map(fraction, changes) if one is not None]
    return [one for one in rounded if one > -1]


def _change(change: Change | None) -> Document | None:
    if change is None or fraction(change.point) is None:
        return None
    return {
        "point": fraction(change.point),
        "low": fraction(change.low),
        "high": fraction(change.high),
    }


def _threshold(threshold: Threshold | None) -> Document | None:
    if threshold is None:
        return None
    return {
        "tolerate": _relative(threshold.tolerate),
        "max_change": _relative(threshold.max_change),
        "level": threshold.level.value,
        "max": threshold.max,
        "goal": threshold.goal,
    }


def _relative(log_ratio: float | None) -> float | None:
    return None if log_ratio is None else fraction(log_ratio)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
