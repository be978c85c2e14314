"""One run of a tuner: builds and checks the candidates, then measures block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from reprlib import repr as shortened
from typing import Any

from gate.errors import UsageError
from gate.executor.tuning.comparison import Same
from gate.executor.tuning.decision import Design
from gate.executor.tuning.grid import Candidate
from gate.executor.tuning.halving import cost, drop, note, wanted
from gate.executor.tuning.interleave import Stopwatch, Strategy, measure_block
from gate.executor.tuning.state import State

DEFAULT = 0
"""The number of the default among the candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that may be spent, by all runs of a tuning together; None: no limit."""

    measurements: int | None = None
    """No block is begun that would exceed it."""
    seconds: float | None = None
    """By the clock of the tuning, with the calls that check outputs. Nothing is begun after it;
    what is running then ends, and a block that it cuts short is lost."""

    def __post_init__(self) -> None:
        for limit in (self.measurements, self.seconds):
            if limit is not None and not limit > 0:
                raise UsageError(
                    f"a tuning cannot have the budget {self}",
                    hint="Give numbers above 0, or None for no limit.",
                )


class _OutOfTimeError(Exception):
    """The seconds of the budget are spent."""


class _FailedError(Exception):
    """A challenger raised while it was measured."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index
        self.reason = reason


class Run:
    """Takes a state as far as the budget allows."""

    def __init__(
        self,
        candidates: tuple[Candidate, ...],
        state: State,
        *,
        seed: int,
        design: Design,
        budget: Budget,
        clock: Callable[[], float],
    ) -> None:
        self._candidates = candidates
        self._state = state
        self._seed = seed
        self._design = design
        self._budget = budget
        self._clock = clock
        self._began_s = clock()
        self._spent_before = state
        self._stopwatch = Stopwatch(clock=clock, loops=design.loops, before_each=self._in_time)
        self._strategies: dict[int, Strategy] = {}

    def state(self) -> State:
        """Return where it stands, with all that was spent so far."""
        before = self._spent_before
        return replace(
            self._state,
            measurements=before.measurements + self._stopwatch.measurements,
            spent_s=before.spent_s + self._clock() - self._began_s,
        )

    async def go(
        self,
        build: Callable[[Candidate], Strategy],
        same: Same,
        after_block: Callable[[], None],
    ) -> None:
        """Measure until everything is settled or the budget is spent."""
        if not wanted(self._state, self._design):
            return
        try:
            await self._check(build, same)
            while (challengers := wanted(self._state, self._design)) and self._affords(challengers):
                await self._block(challengers)
                after_block()
        except _OutOfTimeError:
            return

    async def _check(self, build: Callable[[Candidate], Strategy], same: Same) -> None:
        default = build(dict(self._candidates[DEFAULT]))
        expected = await default()
        self._strategies[DEFAULT] = default
        for index in self._state.survivors:
            self._in_time()
            try:
                strategy = build(dict(self._candidates[index]))
                reason = _difference(await strategy(), expected, same)
            except Exception as error:  # noqa: BLE001 - a candidate that does not work is out
                reason = _raised(error)
            if reason:
                self._state = drop(self._state, index, reason)
            else:
                self._strategies[index] = _named(strategy, index)

    async def _block(self, challengers: tuple[int, ...]) -> None:
        names, block = [DEFAULT, *challengers], self._state.block
        try:
            changes = await measure_block(
                self._strategies, names, self._stopwatch, seed=self._seed, block=block
            )
        except _FailedError as failed:
            self._state = drop(self._state, failed.index, failed.reason)
        else:
            self._state = note(self._state, changes)

    def _affords(self, challengers: tuple[int, ...]) -> bool:
        limit = self._budget.measurements
        return limit is None or self.state().measurements + cost(len(challengers)) <= limit

    def _in_time(self) -> None:
        limit = self._budget.seconds
        if limit is not None and self.state().spent_s >= limit:
            raise _OutOfTimeError


def _named(strategy: Strategy, index: int) -> Strategy:
    async def call() -> None:
        try:
            await strategy()
        except Exception as error:
            raise _FailedError(index, _raised(error)) from error

    return call


def _difference(output: Any, expected: Any, same: Same) -> str:
    if same(output, expected):
        return ""
    return f"it gives {shortened(output)} where the default gives {shortened(expected)}"


def _raised(error: Exception) -> str:
    return f"it raised {type(error).__name__}: {shortened(str(error))}"
