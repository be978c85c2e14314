"""One pair of living guests that walks the benchmarks side by side, one slice at a time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from gate.guest import controls
from gate.measure import guests
from gate.measure.guests import Guest, GuestLostError, Seat
from gate.measure.planning.rhythm import SLICES, Rhythm, more_loops, rhythm, turns
from gate.measure.protocol import Collected, Done, Fate, Finished, Ready
from gate.model import Side, Slice

SLOWEST_TURN = 20
"""A slice that takes this many times longer than it should is a hang."""
NOT_THERE = "was collected before, but not this time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a pair of guests is to do with one benchmark."""

    name: str
    base_first: bool
    pace: Rhythm | None
    """How it was measured before; None: calibrate now."""
    most: int = SLICES
    """Slices a side, where it is calibrated; 2 to 6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a pair of guests measured of one benchmark: aligned slices, and their pace."""

    pace: Rhythm
    base: tuple[Slice, ...]
    head: tuple[Slice, ...]


@dataclass(slots=True)
class Walk:
    """What came of one walk; every step ends in ``fates`` unless the walk was lost before it."""

    readings: dict[str, Reading] = field(default_factory=dict)
    fates: dict[str, dict[Side, Finished]] = field(default_factory=dict)
    origins: dict[Side, Mapping[str, str]] = field(default_factory=dict)
    left: tuple[Step, ...] = ()
    """Steps that were not reached because a guest was lost."""


class _LostError(Exception):
    """A guest was lost while a benchmark had the floor."""


class _LateError(Exception):
    """The time is up; the pair under way is given up."""


@dataclass(slots=True)
class Duo:
    """Two living guests."""

    base: Guest
    head: Guest
    stall_s: float
    """A guest that says nothing for so long hangs."""
    deadline: float
    """By ``time.monotonic()``; nothing is begun after it."""

    def guest(self, side: Side) -> Guest:
        """The guest of one side."""
        return self.base if side is Side.BASE else self.head


async def walk(
    seats: Mapping[Side, Seat],
    paths: tuple[str, ...],
    steps: Sequence[Step],
    *,
    seed: int,
    core: int | None,
    stall_s: float,
    on_step: Callable[[str], None],
    deadline: float = math.inf,
) -> Walk:
    """Start one guest a side and take ``steps`` in order; both are gone on return.

    A benchmark that fails on a side is noted and the walk goes on. A guest that crashes or
    hangs ends the walk: the benchmark that had the floor is noted, the rest is ``left``.
    No call is begun after the deadline: what was not measured by then is not even left.

    Raises:
        GuestLostError: if a guest does not even come to collect.
    """
    result = Walk()
    with ExitStack() as stack:
        base, head = (
            stack.enter_context(guests.start(seats[side], paths, seed=seed)) for side in Side
        )
        duo = Duo(base, head, stall_s, deadline)
        steps = await _open(duo, result, steps, core)
        for index, step in enumerate(steps):
            on_step(step.name)
            try:
                await _take(duo, step, result)
            except _LostError:
                await _finish_alone(duo, step, result)
                result.left = tuple(steps[index + 1 :])
                return result
            except _LateError:
                return result
        await _close(duo, result)
    return result


async def _open(duo: Duo, result: Walk, steps: Sequence[Step], core: int | None) -> list[Step]:
    """Let both collect, and tell them the order; what is not there this time is left out."""
    absent: set[str] = set()
    for side in Side:
        collected = await duo.guest(side).hear(duo.stall_s)
        if not isinstance(collected, Collected):
            raise GuestLostError(Fate.CRASHED, "did not say what it collected")
        result.origins[side] = collected.origins
        names = {*controls.NAMES, *(item.name for item in collected.items)}
        for name in (step.name for step in steps if step.name not in names):
            absent.add(name)
            _note(result, side, Finished(name=name, fate=Fate.FAILED, message=NOT_THERE))
    present = [step for step in steps if step.name not in absent]
    order = [step.name for step in present]
    for side in Side:
        plants = side is Side.HEAD
        duo.guest(side).send(kind="select", names=order, core=core, plants=plants)
    return present


async def _close(duo: Duo, result: Walk) -> None:
    """Learn what was imported in the end; nothing more is lost if a guest dies here."""
    for side in Side:
        try:
            done = await duo.guest(side).hear(duo.stall_s)
        except GuestLostError:
            continue
        if isinstance(done, Done):
            result.origins[side] = {**result.origins[side], **done.origins}


async def _take(duo: Duo, step: Step, result: Walk) -> None:
    """One benchmark: both get ready, are measured in turns, and finish."""
    said = {side: await _listen(duo, step, side, result, duo.stall_s) for side in Side}
    if all(isinstance(message, Ready) for message in said.values()):
        reading = await _measure(duo, step, said, result)
        if reading is not None:
            result.readings[step.name] = reading
    for side, message in said.items():
        if isinstance(message, Ready) and side not in result.fates.get(step.name, {}):
            duo.guest(side).send(kind="release")
    for side in said:
        if side not in result.fates.get(step.name, {}):
            await _listen(duo, step, side, result, duo.stall_s)


async def _measure(
    duo: Duo, step: Step, said: Mapping[Side, object], result: Walk
) -> Reading | None:
    """Slices of both sides in turns; None if either raised on the way."""
    limits = [m.limit for m in said.values() if isinstance(m, Ready) and m.limit is not None]
    runner = _Runner(duo, step, result)
    if step.pace is not None:
        return await runner.take(step.pace)
    limit = min(limits, default=None)
    if limit == 1:
        return await runner.take(rhythm(call_s=0.0, limit=1))
    return await runner.begin(limit)


@dataclass(frozen=True, slots=True)
class _Runner:
    """Orders slices for the benchmark that has the floor."""

    duo: Duo
    step: Step
    result: Walk

    async def run(self, side: Side, loops: int, expected_s: float) -> Slice | None:
        """One slice on one side, or None if the benchmark raised."""
        if time.monotonic() >= self.duo.deadline:
            raise _LateError
        self.duo.guest(side).send(kind="run", loops=loops)
        timeout_s = self.duo.stall_s + SLOWEST_TURN * expected_s
        said = await _listen(self.duo, self.step, side, self.result, timeout_s)
        return said if isinstance(said, Slice) else None

    async def take(self, pace: Rhythm) -> Reading | None:
        """Slices of both sides in turns; None if either raised on the way."""
        slices: dict[Side, list[Slice]] = {Side.BASE: [], Side.HEAD: []}
        for side in turns(pace.slices + pace.warmups, self._first):
            one = await self.run(side, pace.loops, pace.slice_s)
            if one is None:
                return None
            slices[side].append(one)
        base, head = (tuple(slices[side][pace.warmups :]) for side in Side)
        return Reading(pace=pace, base=base, head=head)

    async def begin(self, limit: int | None) -> Reading | None:
        """Calibrate on base, then measure; calls that take long are measured by the way."""
        opening: dict[Side, Slice] = {}
        for side in turns(1, self._first) if limit is None else (Side.BASE,):
            one = await self.run(side, 1, 0.0)
            if one is None:
                return None
            opening[side] = one
        pace = await self._pace(opening[Side.BASE], limit)
        if pace is None:
            return None
        if limit is None and pace.is_single:
            return Reading(pace=pace, base=(opening[Side.BASE],), head=(opening[Side.HEAD],))
        return await self.take(pace)

    async def _pace(self, opening: Slice, limit: int | None) -> Rhythm | None:
        """Find the loops of a slice, on base."""
        one: Slice | None = opening
        while one is not None:
            loops = more_loops(one.loops, one.wall_s, limit)
            if loops is None:
                return rhythm(call_s=one.wall_s / one.loops, limit=limit, most=self.step.most)
            one = await self.run(Side.BASE, loops, 0.0)
        return None

    @property
    def _first(self) -> Side:
        return Side.BASE if self.step.base_first else Side.HEAD


async def _listen(duo: Duo, step: Step, side: Side, result: Walk, timeout_s: float) -> object:
    """What a side says next; the end of its test is noted, the loss of the guest ends the walk."""
    try:
        message = await duo.guest(side).hear(timeout_s)
    except GuestLostError as error:
        _note(result, side, Finished(name=step.name, fate=error.fate, message=error.message))
        raise _LostError from error
    if isinstance(message, Finished):
        _note(result, side, message)
    return message


async def _finish_alone(duo: Duo, step: Step, result: Walk) -> None:
    """Let the side that is left finish its test, to know whether it is broken there too."""
    for side in Side:
        if side in result.fates[step.name]:
            continue
        duo.guest(side).send(kind="release")
        with suppress(_LostError):
            while not isinstance(await _listen(duo, step, side, result, duo.stall_s), Finished):
                pass


def _note(result: Walk, side: Side, finished: Finished) -> None:
    result.fates.setdefault(finished.name, {})[side] = finished
