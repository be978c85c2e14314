"""What a yardstick besides base says of all rows together, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from gate.judge.wording import interval, plural
from gate.model import Finding, Yardstick
from gate.text import visible

_MOST = 3
_NAME_CELLS = 60
_SLOWER = {Yardstick.STORED: "slower than usual", Yardstick.RELEASE: "slower"}


def said(findings: Sequence[Finding], what: Yardstick, where: str) -> str:
    """Return the sentence.

    Args:
        findings: All rows of the result.
        what: The yardstick.
        where: How the sentence calls it.
    """
    rows = [(one, each) for one in findings for each in one.against if each.what is what]
    if not rows:
        return f"against {where}: no measured benchmark was in both often enough"
    slower = sorted(
        ((one, each) for one, each in rows if each.slower), key=lambda row: -row[1].change.point
    )
    of_all = f"of {plural(len(rows), 'benchmark')}"
    count = _counted(what, [each.count for _, each in rows])
    if not slower:
        return f"against {where} ({count}): none {of_all} is {_SLOWER[what]}"
    named = [f"{_name(one)} {interval(each.change)}" for one, each in slower[:_MOST]]
    more = [f"{len(slower) - _MOST} more"] if len(slower) > _MOST else []
    return (
        f"against {where} ({count}): {_SLOWER[what]} {'is' if len(slower) == 1 else 'are'} "
        f"{len(slower)} {of_all}, {', '.join([*named, *more])}; this warns, and fails nothing"
    )


def _name(finding: Finding) -> str:
    return visible(finding.benchmark.name, _NAME_CELLS)


def _counted(what: Yardstick, counts: Sequence[int]) -> str:
    least, most = min(counts), max(counts)
    noun = "run" if what is Yardstick.STORED else "pair"
    span = plural(most, noun) if least == most else f"{least} to {plural(most, noun)}"
    return f"{span} of each"
