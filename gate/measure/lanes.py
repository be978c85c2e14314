"""Lanes: pairs of guests that walk at once, each pair on a core of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal

from gate.errors import MeasureError
from gate.measure.guests import GuestLostError, Seat
from gate.measure.lockstep import Step, Walk, walk
from gate.model import Side
from gate.system.signals import held

MOST_LANES = 2
"""Two at once scatter no more than one (decision 12); nobody has measured more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What all lanes have in common."""

    seats: Mapping[Side, Seat]
    paths: tuple[str, ...]
    stall_s: float
    """A guest that says nothing for so long hangs."""
    deadline: float
    """By ``time.monotonic()``; nothing is begun after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What one pair of guests is to do."""

    steps: tuple[Step, ...]
    seed: int
    """Hash seed of both."""
    core: int | None
    """None: wherever the system puts them."""


@dataclass(slots=True)
class Taken:
    """What came of a leg, and where its time went."""

    walk: Walk = field(default_factory=Walk)
    start_s: float | None = None
    """Seconds until the first step; None: there was none."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By benchmark, both sides."""


def lanes_of(cores: Sequence[int], apart: int) -> int:
    """Return how many pairs walk at once.

    Args:
        cores: Those that guests are pinned to; none: they are not pinned, one pair at a time.
        apart: How many of them share nothing with each other.
    """
    return max(1, min(MOST_LANES, len(cores), apart))


def walk_at_once(
    course: Course, legs: Sequence[Leg], told: Callable[[str], None]
) -> tuple[Taken, ...]:
    """Take all legs at the same time; every guest is gone on return, however it is left.

    Args:
        course: What they have in common.
        legs: One for each lane.
        told: Is told the name of every benchmark that begins.

    Raises:
        MeasureError: if guests do not even come to collect.
    """
    taken = tuple(Taken() for _ in legs)
    courses = [_apart(course, number) for number in range(len(legs))]

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for each, leg, one in zip(courses, legs, taken, strict=True):
                group.start_soon(_try_twice, each, leg, one, told)

    with event_loop() as portal:
        future = portal.start_task_soon(run)
        try:
            future.result()
        except BaseExceptionGroup as group:  # what the first lane raised has ended the others
            raise group.exceptions[0] from None
        finally:
            future.cancel()
    return taken


@contextmanager
def event_loop() -> Iterator[BlockingPortal]:
    """Run an event loop in a thread of its own: no signal handler can raise in the midst of it.

    Nor while it begins or ends: it would never be told to stop, and be waited for for ever.
    """
    with ExitStack() as stack:
        with held():
            portal = stack.enter_context(start_blocking_portal())
        try:
            yield portal
        finally:
            with held():
                stack.close()


def _apart(course: Course, number: int) -> Course:
    """Every lane has logs of its own."""

    def own(seat: Seat) -> Seat:
        return replace(seat, log=seat.log.with_stem(f"{seat.log.stem}-{number}"))

    return replace(course, seats={side: own(seat) for side, seat in course.seats.items()})


async def _try_twice(course: Course, leg: Leg, taken: Taken, told: Callable[[str], None]) -> None:
    try:
        await _take(course, leg, taken, told)
    except GuestLostError:
        try:
            await _take(course, leg, taken, told)
        except GuestLostError as error:
            raise MeasureError(
                f"the benchmarks could not be collected again: {error.message}",
                hint="run pytest by hand on the same files; does collecting them depend on chance?",
            ) from error


async def _take(course: Course, leg: Leg, taken: Taken, told: Callable[[str], None]) -> None:
    watch = _Watch(taken, told)
    taken.walk = await walk(
        course.seats,
        course.paths,
        leg.steps,
        seed=leg.seed,
        core=leg.core,
        stall_s=course.stall_s,
        deadline=course.deadline,
        on_step=watch.step,
    )
    watch.stop()


class _Watch:
    """Attributes the time of a walk to its benchmarks, and to starting the guests."""

    def __init__(self, taken: Taken, told: Callable[[str], None]) -> None:
        self._taken = taken
        self._told = told
        self._name: str | None = None
        self._since = time.monotonic()

    def step(self, name: str) -> None:
        """The next benchmark begins."""
        self.stop()
        self._name = name
        self._told(name)

    def stop(self) -> None:
        """What was going on is over."""
        now = time.monotonic()
        spent, self._since = now - self._since, now
        if self._name is None:
            self._taken.start_s = spent
        else:
            self._taken.seconds[self._name] = spent
        self._name = None
