"""Results with acceptances, of every kind, as the judge words them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from gate.config.thresholds import matches
from gate.judge.controls import Sight
from gate.judge.rows.acceptance import Acceptance, Acceptances, Origin, accept
from gate.judge.verdict import Inconclusive, verdict_of
from gate.model import Ailment, Failure, Finding, Outcome, Result
from tests.golden.results import URL, limits, lost, regressed, result, unchanged

TODAY = date(2027, 1, 20)
LATER = date(2027, 3, 31)


def acceptance(
    match: str,
    up_to: float | None = None,
    *,
    until: date = LATER,
    reason: str = "validates its input, #123",
    missing: bool = False,
    origin: Origin = Origin.RULES,
) -> Acceptance:
    """Return an acceptance of what a pattern matches; ``up_to`` is a fraction."""
    return Acceptance(
        match=match,
        covers=lambda benchmark, _: matches(match, benchmark.name),
        reason=reason,
        until=until,
        up_to=None if up_to is None else limits(tolerate=up_to).tolerate,
        missing=missing,
        origin=origin,
    )


def intended(rows: Sequence[Finding], acceptances: Acceptances) -> Result:
    """Return the result of rows of which some were meant."""
    findings, notices = accept(rows, acceptances)
    gone = [
        Failure(benchmark=one.benchmark, ailment=Ailment.MISSING)
        for one in findings
        if one.outcome is Outcome.MISSING
    ]
    verdict = verdict_of(findings, gone, None, Sight(), Inconclusive.NEUTRAL)
    return result(
        *findings,
        verdict=verdict.kind,
        reason=verdict.reason,
        exit_status=int(verdict.status),
        notices=notices,
    )


SLOWER = (0.081, 0.072, 0.09)
ROWS = (
    regressed(f"{URL}test_used", SLOWER),
    regressed(f"{URL}test_asked", SLOWER),
    regressed(f"{URL}test_small", SLOWER),
    regressed(f"{URL}test_ending", SLOWER),
    regressed(f"{URL}test_ended", SLOWER),
    replace(regressed(f"{URL}test_budget", SLOWER), threshold=limits(maximum=13e-6)),
    lost(f"{URL}test_gone", Outcome.MISSING, "base has it, head does not"),
    unchanged(f"{URL}test_parse[short]"),
)
ENTRIES = (
    acceptance("test_used", 0.12),
    acceptance("test_small", 0.05),
    acceptance("test_ending", 0.12, until=date(2027, 1, 25)),
    acceptance("test_ended", 0.12, until=date(2027, 1, 19)),
    acceptance("test_budget", 0.12),
    acceptance("test_gone", missing=True, reason="nobody called it"),
    acceptance("test_nowhere", 0.12),
    acceptance("test_asked", 0.12, origin=Origin.CHANGE, reason="<b>@octocat</b> |says| so"),
)

INTENDED: dict[str, Result] = {
    "accepted": intended(
        [ROWS[0], ROWS[3], *ROWS[6:]],
        Acceptances(entries=(ENTRIES[0], ENTRIES[2], ENTRIES[5]), today=TODAY),
    ),
    "accepted_in_part": intended(ROWS, Acceptances(entries=ENTRIES, today=TODAY)),
    "accepted_by_label": intended(
        [ROWS[1], ROWS[7]], Acceptances(entries=ENTRIES[7:], today=TODAY, granted=True)
    ),
}
