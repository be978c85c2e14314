"""What a planted slowdown spends its time on, and how much of it makes how many seconds."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gate.environments import interpreter, uv
from gate.errors import MeasureError
from gate.system.processes import run


class Kind(StrEnum):
    """What a planted slowdown spends its time on."""

    LOOP = "loop"
    ALLOCATION = "allocation"
    CALL = "call"
    MEMORY = "memory"
    THREAD = "thread"
    SLEEP = "sleep"


TITLES: Mapping[Kind, str] = {
    Kind.LOOP: "busy loop",
    Kind.ALLOCATION: "allocations",
    Kind.CALL: "system calls",
    Kind.MEMORY: "memory traffic",
    Kind.THREAD: "thread hand-over",
    Kind.SLEEP: "sleep",
}
_HAND_OVER = (
    '(lambda lock: lock.acquire() and __import__("_thread").start_new_thread(lock.release, ())'
    ' and lock.acquire())(__import__("_thread").allocate_lock())'
)
STRAIGHT = "_planted = 0; del _planted"
"""Written down as often as it takes, where a call is too short for a loop of one turn."""
UNITS: Mapping[Kind, tuple[str, ...]] = {
    Kind.LOOP: ("pass", STRAIGHT),
    Kind.ALLOCATION: ("[None] * 64",),
    Kind.CALL: ('__import__("os").stat("/")',),
    Kind.MEMORY: ("bytes(1 << 22)[1:]", "bytes(1 << 16)[1:]"),
    Kind.THREAD: (_HAND_OVER,),
    Kind.SLEEP: ('__import__("time").sleep(0.00002)',),
}
"""One turn of each kind, the largest first; they import what is imported anyway, bind nothing."""

# Over zeros: of the numbers of a range the first 257 are cheaper than the others.
_STATEMENT = "for _planted in bytes({turns}): {unit}; del _planted"
# Where one turn is too much, a hash of the clock takes it in a share of the calls: no state, and
# no random numbers that would be missing elsewhere.
_SOMETIMES = '__import__("time").perf_counter_ns() * 2654435761 % 4294967296 < {limit}'
_RANGE = 2**32
_MANY = 100
_WORKS, _WAITS = "process_time", "perf_counter"
"""Clocks: processor time is what judges work, and what other processes do not inflate."""
_PRICING_S = 60.0
_PRICING = """
import json, os, sys, time
if hasattr(os, "sched_setaffinity"):  # where benchmarks run, too: on one core
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
def seconds(statement, clock):
    space = {}
    exec("def planted(turns):\\n    " + statement, space)
    def timed(turns, calls):
        start = clock()
        for _ in range(calls):
            space["planted"](turns)
        return (clock() - start) / calls
    turns = 1
    while timed(turns, 1) < 0.002:
        turns *= 2
    fixed = min(timed(0, 1000) for _ in range(9))
    return fixed, (sorted(timed(turns, 1) for _ in range(9))[2] - fixed) / turns
asked = json.loads(sys.argv[1])
print(json.dumps([seconds(statement, getattr(time, clock)) for statement, clock in asked]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a statement costs in the target's interpreter, in seconds."""

    unit: str
    fixed_s: float
    """Of the statement without a turn."""
    sometimes_s: float
    """Of a statement that asks the clock whether it takes a turn."""
    turn_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A statement, and what it costs a call on average."""

    statement: str
    seconds: float


def dose(prices: Sequence[Price], wanted_s: float) -> Dose:
    """Return the statement that costs as near to ``wanted_s`` seconds a call as there is.

    Args:
        prices: of one kind, the largest unit first, at least one.
        wanted_s: > 0; less than the cheapest statement costs gives the cheapest.
    """
    price = next((one for one in prices if one.fixed_s + one.turn_s <= wanted_s), prices[-1])
    turns = round((wanted_s - price.fixed_s) / price.turn_s)
    if price.unit == STRAIGHT:
        turns = max(turns, 1)
        return Dose(statement="; ".join([STRAIGHT] * turns), seconds=turns * price.turn_s)
    if turns >= 1:
        statement = _STATEMENT.format(turns=turns, unit=price.unit)
        return Dose(statement=statement, seconds=price.fixed_s + turns * price.turn_s)
    share = max((wanted_s - price.sometimes_s) / price.turn_s, 0.01)
    asked = _SOMETIMES.format(limit=round(share * _RANGE))
    statement = _STATEMENT.format(turns=asked, unit=price.unit)
    return Dose(statement=statement, seconds=price.sometimes_s + share * price.turn_s)


def price_all(python: str, folder: Path) -> Mapping[Kind, tuple[Price, ...]]:
    """Time one turn of each kind, in about a second.

    Args:
        python: the target's interpreter, as results call it: ``CPython 3.13.0``.
        folder: an existing one to run in.

    Raises:
        MeasureError: if it cannot be run, or takes a minute.
    """
    always = f"({_SOMETIMES.format(limit=_RANGE)}) * turns"
    asked = [(_STATEMENT.format(turns=always, unit="pass"), _WORKS)]
    asked += [
        (_repeated(unit), _WAITS if kind is Kind.SLEEP else _WORKS)
        for kind in Kind
        for unit in UNITS[kind]
    ]
    (sometimes_s, _), *answers = _timed(_path_of(python), asked, folder)
    costs = iter(answers)
    return {
        kind: tuple(_price(unit, sometimes_s, next(costs)) for unit in UNITS[kind]) for kind in Kind
    }


def _repeated(unit: str) -> str:
    if unit == STRAIGHT:
        return f"for _ in range(turns): {'; '.join([STRAIGHT] * _MANY)}"
    return _STATEMENT.format(turns="turns", unit=unit)


def _price(unit: str, sometimes_s: float, cost: tuple[float, float]) -> Price:
    fixed_s, turn_s = cost
    if unit == STRAIGHT:
        fixed_s, turn_s = 0.0, turn_s / _MANY
    return Price(unit=unit, fixed_s=fixed_s, sometimes_s=sometimes_s, turn_s=turn_s)


def _path_of(python: str) -> Path:
    environ = uv.running_environ(os.environ, {})
    found = interpreter.probe(interpreter.candidates(os.environ), environ)
    for one in found:
        if str(one) == python and not one.free_threaded:
            return one.path
    raise MeasureError(f"{python}, which ran the benchmarks, is not found again")


def _timed(
    python: Path, asked: Sequence[tuple[str, str]], folder: Path
) -> Sequence[tuple[float, float]]:
    done = run(
        [str(python), "-I", "-c", _PRICING, json.dumps(asked)],
        cwd=folder,
        env=uv.running_environ(os.environ, {}),
        timeout_s=_PRICING_S,
    )
    if done.status != 0:
        raise MeasureError(f"what is planted could not be timed:\n{done.output}")
    return [(fixed_s, turn_s) for fixed_s, turn_s in json.loads(done.output)]
