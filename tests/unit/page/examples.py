"""Results with pairs and histories with shifts, for pages."""

from __future__ import annotations

import math
from dataclasses import replace

from gate.history.series import History, Level, Point, Series, Shift
from gate.model import Change, Finding, Outcome, Paired, Result, VerdictKind
from tests.golden.results import URL, lost, measured, proved, regressed, result

DAY = 86_400
START_S = 1_700_000_000
MACHINE = "0123456789abcdef"


def history(name: str, *levels: tuple[int, float], metric: str = "time") -> History:
    """A history of some points at each of some values, which wiggle by a percent."""
    values = [value for count, value in levels for _ in range(count)]
    points = tuple(
        Point(
            revision=f"{index:040x}",
            committed_s=START_S + index * DAY,
            measured_s=START_S + index * DAY + 60,
            value=value * (1.01 if index % 3 == 0 else 1.0),
        )
        for index, value in enumerate(values)
    )
    starts = [sum(count for count, _ in levels[:index]) for index in range(len(levels))]
    return History(
        series=Series(
            name=name, metric=metric, unit="s", clock="cpu", machine=MACHINE, points=points
        ),
        levels=tuple(
            Level(start=start, stop=start + count, value=value)
            for start, (count, value) in zip(starts, levels, strict=True)
        ),
        shifts=tuple(
            _shift(start, math.log(after / before))
            for start, (_, before), (_, after) in zip(starts[1:], levels, levels[1:], strict=False)
        ),
        drift=None,
    )


def _shift(index: int, size: float) -> Shift:
    change = Change(point=size, low=size - 0.01, high=size + 0.01)
    return Shift(index=index, change=change, confidence=0.999, shown_by=index + 3)


def with_pairs(finding: Finding) -> Finding:
    """The finding with as many pairs as it says, around its change."""
    if finding.change is None or not finding.pairs or finding.proved:
        return finding
    point, fresh = finding.change.point, 10 if finding.outcome is Outcome.REGRESSED else 0
    changes = [point + 0.004 * math.sin(7 * index) for index in range(finding.pairs)]
    cut = max(finding.pairs - fresh, 0)
    paired = Paired(screening=tuple(changes[:cut]), confirming=tuple(changes[cut:]))
    return replace(finding, paired=paired)


def paired(one: Result) -> Result:
    """The result with pairs in all findings that have some."""
    findings = tuple(map(with_pairs, one.judgement.findings))
    return replace(one, judgement=replace(one.judgement, findings=findings))


def crowd(count: int) -> Result:
    """A result of so many rows of most outcomes, the first of them regressed."""
    return paired(
        result(
            *(_one(index) for index in range(count)),
            verdict=VerdictKind.FAIL,
            reason="Some regressed.",
            exit_status=1,
        )
    )


def _one(index: int) -> Finding:
    name = f"{URL}test_{'split' if index % 2 else 'join'}[{index}]"
    size = 0.001 * (index % 7 - 3)
    match index % 10:
        case 0:
            return regressed(name, (0.05 + index / 1e5, 0.04, 0.07 + index / 1e5))
        case 1:
            relative = (-0.08, -0.09, -0.07)
            return measured(name, Outcome.IMPROVED, relative, message="faster", base=1e-3 * index)
        case 2:
            return lost(name, Outcome.NEW, "only head has it")
        case 3:
            return proved(name)
        case _:
            relative = (size, size - 0.004, size + 0.004)
            return measured(name, Outcome.UNCHANGED, relative, message="below +3.00%")
