"""Where one benchmark stands after the pairs that it has: the rules of the trial."""

from __future__ import annotations

import math
from enum import StrEnum

from gate.compare import Comparison
from gate.judge.levels import Levels
from gate.model import Threshold
from gate.stats.estimate import Estimate, margin, p_greater, p_less

MATERIAL = math.log1p(0.005)
"""A slowdown that looks smaller than this is not worth a confirmation."""
STILL_SUSPECT = 0.05
"""A confirmation with a smaller p-value than this, yet above its level, asks for more pairs."""
VETO = 0.01
"""Level at which wall time contradicts CPU time."""
POWER = 0.95


class Standing(StrEnum):
    """What the pairs so far say of a benchmark."""

    REGRESSED = "regressed"
    SUSPECT = "suspect"
    """Looks slower, and fresh pairs have neither confirmed nor dismissed it."""
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    UNDECIDED = "undecided"


class Budget(StrEnum):
    """What the pairs so far say of a benchmark's absolute budget."""

    NONE = "none"
    WITHIN = "within"
    OVER = "over"
    UNDECIDED = "undecided"


def standing(
    comparison: Comparison, threshold: Threshold, levels: Levels, floor: float
) -> Standing:
    """Return where a benchmark stands. Ask when a block of pairs is complete, or at the end.

    - Suspect: the screening says slower than 0 at its level, by more than 0.5 %.
    - Regressed: a suspect whose fresh pairs alone say slower than both ``tolerate`` and the
      noise floor, in both orders of the sides. Half a block of fresh pairs is the least.
    - Unchanged: the upper bound by all pairs is below ``max_change``; for a suspect only after
      a whole confirmation that no longer looks slower than ``tolerate``.
    - Improved: never a suspect, all pairs say faster than 0 at a level shared by the suite,
      and the point is faster than ``tolerate`` and the floor. A false improvement fails no
      run, so it needs no fresh pairs.

    Where wall time contradicts CPU time, nothing is concluded: see :func:`wall_is_slower` and
    :func:`wall_is_faster`.

    Args:
        comparison: Of one benchmark, moderated by its suite.
        threshold: What it is allowed.
        levels: Of the run.
        floor: The change that is noise in this run, >= 0; it widens ``tolerate``.
    """
    heard = max(threshold.tolerate, floor)
    if looks_slower(comparison, levels):
        return _suspect_standing(comparison, threshold, levels, heard)
    if wall_is_slower(comparison, heard):
        return Standing.UNDECIDED
    if _is_faster(comparison, levels, heard):
        return Standing.IMPROVED
    if _is_acquitted(comparison, threshold, levels):
        return Standing.UNCHANGED
    return Standing.UNDECIDED


def looks_slower(comparison: Comparison, levels: Levels) -> bool:
    """Whether the screening makes a suspect of the benchmark; fresh pairs do not change that."""
    screening = comparison.screening
    return (
        screening is not None
        and screening.point > MATERIAL
        and p_greater(screening, 0.0) < levels.suspect(screening.n)
    )


def wall_is_slower(comparison: Comparison, heard: float) -> bool:
    """Whether wall time says slower where CPU time judges: then the benchmark is not acquitted.

    Threads that wait for each other, or a wait too short to change the clock, slow the
    user and not the processor.
    """
    witness = comparison.witness
    return witness is not None and p_greater(witness, heard) < VETO


def wall_is_faster(comparison: Comparison, heard: float) -> bool:
    """Whether wall time says faster where CPU time judges: then the benchmark is not convicted.

    Work that was spread over threads costs more CPU time and less of the user's.
    """
    witness = comparison.witness
    return witness is not None and p_less(witness, -heard) < VETO


def budget_standing(comparison: Comparison, threshold: Threshold, levels: Levels) -> Budget:
    """Return whether head's seconds per call are within ``threshold.max``, by their interval."""
    if threshold.max is None:
        return Budget.NONE
    head, counts = comparison.head, (comparison.screened, comparison.confirmed)
    if head is None:
        return Budget.UNDECIDED
    limit = math.log(threshold.max)
    if p_greater(head, limit) < levels.budget(*counts):
        return Budget.OVER
    return Budget.WITHIN if p_less(head, limit) < levels.acquit(*counts) else Budget.UNDECIDED


def smallest_detectable(
    comparison: Comparison, threshold: Threshold, levels: Levels, floor: float
) -> float | None:
    """Return the slowdown that a confirmation would have shown in 95 of 100 runs; None if unknown.

    It lies beyond what is tolerated by the level's and the power's quantile of the standard
    error that this benchmark's spread gives to a confirmation.
    """
    whole = comparison.confirmed >= levels.confirm
    known = comparison.confirming if whole else comparison.overall
    if known is None or math.isinf(known.se):
        return None
    n = known.n if whole else levels.confirm
    one = Estimate(point=0.0, se=known.se * math.sqrt(known.n / n), df=known.df, n=n)
    beyond = margin(one, levels.convict(n)) + margin(one, 1 - POWER)
    return max(threshold.tolerate, floor) + beyond


def _suspect_standing(
    comparison: Comparison, threshold: Threshold, levels: Levels, heard: float
) -> Standing:
    confirming = comparison.confirming
    if confirming is None:
        return Standing.SUSPECT
    p = p_greater(confirming, heard)
    if p < levels.convict(confirming.n) and _is_sound(comparison, levels, heard):
        return Standing.REGRESSED
    dismissed = confirming.n >= levels.confirm and p >= STILL_SUSPECT
    if dismissed and not wall_is_slower(comparison, heard):
        return _acquitted_or_suspect(comparison, threshold, levels)
    return Standing.SUSPECT


def _is_sound(comparison: Comparison, levels: Levels, heard: float) -> bool:
    enough = 2 * comparison.confirmed >= levels.confirm
    return enough and comparison.halves_agree and not wall_is_faster(comparison, heard)


def _acquitted_or_suspect(comparison: Comparison, threshold: Threshold, levels: Levels) -> Standing:
    acquitted = _is_acquitted(comparison, threshold, levels)
    return Standing.UNCHANGED if acquitted else Standing.SUSPECT


def _is_acquitted(comparison: Comparison, threshold: Threshold, levels: Levels) -> bool:
    overall = comparison.overall
    if overall is None:
        return False
    level = levels.acquit(comparison.screened, comparison.confirmed)
    return p_less(overall, threshold.max_change) < level


def _is_faster(comparison: Comparison, levels: Levels, heard: float) -> bool:
    overall = comparison.overall
    if overall is None or overall.point >= -heard:
        return False
    return p_less(overall, 0.0) < levels.improve(comparison.screened, comparison.confirmed)
