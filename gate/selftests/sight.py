"""What the gate made of a change of which the outcome is known, and whether it behaved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gate.errors import ExitStatus
from gate.model import Finding, Level, Outcome, Result, Source
from gate.selftests.kinds import TITLES, Kind
from gate.selftests.lab import rows_of

MUST_BE_FOUND = {Kind.SLEEP: math.log1p(0.2)}
OTHERWISE = math.log1p(0.045)
"""What the gate must see where the row says that it could: +5 %, and what rounding leaves of it.
A wait of less than a fifth may leave processor time the judge, which wall time contradicts."""
SURE = 0.8
"""What is planted is known to about a fifth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """What is planted: the row that feels it least becomes slower by ``share``."""

    kind: Kind
    share: float
    """Slower by this share of the time, > 0."""

    def __str__(self) -> str:
        return f"{TITLES[self.kind]} +{100 * self.share:.0f} %"

    @property
    def must_be_found_from(self) -> float:
        """Log ratio of the slowdown that may not be overlooked."""
        return MUST_BE_FOUND.get(self.kind, OTHERWISE)


class Sight(StrEnum):
    """What the gate saw of one row that became slower."""

    FOUND = "found"
    UNSURE = "unsure"
    """It said that it does not know, and could not have known, or need not."""
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One row that became slower."""

    name: str
    size: float
    """The slowdown that was planted, a log ratio."""
    row: Finding | None
    sight: Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run of the gate over a change that is known."""

    what: str
    planting: Planting | None
    seen: tuple[Seen, ...]
    blamed: tuple[str, ...]
    """Names of benchmarks that the change cannot have slowed, and that regressed."""
    red: bool
    """The run failed although there was no change."""
    blind: str
    """Why the run itself said that it can be trusted with nothing; empty: it did not."""
    seconds: float

    @property
    def behaved(self) -> bool:
        """Whether the gate did nothing that it must not do."""
        return not (self.blamed or self.red or any(one.sight is Sight.MISSED for one in self.seen))

    @property
    def found(self) -> int:
        """How many slowdowns were found."""
        return sum(one.sight is Sight.FOUND for one in self.seen)


def own_rows(result: Result) -> Mapping[str, Finding]:
    """Return the rows of the target's own benchmarks, by name.

    Rows of the suite are none: where it runs the target's executor, an edit may well slow them,
    and it is not known which; and they may be over their budgets without any change.
    """
    rows = rows_of(result).items()
    return {name: row for name, row in rows if row.benchmark.source is not Source.SUITE}


def green(what: str, result: Result) -> Trial:
    """Judge a run without a change."""
    blamed = _regressed(own_rows(result))
    bundled = len(_regressed(rows_of(result))) - len(blamed)
    failed = result.judgement.exit_status == ExitStatus.REGRESSED
    return Trial(
        what=what,
        planting=None,
        seen=(),
        blamed=blamed,
        red=failed and (bool(blamed) or not bundled),
        blind=result.judgement.noise.blind,
        seconds=result.seconds.total,
    )


def red(
    what: str,
    planting: Planting,
    sizes: Mapping[str, float],
    reached: frozenset[str],
    result: Result,
) -> Trial:
    """Judge a run over a planted slowdown.

    Args:
        what: how the trial is called.
        planting: what was planted.
        sizes: by how much each row became slower, as a log ratio, where that is known.
        reached: all rows that may have become slower.
        result: what the gate said.
    """
    rows, blind = own_rows(result), result.judgement.noise.blind
    return Trial(
        what=what,
        planting=planting,
        seen=tuple(
            Seen(
                name=name,
                size=size,
                row=rows.get(name),
                sight=_sight(rows.get(name), size, planting, blind),
            )
            for name, size in sorted(sizes.items())
        ),
        blamed=tuple(name for name in _regressed(rows) if name not in reached),
        red=False,
        blind=blind,
        seconds=result.seconds.total,
    )


def _regressed(rows: Mapping[str, Finding]) -> tuple[str, ...]:
    return tuple(name for name, row in rows.items() if row.outcome is Outcome.REGRESSED)


def _sight(row: Finding | None, size: float, planting: Planting, blind: str) -> Sight:
    """What must be seen, and was not, is missed; so is what was called unchanged, and is not."""
    if row is None or row.threshold is None or row.threshold.level is Level.OFF:
        return Sight.UNSURE
    surely = SURE * size
    match row.outcome:
        case Outcome.REGRESSED:
            return Sight.FOUND
        case Outcome.INCONCLUSIVE:
            could = row.smallest_detectable is not None and row.smallest_detectable <= surely
            must = could and size >= planting.must_be_found_from and not blind
            return Sight.MISSED if must else Sight.UNSURE
        case Outcome.UNCHANGED | Outcome.IMPROVED:
            return Sight.MISSED if surely > row.threshold.max_change else Sight.UNSURE
        case _:
            return Sight.UNSURE
