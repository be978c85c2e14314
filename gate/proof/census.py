"""Counts on both sides at once, with two hash seeds, and says what is proved the same.

First each side has a seed of its own: who does the same all the same depends on neither. What
differs then may do so by chance, and is counted again, with equal seeds.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from signal import SIGKILL
from threading import Barrier, BrokenBarrierError

from gate.measure import guests
from gate.measure.guests import Guest, GuestLostError, Mode, Seat
from gate.measure.protocol import Collected, Counted, Done, Fate, Finished
from gate.model import Benchmark, Side
from gate.proof.changes import Changes, changes
from gate.proof.compare import difference, may_be_chance
from gate.proof.disk import differing, incomparable, read
from gate.proof.life import Life, parse_life

SEEDS = (1, 2)
CROSSED = {Side.BASE: SEEDS[0], Side.HEAD: SEEDS[1]}
STRAIGHT = tuple(dict.fromkeys(Side, seed) for seed in SEEDS)
SHORTEST_S = 1.0
PATIENCE, LONG_PATIENCE = 0.05, 0.25
"""A benchmark may take this share of the budget to be counted (when counted again: the second),
and at least so many seconds."""
IMPATIENT = f"status {int(SIGKILL)}"
"""How a guest says that a benchmark took too long."""
OLDEST = (3, 11)
"""The first interpreter whose code objects say whose they are, which counting needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Which benchmarks need no stopwatch."""

    proved: frozenset[Benchmark] = frozenset()
    reasons: Mapping[Benchmark, str] = field(default_factory=dict)
    """Why each of the others is touched."""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be proved, and what is known of both sides without running anything."""

    seats: Mapping[Side, Seat]
    paths: tuple[str, ...]
    names: tuple[str, ...]
    interpreter: tuple[int, ...]
    """Version of the target's interpreter."""
    dependencies: tuple[str, ...]
    """What differs between the installed distributions."""
    budget_s: float
    stall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How benchmarks are counted."""

    seeds: Mapping[Side, int]
    patience: float
    """Share of the budget that each may take."""
    deadline: float
    """By ``time.monotonic()``."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a benchmark is not proved."""

    reason: str
    may_be_chance: bool = False
    """Whether it may yet be proved if it is counted again."""


@dataclass(slots=True)
class Account:
    """What one guest told."""

    shared: Life | None = None
    hopeless: str | None = None
    """Why no benchmark can be proved, whatever else it does."""
    lives: dict[str, Life] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)


def prove(question: Question) -> Proof:
    """Run each benchmark while its control flow is counted, and compare both sides.

    What cannot be counted, was not reached in time, or differs in any way is touched. A guest
    that is lost leaves what it did not reach touched: nothing here fails a run.
    """
    if reason := _hopeless(question):
        return _nothing(question, reason)
    base, head = (read(question.seats[side]) for side in Side)
    if reason := incomparable(base, head):
        return _nothing(question, reason)
    known = changes(base.python, head.python, differing(base.data, head.data))
    reasons = _touched(question, known, time.monotonic() + question.budget_s)
    return Proof(
        proved=frozenset(Benchmark(name=n) for n in question.names if n not in reasons),
        reasons={Benchmark(name=name): reason for name, reason in reasons.items()},
    )


def _touched(question: Question, known: Changes, deadline: float) -> dict[str, str]:
    """Return why benchmarks are touched."""
    first = Round(seeds=CROSSED, patience=PATIENCE, deadline=deadline)
    doubts = _compared(question, known, question.names, first)
    again = [name for name, doubt in doubts.items() if doubt.may_be_chance]
    for seeds in STRAIGHT:
        if again and time.monotonic() < deadline:
            second = Round(seeds=seeds, patience=LONG_PATIENCE, deadline=deadline)
            found = _compared(question, known, again, second)
            doubts |= found
            again = [name for name in again if name not in found]
            if seeds == STRAIGHT[-1]:
                doubts = {name: doubt for name, doubt in doubts.items() if name not in again}
    return {name: doubt.reason for name, doubt in doubts.items()}


def _hopeless(question: Question) -> str | None:
    if question.interpreter < OLDEST:
        return "the interpreter cannot count what it executes (CPython 3.11 and later can)"
    if question.dependencies:
        return f"dependencies differ: {', '.join(question.dependencies)}"
    return None


def _nothing(question: Question, reason: str) -> Proof:
    touched = {Benchmark(name=name): reason for name in question.names}
    return Proof(reasons=touched, notices=(f"nothing was proved: {reason}",))


def _compared(
    question: Question, known: Changes, names: Sequence[str], how: Round
) -> dict[str, Doubt]:
    """Count once on each side; return what is not the same."""
    meeting = Meeting(known)
    with ThreadPoolExecutor(max_workers=len(Side)) as pool:
        jobs = []
        for side in Side:
            order = Order(names, known.suspects, how.seeds[side], meeting, how.patience)
            jobs.append(pool.submit(count, question, side, order, how.deadline))
        base, head = (job.result() for job in jobs)
    found = {name: _doubt(base, head, name, known) for name in names}
    return {name: doubt for name, doubt in found.items() if doubt}


def _doubt(base: Account, head: Account, name: str, known: Changes) -> Doubt | None:
    if base.shared is None or head.shared is None:
        return Doubt("it could not be counted")
    one: tuple[Life, ...] = (base.shared,)
    other: tuple[Life, ...] = (head.shared,)
    if hopeless := base.hopeless or head.hopeless:
        return Doubt(hopeless, may_be_chance(one, other))
    fates = {base.fates.get(name), head.fates.get(name)}
    if fates - {Fate.PASSED, None}:
        return Doubt("it did not pass while it was counted")
    if None in fates or name not in base.lives or name not in head.lives:
        return Doubt("it was not counted in time", may_be_chance=True)
    one, other = (*one, base.lives[name]), (*other, head.lives[name])
    reason = difference(one, other, known)
    return Doubt(reason, may_be_chance(one, other)) if reason else None


@dataclass(frozen=True, slots=True)
class Order:
    """What a guest is to count."""

    names: Sequence[str]
    suspects: Collection[str]
    seed: int
    meeting: Meeting | None = None
    patience: float = PATIENCE


class Meeting:
    """Where both sides meet after collecting: if they differ by then, nothing can be proved."""

    def __init__(self, known: Changes) -> None:
        self._known = known
        self._lives: dict[Side, Life] = {}
        self._barrier = Barrier(len(Side))

    def compare(self, side: Side, life: Life, timeout_s: float) -> str | None:
        """Return what differs already, once the other side is here; None if it does not come."""
        self._lives[side] = life
        with suppress(BrokenBarrierError):
            self._barrier.wait(timeout_s)
        if len(self._lives) < len(Side):
            return None
        return difference((self._lives[Side.BASE],), (self._lives[Side.HEAD],), self._known)

    def leave(self) -> None:
        """Nobody need wait for this side any more."""
        self._barrier.abort()


def count(question: Question, side: Side, order: Order, deadline: float) -> Account:
    """Run one guest to its end, or to the deadline (``time.monotonic()``); take what it tells."""
    account = Account()
    seat = question.seats[side]
    patience_s = max(SHORTEST_S, question.budget_s * order.patience)
    try:
        with guests.start(
            seat, question.paths, seed=order.seed, mode=Mode.COUNT, patience_s=patience_s
        ) as guest:
            goes_on = True
            while goes_on:
                left_s = max(0.0, min(question.stall_s, deadline - time.monotonic()))
                goes_on = _hear(guest, account, order, left_s)
    except (GuestLostError, ValueError):
        pass
    finally:
        if order.meeting:
            order.meeting.leave()
    return account


def _hear(guest: Guest, account: Account, order: Order, left_s: float) -> bool:
    """Take the next message into the account; return whether more is to come."""
    match guest.next(left_s):
        case Collected():
            names, suspects = list(order.names), sorted(order.suspects)
            guest.send(kind="select", names=names, suspects=suspects, core=None)
        case Counted(name="", life=raw):
            account.shared = parse_life(raw)
            if order.meeting:
                account.hopeless = order.meeting.compare(guest.seat.side, account.shared, left_s)
            return account.hopeless is None
        case Counted(name=name, life=raw):
            account.lives[name] = parse_life(raw)
        case Finished(fate=Fate.CRASHED, message=message) if message.endswith(IMPATIENT):
            pass
        case Finished(name=name, fate=fate):
            account.fates[name] = fate
        case Done():
            return False
    return True
