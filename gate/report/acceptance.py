"""The bundled suite's acceptance table: what must be, what would be nice, what is, and so?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from gate.model import Finding, Level, Outcome, Source
from gate.report.units import percent, percentages, quantities
from gate.suite.cases import FACTS, rows
from gate.text import visible

_NAMES = [*(row.name for row in rows()), *(fact.name for fact in FACTS)]
_ORDER = {name: place for place, name in enumerate(_NAMES)}
NEAR = 0.5
"""Where a row is inconclusive, less than this share of its budget is surely within it."""


_BY_CHANGE = {
    Outcome.UNCHANGED: "met",
    Outcome.IMPROVED: "met",
    Outcome.REGRESSED: "missed",
    Outcome.INCONCLUSIVE: "open",
}


class Requirement(TypedDict):
    """One line of the table; every value is ready to be shown, and empty where there is none."""

    name: str
    must: str
    goal: str
    base: str
    actual: str
    status: str


def requirements(findings: Iterable[Finding]) -> list[Requirement]:
    """Return the lines for all rows of the suite that are judged, in the suite's order."""
    judged = [one for one in sorted(findings, key=_place) if _is_judged(one)]
    return [_by_limits(one) if _has_limits(one) else _by_change(one) for one in judged]


def _place(finding: Finding) -> tuple[int, str]:
    """The suite's own order, and what it does not know by name."""
    name = finding.benchmark.name
    return _ORDER.get(name, len(_ORDER)), name


def _is_judged(finding: Finding) -> bool:
    held = finding.threshold
    ours = finding.benchmark.source is Source.SUITE
    return ours and held is not None and held.level is not Level.OFF


def _has_limits(finding: Finding) -> bool:
    held = finding.threshold
    return held is not None and (held.max is not None or held.goal is not None)


def _by_change(finding: Finding) -> Requirement:
    """Where there is no absolute limit, the regression that must be excluded is the limit."""
    held, change = finding.threshold, finding.change
    base = quantities([finding.base], finding.unit)[0] if finding.base is not None else ""
    return {
        "name": _shown(finding),
        "must": f"< +{percent(held.max_change)}" if held and change else "",
        "goal": "",
        "base": base,
        "actual": percentages(change)[0] if change else "",
        "status": _BY_CHANGE.get(finding.outcome, finding.outcome.value),
    }


def _by_limits(finding: Finding) -> Requirement:
    held = finding.threshold
    most, goal = (held.max, held.goal) if held else (None, None)
    shown = dict(
        zip(("must", "goal", "base", "actual"), _amounts(finding, most, goal), strict=True)
    )
    return {
        "name": _shown(finding),
        "must": f"≤ {shown['must']}" if most is not None else "",
        "goal": f"≤ {shown['goal']}" if goal is not None else "",
        "base": shown["base"] if finding.base is not None else "",
        "actual": shown["actual"] if finding.head is not None else "",
        "status": _status(finding, most, goal),
    }


def _shown(finding: Finding) -> str:
    return visible(finding.benchmark.name) or "(no name)"


def _amounts(finding: Finding, *limits: float | None) -> list[str]:
    """Each in a unit of its own: budgets are often a thousand times what is needed."""
    values = (*limits, finding.base, finding.head)
    return [quantities([value], finding.unit)[0] for value in values]


def _status(finding: Finding, most: float | None, goal: float | None) -> str:
    head = finding.head
    if head is None:
        return finding.outcome.value
    if most is not None and finding.outcome is Outcome.INCONCLUSIVE and head > NEAR * most:
        return "open"
    if most is not None and head > most:
        return "missed"
    if goal is None:
        return "met"
    if head > goal:
        return "met" if most is not None else "goal missed"
    return "met, and the goal" if most is not None else "goal met"
