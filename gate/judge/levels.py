"""How much error each claim of a run may make, and how its looks at the data share it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gate.model import Benchmark, Level, Metric, Threshold

Thresholds = Callable[[Benchmark, Metric], Threshold]
"""What a benchmark is allowed, for a metric."""

FIRST_LOOK = 0.75
"""Share of an error that the first look spends; each further one spends a quarter of the last."""
ROWS, SUITE, BUDGETS = 0.8, 0.1, 0.1
"""Shares of the probability of a false failure: of benchmarks, of a drift, of budgets."""
SUSPECT = 0.05 / FIRST_LOOK
"""Probability that a benchmark without a change is ever suspected; 5 % at the first look."""
ACQUIT = 0.05
"""Probability that a benchmark which slowed by ``max_change`` is ever called unchanged."""
FALSE_IMPROVEMENT = 0.01
"""Probability that any benchmark of a run without a change is called improved."""
SCREEN, CONFIRM = 5, 10
"""Pairs that everything gets, and fresh ones that a suspect gets."""
CAP = 0.01
"""However few benchmarks there are, a confirmation needs a p-value below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The error levels of one run: every claim has a total, spent over its looks.

    Looks are taken when a block of pairs is complete: ``screen`` pairs, then twice, four
    times as many; ``confirm`` fresh pairs, then twice, four times as many. Look k = 0, 1, ...
    spends ``total * 3/4 * 4**-k``, so that all looks together spend at most the total, and no
    stopping rule can make it more. The last look of a run may find a block incomplete and
    spends what that block would have.

    A benchmark without a change fails the run only if it is suspected and then, on fresh
    pairs, convicted. These are independent, so with ``rows`` benchmarks the probability of
    any false failure is at most rows * SUSPECT * convict = 0.8 * ``false_failure``.
    """

    rows: int
    """Benchmarks that are judged in this run."""
    budgets: int = 0
    """Those of them that have an absolute budget."""
    false_failure: float = 0.001
    """Probability that a run without any change fails."""
    screen: int = SCREEN
    """Pairs that everything gets."""
    confirm: int = CONFIRM
    """Fresh pairs that a suspect gets."""

    def suspect(self, screened: int) -> float:
        """Level of "it looks slower", after so many pairs."""
        return _spend(SUSPECT, look(screened, self.screen))

    def convict(self, confirmed: int) -> float:
        """Level of "it is slower than tolerated", after so many fresh pairs."""
        total = min(ROWS * self.false_failure / (max(self.rows, 1) * SUSPECT), CAP)
        return _spend(total, look(confirmed, self.confirm))

    def acquit(self, screened: int, confirmed: int) -> float:
        """Level of "it did not slow by max_change", and of each bound of the interval shown."""
        return _spend(ACQUIT, self._looks(screened, confirmed))

    def improve(self, screened: int, confirmed: int) -> float:
        """Level of "it is faster", after so many pairs."""
        return _spend(FALSE_IMPROVEMENT / max(self.rows, 1), self._looks(screened, confirmed))

    def budget(self, screened: int, confirmed: int) -> float:
        """Level of "head is over its absolute budget", after so many pairs."""
        total = BUDGETS * self.false_failure / max(self.budgets, 1)
        return _spend(total, self._looks(screened, confirmed))

    @property
    def suite(self) -> float:
        """Level of "the suite as a whole slowed"; there is one look, on the screening."""
        return SUITE * self.false_failure

    def _looks(self, screened: int, confirmed: int) -> int:
        first = look(screened, self.screen)
        return first + 1 + look(confirmed, self.confirm) if confirmed else first


def levels_for(
    benchmarks: Iterable[Benchmark], thresholds: Thresholds, false_failure: float = 0.001
) -> Levels:
    """Return the levels of a run that measures ``benchmarks``, those of level off left out."""
    judged = [
        threshold
        for benchmark in benchmarks
        if (threshold := thresholds(benchmark, Metric.TIME)).level is not Level.OFF
    ]
    budgets = sum(threshold.max is not None for threshold in judged)
    return Levels(rows=len(judged), budgets=budgets, false_failure=false_failure)


def look(pairs: int, block: int) -> int:
    """Return which look so many pairs allow: 0 up to ``block``, 1 up to twice that, and so on."""
    return math.ceil(math.log2(pairs / block)) if pairs > block else 0


def _spend(total: float, look: int) -> float:
    return total * FIRST_LOOK * (1 - FIRST_LOOK) ** look
