"""A Result as its readers see it: worded, ordered by what matters, formatted; plain data only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypedDict, TypeVar

from gate.model import (
    Clock,
    Finding,
    Level,
    Metric,
    Outcome,
    Result,
    Source,
    VerdictKind,
)
from gate.report import words
from gate.report.acceptance import Requirement, requirements
from gate.report.documents import notices
from gate.report.units import fraction, percent, percentages, quantities
from gate.text import visible

T = TypeVar("T")

DEFAULT_REPORT_ID = "default"
"""The report of a repository with a single gate."""


class Listing(TypedDict, Generic[T]):
    """Lines of one kind, the most important first."""

    shown: list[T]
    total: int
    """How many there are, shown or not."""
    more: str
    """Where the others are; empty where all are shown."""


class Row(TypedDict):
    """One benchmark and metric; every value is ready to be shown, and empty where unknown."""

    sign: str
    """One cell wide, for terminals."""
    emoji: str
    name: str
    kind: str
    """What distinguishes it from the time of a test: ``import, memory``; mostly empty."""
    outcome: str
    base: str
    head: str
    change: str
    interval: str
    allowed: str
    detectable: str
    pairs: str
    message: str


class Headline(TypedDict):
    """The verdict in one line, and what to do about it in another."""

    sign: str
    emoji: str
    text: str
    advice: str


class Fact(TypedDict):
    """A labelled line about the run."""

    label: str
    text: str


class View(TypedDict):
    """All that any report shows, top to bottom."""

    report_id: str
    verdict: str
    headline: Headline
    attention: Listing[Row]
    """Regressed, missing, broken, and what was accepted of these."""
    improved: Listing[Row]
    undecided: Listing[Row]
    acceptance: Listing[Requirement]
    """What the bundled suite must reach; nothing where it did not run."""
    tally: str
    trust: str
    fold_title: str
    everything: Listing[Row]
    notices: Listing[str]
    differences: Listing[str]
    log: list[str]
    facts: list[Fact]
    reproduce: list[str]


_SHORT = 12  # rows above the fold, where a reader has ten seconds
_LOG_LINES = 20
_VERDICT_SIGNS = {
    VerdictKind.PASS: ("✓", "✅"),
    VerdictKind.FAIL: ("✗", "❌"),
    VerdictKind.INCONCLUSIVE: ("?", "❔"),
    VerdictKind.ERROR: ("!", "⛔"),
}
_SIGNS = {
    Outcome.REGRESSED: ("✗", "❌"),
    Outcome.MISSING: ("!", "❓"),
    Outcome.BROKEN: ("!", "💥"),
    Outcome.IMPROVED: ("✓", "⚡"),
    Outcome.INCONCLUSIVE: ("?", "❔"),
    Outcome.ACCEPTED: ("✓", "☑️"),
    Outcome.NEW: ("+", "🆕"),
    Outcome.UNCHANGED: ("·", "✅"),
}
"""How each outcome is marked, in the order in which outcomes matter."""
_WARNING = ("!", "⚠️")
_ORDER = list(_SIGNS)
_ATTENTION = {Outcome.REGRESSED, Outcome.MISSING, Outcome.BROKEN, Outcome.ACCEPTED}


def view_of(result: Result, *, report_id: str = DEFAULT_REPORT_ID) -> View:
    """Return everything that a report of ``result`` shows; renderers only lay it out."""
    ordered = by_importance(result.judgement.findings)
    everything = [_row(finding) for finding in ordered]
    rows = list(zip(ordered, everything, strict=True))
    told = [visible(notice, words.SENTENCE_LIMIT) for notice in notices(result)]
    differing = [visible(line, words.SENTENCE_LIMIT) for line in result.differences]
    return {
        "report_id": report_id,
        "verdict": result.judgement.verdict.value,
        "headline": _headline(result, report_id),
        "attention": _short([row for finding, row in rows if finding.outcome in _ATTENTION]),
        "improved": _short([row for finding, row in rows if finding.outcome is Outcome.IMPROVED]),
        "undecided": _short([row for finding, row in rows if _undecided(finding)]),
        "acceptance": _listing(requirements(ordered)),
        "tally": words.tally(ordered, _ORDER),
        "trust": words.trust(result),
        "fold_title": words.fold_title(len(everything), len(told)),
        "everything": _listing(everything),
        "notices": _listing(told),
        "differences": _listing(differing),
        "log": [visible(line, words.SENTENCE_LIMIT) for line in result.log[-_LOG_LINES:]],
        "facts": [{"label": label, "text": text} for label, text in words.facts(result)],
        "reproduce": words.reproduce(result.revisions),
    }


def by_importance(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings in the order in which `view_of` shows all of them."""
    return sorted(findings, key=_importance)


def lines(view: View) -> int:
    """Return how many lines of lists the view shows: the most that `cut` can keep."""
    return sum(len(items) for items in _lists(view))


def cut(view: View, keep: int, where: str) -> View:
    """Return the view with only its ``keep`` most important lines, and word of the others.

    Args:
        view: What to shorten; it stays as it is.
        keep: How many lines of all lists together stay, at least 0.
        where: Where the others can be read, as in "12 more in the summary".
    """
    shares: list[int] = []
    for items in _lists(view):
        shares.append(min(len(items), keep - sum(shares)))
    attention, improved, undecided, required, told, differing, everything = shares
    return {
        **view,
        "attention": _first(view["attention"], attention, where),
        "improved": _first(view["improved"], improved, where),
        "undecided": _first(view["undecided"], undecided, where),
        "acceptance": _first(view["acceptance"], required, where),
        "notices": _first(view["notices"], told, where),
        "differences": _first(view["differences"], differing, where),
        "everything": _first(view["everything"], everything, where),
    }


def _lists(view: View) -> list[list[Row] | list[Requirement] | list[str]]:
    """Return all lists of the view, those that go last when room is short first."""
    return [
        view["attention"]["shown"],
        view["improved"]["shown"],
        view["undecided"]["shown"],
        view["acceptance"]["shown"],
        view["notices"]["shown"],
        view["differences"]["shown"],
        view["everything"]["shown"],
    ]


def _undecided(finding: Finding) -> bool:
    off = finding.threshold is not None and finding.threshold.level is Level.OFF
    return finding.outcome is Outcome.INCONCLUSIVE and not off


def _listing(items: list[T]) -> Listing[T]:
    return {"shown": items, "total": len(items), "more": ""}


def _short(rows: list[Row]) -> Listing[Row]:
    return _first(_listing(rows), _SHORT, "in the full table")


def _first(listing: Listing[T], keep: int, where: str) -> Listing[T]:
    if keep >= len(listing["shown"]):
        return listing
    items = listing["shown"][:keep]
    return {**listing, "shown": items, "more": words.more(listing["total"] - keep, where)}


def _importance(finding: Finding) -> tuple[int, bool, float, str, str]:
    return (
        _ORDER.index(finding.outcome),
        finding.outcome in _ATTENTION and _warns(finding),
        -_size(finding),
        finding.benchmark.name,
        finding.metric,
    )


def _size(finding: Finding) -> float:
    if finding.change is None or fraction(finding.change.point) is None:
        # From nothing to something: no factor is larger.
        return float("inf") if finding.outcome is Outcome.REGRESSED else -1.0
    return abs(finding.change.point)


def _headline(result: Result, report_id: str) -> Headline:
    sign, emoji = _VERDICT_SIGNS[result.judgement.verdict]
    return {
        "sign": sign,
        "emoji": emoji,
        "text": words.headline(result, report_id),
        "advice": words.advice(result),
    }


def _row(finding: Finding) -> Row:
    warning = finding.outcome in _ATTENTION and _warns(finding)
    sign, emoji = _WARNING if warning else _SIGNS[finding.outcome]
    base, head = quantities([finding.base, finding.head], finding.unit)
    change, interval = ("", "") if finding.change is None else percentages(finding.change)
    return {
        "sign": sign,
        "emoji": emoji,
        "name": visible(finding.benchmark.name) or "(no name)",
        "kind": _kind(finding),
        "outcome": finding.outcome.value,
        "base": base,
        "head": head,
        "change": words.PROVED if finding.proved else change,
        "interval": "" if finding.proved else interval,
        "allowed": _allowed(finding),
        "detectable": ""
        if finding.smallest_detectable is None
        else percent(finding.smallest_detectable),
        "pairs": f"{finding.pairs:,}" if finding.pairs else "",
        "message": _message(finding, change, interval),
    }


def _allowed(finding: Finding) -> str:
    if finding.change is None and not finding.proved:
        return ""
    limits = [words.allowed(finding.threshold), words.budget(finding.threshold, finding.unit)]
    return ", ".join(filter(None, limits))


def _warns(finding: Finding) -> bool:
    warns = finding.threshold is not None and finding.threshold.level is not Level.ERROR
    return warns and finding.outcome is not Outcome.ACCEPTED


def _message(finding: Finding, change: str, interval: str) -> str:
    # Sentences begin with the change; the columns beside them have said it.
    rest = finding.message.removeprefix(f"{change} ({interval})").lstrip(" :;,")
    return visible(rest, words.SENTENCE_LIMIT)


def _kind(finding: Finding) -> str:
    parts = {
        finding.benchmark.source.value: finding.benchmark.source is not Source.PYTEST,
        finding.metric.value: finding.metric is not Metric.TIME,
        "wall time": finding.clock is Clock.WALL,
    }
    return ", ".join(part for part, unusual in parts.items() if unusual)
