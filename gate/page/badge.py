"""The verdict as a badge: an SVG picture, and the endpoint document that a badge service reads."""

from __future__ import annotations

import json
from collections import Counter
from typing import TypedDict
from xml.sax.saxutils import escape

from gate.model import Outcome, Result, VerdictKind

LABEL = "performance"
_COLORS = {
    VerdictKind.PASS: ("brightgreen", "#2a7d2e"),
    VerdictKind.FAIL: ("red", "#b3261e"),
    VerdictKind.INCONCLUSIVE: ("yellow", "#7a6200"),
    VerdictKind.ERROR: ("lightgrey", "#5c5c5c"),
}
"""Name for the service, and what white text is readable on."""
_CHAR, _PAD = 6.7, 12.0
"""Width of an average character of 11 px, and what is around a text."""


class Badge(TypedDict):
    """What a badge says."""

    label: str
    message: str
    color: str


def badge_of(result: Result) -> Badge:
    """Return label, message and color of a result."""
    return {
        "label": LABEL,
        "message": _message(result),
        "color": _COLORS[result.judgement.verdict][0],
    }


def render_badge_json(result: Result) -> str:
    """Return the endpoint document: schema version 1 of the badge service of that name."""
    return json.dumps({"schemaVersion": 1, **badge_of(result)}, indent=2) + "\n"


def render_badge_svg(result: Result) -> str:
    """Return the badge as SVG; it needs no font or file of anybody."""
    left, right = _width(LABEL), _width(_message(result))
    return _SVG.format(
        label=escape(LABEL),
        message=escape(_message(result)),
        color=_COLORS[result.judgement.verdict][1],
        total=left + right,
        left=left,
        right=right,
        label_at=left / 2,
        message_at=left + right / 2,
    )


def _message(result: Result) -> str:
    counts = Counter(finding.outcome for finding in result.judgement.findings)
    lost = counts[Outcome.BROKEN] + counts[Outcome.MISSING]
    match result.judgement.verdict:
        case VerdictKind.FAIL if counts[Outcome.REGRESSED]:
            return f"{counts[Outcome.REGRESSED]:,} regressed"
        case VerdictKind.FAIL if lost:
            return f"{lost:,} lost"
        case VerdictKind.PASS if counts[Outcome.IMPROVED]:
            return f"passed, {counts[Outcome.IMPROVED]:,} improved"
        case VerdictKind.PASS:
            return "passed"
        case VerdictKind.ERROR:
            return "not judged"
        case verdict:
            return verdict.value


def _width(text: str) -> float:
    return round(_CHAR * len(text) + _PAD)


_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img"\
 aria-label="{label}: {message}">
  <title>{label}: {message}</title>
  <clipPath id="r"><rect width="{total}" height="20" rx="4"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#3d444d"/>
    <rect x="{left}" width="{right}" height="20" fill="{color}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
    <text x="{label_at}" y="14">{label}</text>
    <text x="{message_at}" y="14">{message}</text>
  </g>
</svg>
"""
