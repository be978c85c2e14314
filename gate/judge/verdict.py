"""From all findings to the verdict of the job: exit status, and the reason in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gate.errors import ExitStatus
from gate.judge.controls import Sight
from gate.judge.suite import Drift
from gate.judge.wording import percent, plural
from gate.model import Ailment, Benchmark, Failure, Finding, Level, Outcome, VerdictKind


class Inconclusive(StrEnum):
    """What an undecided benchmark does to the exit status."""

    NEUTRAL = "neutral"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the job comes to."""

    kind: VerdictKind
    status: ExitStatus
    reason: str


def verdict_of(
    findings: Sequence[Finding],
    failures: Sequence[Failure],
    drift: Drift | None,
    sight: Sight,
    inconclusive: Inconclusive,
) -> Verdict:
    """Return the verdict; only benchmarks of level error can make it worse than a pass.

    The order is that of the exit statuses: 1 before 4 before 5. What broke or went missing on
    head is named before "nothing was measured", which has the same status.
    """
    gated = [one for one in findings if one.threshold and one.threshold.level is Level.ERROR]
    return (
        _regressed(_with(gated, Outcome.REGRESSED), len(findings), drift)
        or _lost(gated, failures)
        or _nothing_measured(findings, failures)
        or _undecided(_with(gated, Outcome.INCONCLUSIVE), sight, inconclusive)
        or _passed(findings)
    )


def _with(findings: Sequence[Finding], outcome: Outcome) -> list[Finding]:
    return [one for one in findings if one.outcome is outcome]


def _regressed(regressed: list[Finding], total: int, drift: Drift | None) -> Verdict | None:
    if regressed:
        share = f"{len(regressed)} of {plural(total, 'benchmark')} regressed"
        surely = [one.change.point for one in regressed if one.change and one.change.low > 0]
        reason = f"{share}, by up to {percent(max(surely))}." if surely else f"{share}."
    elif drift and drift.beyond:
        reason = (
            f"The suite as a whole slowed by {percent(drift.change.point)}, more than is tolerated."
        )
    else:
        return None
    return Verdict(kind=VerdictKind.FAIL, status=ExitStatus.REGRESSED, reason=reason)


def _lost(gated: Sequence[Finding], failures: Sequence[Failure]) -> Verdict | None:
    lost = (Outcome.MISSING, Outcome.BROKEN)  # not what was accepted of these
    names = {one.benchmark for one in gated if one.outcome in lost}
    missing = _count(failures, Ailment.MISSING, names)
    broken = _count(failures, Ailment.BROKEN_ON_HEAD, names)
    if not missing and not broken:
        return None
    parts = [f"{broken} broken" if broken else "", f"{missing} missing" if missing else ""]
    reason = f"On head, {' and '.join(filter(None, parts))} of the benchmarks that base has."
    return Verdict(kind=VerdictKind.FAIL, status=ExitStatus.NOTHING_MEASURED, reason=reason)


def _count(failures: Sequence[Failure], ailment: Ailment, names: set[Benchmark]) -> int:
    return sum(one.ailment is ailment and one.benchmark in names for one in failures)


def _nothing_measured(findings: Sequence[Finding], failures: Sequence[Failure]) -> Verdict | None:
    if any(one.change for one in findings):
        return None
    if not findings:
        reason = "Nothing was measured: no benchmarks were found."
    elif all(one.ailment is Ailment.NEW for one in failures) and failures:
        reason = "Nothing was measured: every benchmark is new, base has none to compare with."
    else:
        reason = f"Nothing was measured of {plural(len(findings), 'benchmark')}."
    return Verdict(kind=VerdictKind.ERROR, status=ExitStatus.NOTHING_MEASURED, reason=reason)


def _undecided(
    undecided: list[Finding], sight: Sight, inconclusive: Inconclusive
) -> Verdict | None:
    if not undecided:
        return None
    fails = inconclusive is Inconclusive.FAIL
    count = plural(len(undecided), "benchmark")
    reason = f"{count} could not be decided; none is known to be slower."
    if sight.blind:
        reason = f"The run is blind: {sight.blind}; {count} could not be decided."
    status = ExitStatus.INCONCLUSIVE if fails else ExitStatus.PASS
    return Verdict(kind=VerdictKind.INCONCLUSIVE, status=status, reason=reason)


def _passed(findings: Sequence[Finding]) -> Verdict:
    judged = [one for one in findings if one.change]
    improved = len(_with(judged, Outcome.IMPROVED))
    accepted = len(_with(findings, Outcome.ACCEPTED))
    faster = f"; {improved} improved" if improved else ""
    meant = f"; {accepted} accepted" if accepted else ""
    reason = f"None of {plural(len(judged), 'benchmark')} regressed{faster}{meant}."
    if not accepted and judged and all(one.proved for one in judged):
        reason = f"The change does not touch any of {plural(len(judged), 'benchmark')}."
    return Verdict(kind=VerdictKind.PASS, status=ExitStatus.PASS, reason=reason)
