"""What the parts of a matrix add up to: the worst of them, and never a pass with a part missing."""

from __future__ import annotations

from gate.errors import ExitStatus
from gate.model import Judgement, Outcome, VerdictKind
from gate.publishing.parts import Matrix, Place, severity


def verdict_of(matrix: Matrix) -> tuple[VerdictKind, ExitStatus, str]:
    """Return verdict, exit status and the reason in one sentence."""
    gone = _gone(matrix)
    judged = {place: result.judgement for place, result in matrix.parts.items()}
    status = max((one.exit_status for one in judged.values()), key=severity, default=0)
    if gone and severity(status) < severity(ExitStatus.NOTHING_MEASURED):
        return VerdictKind.ERROR, ExitStatus.NOTHING_MEASURED, f"Not all results are there: {gone}."
    worst = {place: one for place, one in judged.items() if one.exit_status == status}
    kind = max((one.verdict for one in worst.values()), key=_rank)
    same = {place: one for place, one in worst.items() if one.verdict is kind}
    reason = _passed(matrix) if kind is VerdictKind.PASS else _reasons(same, matrix)
    return kind, ExitStatus(status), f"{reason.rstrip('.')}; {gone}." if gone else reason


def is_consistent(judgement: Judgement) -> bool:
    """Whether verdict and exit status can belong together; a forged result need not."""
    return judgement.exit_status in _STATUSES[judgement.verdict]


_STATUSES = {
    VerdictKind.PASS: {ExitStatus.PASS},
    VerdictKind.INCONCLUSIVE: {ExitStatus.PASS, ExitStatus.INCONCLUSIVE},
    VerdictKind.FAIL: {ExitStatus.REGRESSED, ExitStatus.NOTHING_MEASURED},
    VerdictKind.ERROR: {*ExitStatus} - {ExitStatus.PASS, ExitStatus.REGRESSED},
}


def _rank(kind: VerdictKind) -> int:
    order = [VerdictKind.PASS, VerdictKind.INCONCLUSIVE, VerdictKind.ERROR, VerdictKind.FAIL]
    return order.index(kind)


def _gone(matrix: Matrix) -> str:
    if not matrix.missing:
        return "" if matrix.parts else "no result was found"
    verb = "is" if len(matrix.missing) == 1 else "are"
    return f"{', '.join(matrix.missing)} {verb} missing"


def _reasons(judged: dict[Place, Judgement], matrix: Matrix) -> str:
    labels = matrix.labels
    said = (
        f"{labels[place]}: {one.reason}" if labels[place] else one.reason
        for place, one in judged.items()
    )
    return "; ".join(sentence.rstrip(".") for sentence in said) + "."


def _passed(matrix: Matrix) -> str:
    if len(matrix.parts) == 1:
        return next(iter(matrix.parts.values())).judgement.reason
    rows = [row for part in matrix.parts.values() for row in part.judgement.findings]
    judged = [row for row in rows if row.proved or row.change]
    improved = sum(row.outcome is Outcome.IMPROVED for row in judged)
    faster = f"; {improved} improved" if improved else ""
    return f"None of {len(judged)} results of {len(matrix.parts)} jobs regressed{faster}."
