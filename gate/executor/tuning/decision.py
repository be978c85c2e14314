"""From the changes of many blocks to an answer, with the gate's own statistics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gate.errors import UsageError
from gate.stats.estimate import Estimate, bounds, p_greater, p_less
from gate.stats.moderation import moderate
from gate.stats.robust import locate

FEWEST_BLOCKS = 5
"""Fewer changes than this say too little about their own spread."""


class Answer(StrEnum):
    """What a comparison came to, seen from the challenger."""

    FASTER = "faster"
    SLOWER = "slower"
    NO_DIFFERENCE = "no difference"
    """Whatever difference there is, it is smaller than the margin."""
    UNDECIDED = "undecided"
    """The noise leaves room for all of these; more blocks, or less noise, would tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How sure an answer must be, and how much may be measured for it.

    The data are looked at after each number of blocks in ``looks``; the error is shared out
    evenly among looks and challengers (Bonferroni), so stopping early costs no certainty.
    """

    error: float = 0.05
    """Probability that anybody is called faster or slower who is neither, 0 < error < 1/2;
    also that anybody is called "no difference" whose difference exceeds the margin."""
    margin: float = 0.02
    """Log ratio > 0: a difference smaller than this is none (0.02: about 2 %)."""
    looks: tuple[int, ...] = (5, 10, 20)
    """Numbers of blocks, each six rounds, ascending, the first at least 5; the last is the most."""
    loops: int = 1
    """Calls per measurement, at least 1."""

    def __post_init__(self) -> None:
        if not 0 < self.error < 0.5:  # noqa: PLR2004 - a one-sided level
            raise _impossible(f"an error of {self.error!r}", "Choose 0 < error < 0.5, as 0.05.")
        if not 0 < self.margin < math.inf:
            raise _impossible(f"a margin of {self.margin!r}", "Choose a margin above 0, as 0.02.")
        if not self.looks or list(self.looks) != sorted({FEWEST_BLOCKS - 1, *self.looks})[1:]:
            raise _impossible(
                f"looks at {self.looks!r}", f"Choose ascending numbers from {FEWEST_BLOCKS} on."
            )
        if self.loops < 1:
            raise _impossible(f"{self.loops!r} loops", "Choose at least 1 loop.")

    @property
    def most_blocks(self) -> int:
        """How many blocks are measured at the most."""
        return self.looks[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One challenger against the baseline; changes are log ratios, negative is faster."""

    answer: Answer
    change: float | None
    """Trimmed mean of the blocks' changes; None before the first look."""
    low: float | None
    """The truth lies between ``low`` and ``high`` but for the error that the design allows."""
    high: float | None
    blocks: int
    """How many blocks the answer rests on."""


NOTHING_KNOWN = Contest(answer=Answer.UNDECIDED, change=None, low=None, high=None, blocks=0)


def decide(changes: Sequence[float], design: Design, *, challengers: int = 1) -> Contest:
    """Return what ``changes`` say at the first look that is decided, else at the last reached.

    The whole interval below 0 is faster, above 0 slower; but where all of it is within the
    margin, the difference is too small to matter, whichever way it goes.

    Args:
        changes: One log ratio per block, in the order in which they were measured.
        design: Looks, error and margin.
        challengers: Among how many challengers the error is shared out, at least 1.
    """
    # Each of both directions of each look at each challenger has its share.
    level = design.error / (2 * len(design.looks) * challengers)
    contest = NOTHING_KNOWN
    for look in design.looks:
        if look > len(changes):
            break
        contest = _look(moderate(locate(changes[:look]), None), design.margin, level)
        if contest.answer is not Answer.UNDECIDED:
            break
    return contest


def _look(estimate: Estimate, margin: float, level: float) -> Contest:
    low, high = bounds(estimate, level)
    return Contest(
        answer=_answer(estimate, margin, level),
        change=estimate.point,
        low=low,
        high=high,
        blocks=estimate.n,
    )


def _answer(estimate: Estimate, margin: float, level: float) -> Answer:
    if p_less(estimate, margin) < level and p_greater(estimate, -margin) < level:
        return Answer.NO_DIFFERENCE
    if p_less(estimate, 0.0) < level:
        return Answer.FASTER
    if p_greater(estimate, 0.0) < level:
        return Answer.SLOWER
    return Answer.UNDECIDED


def _impossible(what: str, hint: str) -> UsageError:
    return UsageError(f"a comparison with {what} is impossible", hint=hint)
