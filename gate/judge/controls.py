"""What the control group says of a run: how much noise there is, and whether it saw anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gate.compare import Comparison, compare_all
from gate.judge.levels import Levels
from gate.judge.standing import Standing, standing
from gate.judge.wording import percent, plural
from gate.model import Controls, Strain, Threshold
from gate.stats.distributions import normal_quantile
from gate.stats.estimate import Estimate, p_greater, p_less

CONTROL = Threshold(tolerate=math.log1p(0.01), max_change=math.log1p(0.03))
"""What a control is allowed."""
SEEN = 0.01
"""The planted change was seen if it is beyond what is tolerated at this level."""
ENOUGH = 40
"""Pairs after which a planted change that was not seen will not be seen."""
TYPICAL_SCORE = normal_quantile(0.75)
"""Half of all changes are larger than so many standard errors by chance."""
HOPELESS = 0.5
"""Of a processor that is gone for half of the time nobody can tell what the other half shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """The comparisons of the control group, moderated among themselves."""

    nulls: tuple[Comparison, ...] = ()
    planted: Comparison | None = None

    @property
    def all(self) -> tuple[Comparison, ...]:
        """Planted and nulls."""
        return (*(() if self.planted is None else (self.planted,)), *self.nulls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How far what was estimated can be trusted."""

    blind: str = ""
    """Why it cannot; empty: it can."""
    is_deceived: bool = False
    """Changes are seen where there are none; else blind means that some may not be seen."""


def witnesses(controls: Controls) -> Witnesses:
    """Return what the control group shows."""
    planted = () if controls.planted is None else (controls.planted,)
    compared = compare_all((*planted, *controls.nulls))
    return Witnesses(planted=compared[0] if planted else None, nulls=compared[len(planted) :])


def sight_of(seen: Witnesses, strain: Strain, levels: Levels, floor: float) -> Sight:
    """Return whether this run can be trusted.

    A run that is deceived can neither convict nor acquit. One that misses its planted change
    can still convict, for a row that fails showed more than that; it acquits nobody.

    Args:
        seen: What the control group shows.
        strain: What others had of the machine.
        levels: Of the run.
        floor: The change that is noise in this run, >= 0.
    """
    if deceived := hopeless(strain) or blindness(seen, levels, floor):
        return Sight(blind=deceived, is_deceived=True)
    if seen.planted is not None and not is_seen(seen.planted, floor):
        pairs = plural(len(seen.planted.pairs), "pair")
        return Sight(blind=f"a planted slowdown of 5 % could not be seen in {pairs}")
    return Sight()


def unrest(nulls: Sequence[Comparison]) -> float:
    """Return by how much nulls move more than their own spread explains; at least 1.

    The median of their changes in standard errors, each by its own distribution, beside what
    it is by chance: what moves all pairs of a benchmark alike, such as the layout of one build,
    shows here. A single null that moves has no say; it alarms, see :func:`blindness`.
    """
    scores = [_score(one.overall) for one in nulls if one.overall is not None and one.overall.df]
    return max(1.0, median(map(abs, scores)) / TYPICAL_SCORE) if scores else 1.0


def blindness(seen: Witnesses, levels: Levels, floor: float) -> str:
    """Return why nothing that was estimated in this run can be trusted; empty where it can.

    A null that alarms says that changes are seen where there are none; it does so at the level
    of the rows. (A planted change that is missed says less, see :func:`is_seen`.)
    """
    for one in seen.nulls:
        if _alarms(one, levels, floor) and one.overall is not None:
            change = percent(one.overall.point)
            return f"{one.benchmark.name}, the same on both sides, seemed to change by {change}"
    return ""


def is_seen(planted: Comparison, floor: float) -> bool:
    """Whether the planted change shows, beyond what is tolerated and beyond the noise."""
    overall = planted.overall
    return overall is not None and p_greater(overall, max(CONTROL.tolerate, floor)) < SEEN


def is_missed(planted: Comparison, floor: float) -> bool:
    """Whether more pairs would not help: the run cannot see a change of 5 %."""
    return len(planted.pairs) >= ENOUGH and not is_seen(planted, floor)


def hopeless(strain: Strain) -> str:
    """Return why it is no use to go on on this machine; empty where it is.

    That others want the processor is no reason: CPU time stays true under pressure.
    """
    reasons = {
        "the hypervisor took {} of the processor's time": strain.steal,
        "the container was held back for {} of the time": strain.throttled,
        "everything waited for memory for {} of the time": strain.memory,
    }
    for sentence, share in reasons.items():
        if share is not None and share > HOPELESS:
            return sentence.format(f"{share:.0%}")
    return ""


def _alarms(null: Comparison, levels: Levels, floor: float) -> bool:
    """Slower as a row would have to be to fail, or as surely faster after a screening."""
    if standing(null, CONTROL, levels, floor) is Standing.REGRESSED:
        return True
    if null.overall is None or len(null.pairs) < levels.screen:
        return False
    faster = p_less(null.overall, -max(CONTROL.tolerate, floor))
    return faster < levels.convict(len(null.pairs))


def _score(overall: Estimate) -> float:
    """The change in standard errors, as a normal distribution would have it."""
    p = p_greater(overall, 0.0)
    return -normal_quantile(min(max(p, 1e-12), 1 - 1e-12))
