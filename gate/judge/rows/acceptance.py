"""Intended regressions and removals: which acceptance counts for which row, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum

from gate.judge.wording import percent, plural
from gate.model import Benchmark, Finding, Metric, Outcome

LABEL = "perf-gate-accept"
"""With this label on the pull request, what the change itself asks for counts."""
SOON_DAYS = 14
"""An acceptance that ends within so many days is told beforehand."""


class Origin(StrEnum):
    """Who says that it is accepted."""

    RULES = "rules"
    """What the change is judged by."""
    CHANGE = "change"
    """The change itself: it asks, no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """An intended regression or removal, for a time."""

    match: str
    """The pattern, as its author wrote it (untrusted text)."""
    covers: Callable[[Benchmark, Metric], bool]
    """Whether the pattern means this row."""
    reason: str
    until: date
    """The last day on which it counts."""
    up_to: float | None = None
    """The largest slowdown accepted, a log ratio above 0; None: no slowdown is."""
    missing: bool = False
    """The benchmark may be gone."""
    origin: Origin = Origin.RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptances:
    """What is accepted in a run, or asked for."""

    entries: tuple[Acceptance, ...] = ()
    today: date = date.min
    granted: bool = False
    """The pull request carries the label `LABEL`."""
    complete: bool = True
    """The run is about all benchmarks: what matches none of them is of no use."""


NO_ACCEPTANCES = Acceptances()


class _Fate(IntEnum):
    """What comes of an acceptance for one row, the best first."""

    USED = 0
    GRANTED = 1
    REQUESTED = 2
    BUDGET = 3
    SMALL = 4
    EXPIRED = 5


def accept(
    findings: Sequence[Finding], acceptances: Acceptances
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the rows, those accepted as such, and what a reader must know of the acceptances.

    Only what regressed or is missing can be accepted. Where several acceptances mean one row, the
    best one counts; an absolute budget is lifted by none.

    Args:
        findings: Judged, of the whole run.
        acceptances: That hold or are asked for.
    """
    rows = tuple(_row(one, acceptances) for one in findings)
    return rows, tuple(_notices(findings, acceptances))


def _row(finding: Finding, acceptances: Acceptances) -> Finding:
    meant = [one for one in acceptances.entries if _concerns(one, finding)]
    if not meant:
        return finding
    fates = [(_fate(one, finding, acceptances), place) for place, one in enumerate(meant)]
    fate, place = min(fates)
    accepted = fate in {_Fate.USED, _Fate.GRANTED}
    return replace(
        finding,
        outcome=Outcome.ACCEPTED if accepted else finding.outcome,
        message=f"{finding.message}; {_said(fate, meant[place])}",
    )


def _concerns(one: Acceptance, finding: Finding) -> bool:
    kinds = {Outcome.REGRESSED: one.up_to is not None, Outcome.MISSING: one.missing}
    return kinds.get(finding.outcome, False) and one.covers(finding.benchmark, finding.metric)


def _fate(one: Acceptance, finding: Finding, acceptances: Acceptances) -> _Fate:
    if acceptances.today > one.until:
        return _Fate.EXPIRED
    if finding.outcome is Outcome.REGRESSED and _is_over_budget(finding):
        return _Fate.BUDGET
    if finding.outcome is Outcome.REGRESSED and not _suffices(one, finding):
        return _Fate.SMALL
    if one.origin is Origin.RULES:
        return _Fate.USED
    return _Fate.GRANTED if acceptances.granted else _Fate.REQUESTED


def _is_over_budget(finding: Finding) -> bool:
    most = finding.threshold.max if finding.threshold else None
    return most is not None and finding.head is not None and finding.head > most


def _suffices(one: Acceptance, finding: Finding) -> bool:
    if one.up_to is None or finding.change is None:
        return False
    return finding.change.point <= one.up_to


def _said(fate: _Fate, one: Acceptance) -> str:
    limit = f" {_up_to(one)}" if one.up_to is not None else ""
    asked = f"the change asks to accept,{limit}"
    held = f"is accepted,{limit} until {one.until}"
    return {
        _Fate.USED: f"accepted{limit} until {one.until}: {one.reason}",
        _Fate.GRANTED: f"accepted{limit} until {one.until} by the label {LABEL}: {one.reason}",
        _Fate.REQUESTED: "the change itself asks to accept this, see the notices",
        _Fate.BUDGET: "no acceptance lifts a budget",
        _Fate.SMALL: f"more than {asked if one.origin is Origin.CHANGE else held}",
        _Fate.EXPIRED: f"its acceptance ended on {one.until}",
    }[fate]


def _up_to(one: Acceptance) -> str:
    return f"up to {percent(one.up_to or 0.0)}"


def _notices(findings: Sequence[Finding], acceptances: Acceptances) -> Iterator[str]:
    for one in acceptances.entries:
        meant = any(one.covers(row.benchmark, row.metric) for row in findings)
        left = (one.until - acceptances.today).days
        if left < 0:
            yield f"The acceptance of {one.match} ended on {one.until}: remove it."
        elif not meant and acceptances.complete:
            yield f"The acceptance of {one.match} matches no benchmark."
        elif one.origin is Origin.CHANGE:
            yield from _request(one, acceptances)
        elif meant and left <= SOON_DAYS:
            yield f"The acceptance of {one.match} ends on {one.until}, {_in(left)}."


def _request(one: Acceptance, acceptances: Acceptances) -> Iterator[str]:
    if acceptances.granted:
        return
    what = " and ".join(filter(None, (_slower(one), "its absence" if one.missing else "")))
    yield (
        f"Requested: the change itself asks to accept {what} of {one.match} until {one.until} "
        f"({one.reason}). It counts once it is on base, or with the label {LABEL} on the pull "
        "request."
    )


def _slower(one: Acceptance) -> str:
    return f"a slowdown {_up_to(one)}" if one.up_to is not None else ""


def _in(days: int) -> str:
    return f"in {plural(days, 'day')}" if days else "today"
