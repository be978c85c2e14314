"""Counts on both sides at once, with two hash seeds, and says what is proved the same."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Barrier, BrokenBarrierError

from gate.measure import guests
from gate.measure.guests import Guest, GuestLostError, Mode, Seat
from gate.measure.protocol import Collected, Counted, Done, Fate, Finished
from gate.model import Benchmark, Side
from gate.proof.changes import Changes, changes
from gate.proof.compare import difference
from gate.proof.disk import differing, incomparable, read
from gate.proof.life import Life, parse_life

SEEDS = (1, 2)
"""Two processes a side: what depends on chance shows itself, or is looked for by name."""
SHORTEST_S, PATIENCE = 1.0, 0.05
"""A benchmark may take this share of the budget to be counted, and at least so many seconds."""
OLDEST = (3, 12)
"""The first interpreter that counts instructions."""


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


@dataclass(slots=True)
class Account:
    """What one guest told."""

    shared: Life | None = None
    hopeless: str | None = None
    """Why no benchmark can be proved, whatever else it does."""
    lives: dict[str, Life] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)


def prove(question: Question) -> Proof:
    """Run each benchmark under instruction counting and compare both sides.

    What cannot be counted, was not reached in time, or differs in any way is touched. A guest
    that is lost leaves what it did not reach touched: nothing here fails a run.
    """
    if reason := _hopeless(question):
        return _nothing(question, reason)
    base, head = (read(question.seats[side]) for side in Side)
    if reason := incomparable(base, head):
        return _nothing(question, reason)
    known = changes(base.python, head.python, differing(base.data, head.data))
    deadline = time.monotonic() + question.budget_s
    reasons: dict[str, str] = {}
    for seed in SEEDS:
        left = [name for name in question.names if name not in reasons]
        if left:
            reasons |= _compared(question, known, left, seed, deadline)
    return Proof(
        proved=frozenset(Benchmark(name=n) for n in question.names if n not in reasons),
        reasons={Benchmark(name=name): reason for name, reason in reasons.items()},
    )


def _hopeless(question: Question) -> str | None:
    if question.interpreter < OLDEST:
        return "the interpreter cannot count instructions (CPython 3.12 and later can)"
    if question.dependencies:
        return f"dependencies differ: {', '.join(question.dependencies)}"
    return None


def _nothing(question: Question, reason: str) -> Proof:
    touched = {Benchmark(name=name): reason for name in question.names}
    return Proof(reasons=touched, notices=(f"nothing was proved: {reason}",))


def _compared(
    question: Question, known: Changes, names: Sequence[str], seed: int, deadline: float
) -> dict[str, str]:
    """Count once on each side; return why benchmarks are touched."""
    meeting = Meeting(known)
    with ThreadPoolExecutor(max_workers=len(Side)) as pool:
        jobs = [
            pool.submit(
                count, question, side, Order(names, known.suspects, seed, meeting), deadline
            )
            for side in Side
        ]
        base, head = (job.result() for job in jobs)
    found = {name: _reason(base, head, name, known) for name in names}
    return {name: reason for name, reason in found.items() if reason}


def _reason(base: Account, head: Account, name: str, known: Changes) -> str | None:
    if hopeless := base.hopeless or head.hopeless:
        return hopeless
    if base.shared is None or head.shared is None:
        return "it could not be counted"
    fates = {base.fates.get(name), head.fates.get(name)}
    if fates - {Fate.PASSED, None}:
        return "it did not pass while it was counted"
    if None in fates or name not in base.lives or name not in head.lives:
        return "it was not counted in time"
    return difference((base.shared, base.lives[name]), (head.shared, head.lives[name]), known)


@dataclass(frozen=True, slots=True)
class Order:
    """What a guest is to count."""

    names: Sequence[str]
    suspects: Collection[str]
    seed: int
    meeting: Meeting | None = None


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
    seat, patience_s = question.seats[side], max(SHORTEST_S, question.budget_s * PATIENCE)
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
        case Finished(name=name, fate=fate):
            account.fates[name] = fate
        case Done():
            return False
    return True
