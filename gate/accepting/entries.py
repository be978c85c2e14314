"""What was found becomes entries of ``accept``: one for each row, or one for each pattern. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gate.config.loader import NOT_VALUE
from gate.config.thresholds import matches
from gate.errors import UsageError
from gate.model import Finding, Metric, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What holds for all entries."""

    reason: str
    until: date
    """The last day on which they count."""


def entries_of(findings: Iterable[Finding], patterns: Sequence[str], why: Why) -> tuple[str, ...]:
    """Return entries as they stand in a list of YAML, without what is before and after them.

    Args:
        findings: Of a result; what regressed or is missing is looked at.
        patterns: One entry for each, as large as what it matches needs; none: one for each row.
        why: Reason and end.

    Raises:
        UsageError: There is nothing to accept, or no acceptance would help.
    """
    rows = [one for one in findings if one.outcome in {Outcome.REGRESSED, Outcome.MISSING}]
    groups = list(_matched(rows, patterns) if patterns else _single(rows))
    if not groups:
        raise UsageError(
            "there is nothing to accept: nothing regressed and nothing is missing",
            hint="Name the result.json of the run that failed.",
        )
    return tuple(dict.fromkeys(_entry(match, group, why) for match, group in groups))


def _single(rows: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    for row in rows:
        # What cannot stand in a file is any one character of a pattern.
        yield NOT_VALUE.sub("?", row.benchmark.name) or "?*", [row]


def _matched(
    rows: Sequence[Finding], patterns: Sequence[str]
) -> Iterator[tuple[str, list[Finding]]]:
    for pattern in patterns:
        meant = [row for row in rows if matches(pattern, row.benchmark.name)]
        if not meant:
            raise UsageError(
                f"nothing that regressed or is missing matches {pattern!r}",
                hint="A name is file::test[parameters]; patterns are shell-style, as 'test_parse*'",
            )
        for metric in Metric:
            if group := [row for row in meant if row.metric is metric]:
                yield pattern, group


def _entry(match: str, rows: Sequence[Finding], why: Why) -> str:
    slower = [_whole_percent(row) for row in rows if row.outcome is Outcome.REGRESSED]
    gone = any(row.outcome is Outcome.MISSING for row in rows)
    fields = [
        f"match: {_quoted(match)}",
        f"metric: {rows[0].metric}",
        *([f"up_to: {max(slower)}%"] if slower else []),
        *(["missing: true"] if gone else []),
        f"reason: {_quoted(why.reason)}",
        f"until: {why.until}",
    ]
    return f"{{{', '.join(fields)}}}"


def _whole_percent(row: Finding) -> int:
    """The end of the interval rounded up: the next run shows another point."""
    most = row.threshold.max if row.threshold else None
    if most is not None and row.head is not None and row.head > most:
        raise UsageError(
            f"{row.benchmark.name!r} is over its budget, which no acceptance lifts",
            hint="Raise max of its threshold, or accept the others by --match.",
        )
    change = row.change
    if change is None:
        raise UsageError(
            f"{row.benchmark.name!r} came from nothing: no percentage says by how much",
            hint="Raise what it is allowed in thresholds.",
        )
    relative = 100 * math.expm1(change.high if math.isfinite(change.high) else change.point)
    return max(1, math.ceil(round(relative, 6)))


def _quoted(text: str) -> str:
    """JSON's strings are strings of YAML too."""
    return json.dumps(text, ensure_ascii=False)
