"""The history in a store as a table: one row a benchmark, metric and machine, shifts first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TypedDict

from gate.history.series import History, Shift
from gate.judge.wording import plural
from gate.page.traces import Drawn, Spark, day, drawn, spark
from gate.report.units import percentages, quantities
from gate.text import visible

_STATES = ("slower", "faster", "steady")
_SIGNS = {"slower": "▲", "faster": "▼", "steady": "·"}


class BoardDetail(TypedDict):
    """What a row shows when it is opened."""

    facts: list[tuple[str, str]]
    history: Drawn


class BoardLine(TypedDict):
    """One row: its texts, what it is sorted by, and what is drawn in it."""

    state: str
    """What the last shift of its level did: ``slower``, ``faster``, or ``steady`` for none."""
    sign: str
    name: str
    kind: str
    machine: str
    """Digits that stand for the machine."""
    latest: str
    latest_value: float
    shift: str
    shift_value: float
    when: str
    between: str
    points: int
    spark: Spark | None
    detail: BoardDetail


class Board(TypedDict):
    """All that the dashboard shows."""

    place: str
    """Which store it is."""
    summary: str
    tiles: list[tuple[str, str, int]]
    """State, sign and count."""
    machines: list[tuple[str, str]]
    """Digits and description of each machine."""
    lines: list[BoardLine]


def board_of(histories: Iterable[History], machines: Mapping[str, str], place: str) -> Board:
    """Return the dashboard of a store.

    Args:
        histories: Of its benchmarks; those without a point are left out.
        machines: What stands for a machine, and its description (untrusted text).
        place: Which store it is.
    """
    lines = sorted((_line(one) for one in histories if one.series.points), key=_importance)
    counts = {state: sum(line["state"] == state for line in lines) for state in _STATES}
    return {
        "place": visible(place),
        "summary": f"{len(lines):,} series of "
        f"{plural(len({line['name'] for line in lines}), 'benchmark')} on "
        f"{plural(len(machines), 'machine')}.",
        "tiles": [(state, _SIGNS[state], counts[state]) for state in _STATES if counts[state]],
        "machines": [(digits, visible(text, 400)) for digits, text in machines.items()],
        "lines": lines,
    }


def _importance(line: BoardLine) -> tuple[int, float, str, str]:
    size = abs(line["shift_value"])
    return _STATES.index(line["state"]), -size, line["name"], line["machine"]


def _line(history: History) -> BoardLine:
    series, last = history.series, history.series.points[-1]
    shift = history.shifts[-1] if history.shifts else None
    plot = drawn(history)
    state = "steady" if shift is None else "slower" if shift.change.point > 0 else "faster"
    return {
        "state": state,
        "sign": _SIGNS[state],
        "name": visible(series.name) or "(no name)",
        "kind": ", ".join(_kind(history)),
        "machine": series.machine[:8],
        "latest": quantities([last.value], series.unit)[0],
        "latest_value": last.value,
        "shift": percentages(shift.change)[0] if shift else "",
        "shift_value": _finite(shift),
        "when": day(series.points[shift.index].committed_s) if shift else "",
        "between": plot["steps"][-1]["between"] if plot["steps"] else "",
        "points": len(series.points),
        "spark": spark(history),
        "detail": {"facts": _facts(history), "history": plot},
    }


def _kind(history: History) -> list[str]:
    metric = [history.series.metric] if history.series.metric != "time" else []
    return metric + (["wall time"] if history.series.clock == "wall" else [])


def _finite(shift: Shift | None) -> float:
    return shift.change.point if shift and math.isfinite(shift.change.point) else 0.0


def _facts(history: History) -> list[tuple[str, str]]:
    points = history.series.points
    told = [
        ("Measured", f"{plural(len(points), 'revision')}, {_ages(history)}"),
        ("Machine", history.series.machine),
    ]
    if history.drift is not None:
        change, interval = percentages(history.drift.change)
        since = points[history.drift.since]
        when = f"{since.revision[:10]}, {day(since.committed_s)}"
        told.append((f"Since {when}", f"{change} ({interval})"))
    return told


def _ages(history: History) -> str:
    first, last = history.series.points[0], history.series.points[-1]
    return f"{day(first.committed_s)} to {day(last.committed_s)}"
