"""A Result as a table to sort and filter, with more about each row in a part that is folded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import TypedDict

from gate.history.series import History
from gate.judge.wording import beside, plural
from gate.model import Change, Clock, Finding, Paired, Result, Threshold, Yardstick
from gate.page.traces import Drawn, Spark, drawn, spark
from gate.report.units import fraction, percent
from gate.report.view import Row, View, by_importance

GLYPH_WIDTH = 120
"""Of the interval in a row, in CSS pixels; zero is in the middle."""
_USUAL = 0.03
_REACH = 3.0
"""The common scale of all rows ends at so many times the change that must be found."""
_YARDSTICKS = {Yardstick.STORED: "Stored runs", Yardstick.RELEASE: "Last release"}
_CLOCKS = {Clock.CPU: "processor time", Clock.WALL: "wall time"}

Histories = Mapping[tuple[str, str], History]
"""Of some benchmarks on this machine, by name and metric."""


class Glyph(TypedDict):
    """A change on the scale of all rows: places from 0 to `GLYPH_WIDTH`."""

    low: float
    high: float
    point: float
    limit: float | None
    """The change that must be found."""
    beyond: str
    """``left`` or ``right`` where the point is off the scale, else empty."""


class Line(TypedDict):
    """One row: its texts, what it is sorted by, and what is drawn in it."""

    text: Row
    base: float | None
    head: float | None
    change: float | None
    allowed: float | None
    glyph: Glyph | None
    spark: Spark | None


class Detail(TypedDict):
    """What a row shows when it is opened; changes are percentages."""

    outcome: str
    facts: list[tuple[str, str]]
    caption: str
    change: tuple[float, float | None, float | None] | None
    tolerate: float | None
    limit: float | None
    screening: list[float]
    confirming: list[float]
    history: Drawn | None


def reach_of(result: Result) -> float:
    """Return the end of the common scale of all changes: a log ratio > 0."""
    held = [one.threshold for one in result.judgement.findings if one.threshold]
    usual = median(math.expm1(one.max_change) for one in held) if held else _USUAL
    return math.log1p(_REACH * usual)


def lines_of(view: View, result: Result, histories: Histories) -> list[Line]:
    """Return the rows, the most important first."""
    reach = reach_of(result)
    ordered = by_importance(result.judgement.findings)
    return [
        _line(row, finding, reach, _history(finding, histories))
        for row, finding in zip(view["everything"]["shown"], ordered, strict=True)
    ]


def tiles_of(lines: Sequence[Line]) -> list[tuple[str, str, int]]:
    """Return each outcome that occurs with its sign and its count, the most important first."""
    counts = Counter(line["text"]["outcome"] for line in lines)
    signs = {line["text"]["outcome"]: line["text"]["sign"] for line in reversed(lines)}
    return [(outcome, signs[outcome], count) for outcome, count in counts.items()]


def details_of(view: View, result: Result, histories: Histories) -> list[Detail]:
    """Return what the rows show when opened, in the order of `lines_of`."""
    ordered = by_importance(result.judgement.findings)
    return [
        _detail(row, finding, _history(finding, histories))
        for row, finding in zip(view["everything"]["shown"], ordered, strict=True)
    ]


def _history(finding: Finding, histories: Histories) -> History | None:
    return histories.get((finding.benchmark.name, finding.metric))


def _line(row: Row, finding: Finding, reach: float, history: History | None) -> Line:
    change, threshold = finding.change, finding.threshold
    return {
        "text": row,
        "base": _short(finding.base),
        "head": _short(finding.head),
        "change": _short(change.point) if change else None,
        "allowed": _short(threshold.tolerate) if threshold and row["allowed"] else None,
        "glyph": _glyph(change, threshold, reach) if change and not finding.proved else None,
        "spark": spark(history) if history else None,
    }


def _short(value: float | None) -> float | None:
    """Enough to sort by; None for infinity, too."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _glyph(change: Change, threshold: Threshold | None, reach: float) -> Glyph:
    def place(value: float) -> float:
        share = min(max(value / reach, -1.0), 1.0)
        return round((1 + share) * GLYPH_WIDTH / 2, 1)

    side = "right" if change.point > 0 else "left"
    return {
        "low": place(change.low),
        "high": place(change.high),
        "point": place(change.point),
        "limit": place(threshold.max_change) if threshold else None,
        "beyond": side if abs(change.point) > reach else "",
    }


def _detail(row: Row, finding: Finding, history: History | None) -> Detail:
    paired = finding.paired or Paired()
    threshold = finding.threshold
    return {
        "outcome": row["outcome"],
        "facts": _facts(row, finding),
        "caption": _caption(paired),
        "change": _change(finding),
        "tolerate": _percentage(threshold.tolerate) if threshold else None,
        "limit": _percentage(threshold.max_change) if threshold else None,
        "screening": [one for each in paired.screening if (one := _percentage(each)) is not None],
        "confirming": [one for each in paired.confirming if (one := _percentage(each)) is not None],
        "history": drawn(history) if history else None,
    }


def _facts(row: Row, finding: Finding) -> list[tuple[str, str]]:
    held = finding.threshold
    interval = f" ({row['interval']})" if row["interval"] else ""
    told = [
        ("Why", row["message"]),
        ("Base", row["base"] if finding.base is not None else ""),
        ("Head", row["head"] if finding.head is not None else ""),
        ("Change", f"{row['change']}{interval}"),
        *((_YARDSTICKS[one.what], beside(one)) for one in finding.against),
        ("Allowed", row["allowed"]),
        ("Must be found", f"+{percent(held.max_change)}" if held and row["allowed"] else ""),
        ("Would have been seen from", row["detectable"]),
        ("Pairs of processes", row["pairs"]),
        ("Judged by", _CLOCKS[finding.clock] if finding.clock else ""),
    ]
    return [(label, text) for label, text in told if text]


def _caption(paired: Paired) -> str:
    screening, confirming = len(paired.screening), len(paired.confirming)
    if not screening + confirming:
        return ""
    parts = [f"{plural(screening, 'pair')} that screened (rings)"] if screening else []
    parts += [f"{plural(confirming, 'fresh pair')} that confirmed (discs)"] if confirming else []
    return f"Each mark is one pair of processes: {' and '.join(parts)}, the first on top."


def _change(finding: Finding) -> tuple[float, float | None, float | None] | None:
    if finding.change is None or finding.proved:
        return None
    point = _percentage(finding.change.point)
    ends = (_percentage(finding.change.low), _percentage(finding.change.high))
    return None if point is None else (point, *ends)


def _percentage(log_ratio: float) -> float | None:
    # Minus infinity is -100 % to `fraction`, but here an end that nobody knows.
    relative = fraction(log_ratio) if math.isfinite(log_ratio) else None
    return None if relative is None else round(100 * relative, 3)
