"""Counts how control flows, by ``sys.monitoring`` (CPython 3.12 and later).

Starts, branches, resumptions, handled exceptions, and the jumps that do not follow from these:
together with the code itself they determine how often each instruction ran, at a fraction of what
counting each would cost.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

from .ledger import LOST, NEUTRAL, START, Ledger, Places, Tally

MONITORING: Any = getattr(sys, "monitoring", None)
TOOL = 4
"""A tool number that neither debuggers, coverage nor profilers claim."""
IS_SPLIT = sys.version_info >= (3, 14)
"""Whether a branch is one of two events."""
JUMPS = frozenset(dis.hasjrel)
BRANCHES = frozenset(
    code for code in JUMPS if dis.opname[code].startswith(("POP_JUMP_IF_", "FOR_ITER"))
)
"""Instructions that are an event at each turn of a loop."""


class Monitor:
    """Counts from :meth:`start` to :meth:`stop`; one a process."""

    def __init__(self, places: Places) -> None:
        self.ledger = Ledger(places)
        self._events = self._jumps = 0
        self._counting = False
        self._heard: dict[int, dict[int, int]] = {}
        """Where functions were seen to arrive; what jumps in a body is kept in its tally alone."""
        self._listening: set[int] = set()

    def start(self) -> None:
        """Begin to count."""
        MONITORING.use_tool_id(TOOL, "perf-gate")
        jumps, others = self._jump_handlers(), self._other_handlers()
        for event, handler in {**jumps, **others}.items():
            MONITORING.register_callback(TOOL, event, handler)
        self._jumps, self._events = sum(jumps), sum(others)
        self.resume()

    def stop(self) -> None:
        """Count no more, until :meth:`resume`."""
        if self._counting and MONITORING.get_events(TOOL) != self._events:
            self.ledger.flags.add(LOST)  # somebody else switched us off
        self._counting = self.ledger.hears = False
        MONITORING.set_events(TOOL, 0)

    def resume(self) -> None:
        """Count again after :meth:`stop`, no deeper in calls of ours than there."""
        self._counting = True
        MONITORING.set_events(TOOL, self._events)

    def _jump_handlers(self) -> dict[int, Callable[..., object]]:
        events, branch = MONITORING.events, self._branch_handler()
        if IS_SPLIT:
            return {events.JUMP: branch, events.BRANCH_LEFT: branch, events.BRANCH_RIGHT: branch}

        def jump(code: CodeType, offset: int, destination: int) -> object:
            if self._follows(code, offset, destination):
                return MONITORING.DISABLE
            return branch(code, offset, destination)

        return {events.JUMP: jump, events.BRANCH: branch}

    def _follows(self, code: CodeType, offset: int, destination: int) -> bool:
        """Whether the other events say how often a jump is taken: no circle goes without one."""
        if self.ledger.tallies[id(code)].is_body:  # it may lead to another statement
            return False
        path = (one for one in code.co_code[destination::2] if one in JUMPS)
        return destination > offset or next(path, None) in BRANCHES

    def _branch_handler(self) -> Callable[[CodeType, int, int], None]:
        """A closure, because nothing else is called as often."""
        ledger, heard, tallies = self.ledger, self._heard, self.ledger.tallies

        def branch(code: CodeType, offset: int, destination: int) -> None:
            if ledger.hears:
                try:
                    heard[id(code)][destination] += 1
                except KeyError:  # a body: where it arrives may belong to another statement
                    tallies[id(code)].arrivals[offset] += 1

        return branch

    def _other_handlers(self) -> dict[int, Callable[..., object]]:
        events = MONITORING.events
        return {
            events.PY_START: self._start,
            events.PY_RESUME: self._start,
            events.PY_THROW: self._start,
            events.PY_RETURN: self._leave,
            events.PY_YIELD: self._leave,
            events.PY_UNWIND: self._unwind,
            events.EXCEPTION_HANDLED: self._handle,
        }

    def _start(self, code: CodeType, *_: Any) -> None:
        """A function, or a body, begins, or a generator goes on; from now on it is counted."""
        ledger = self.ledger
        tally = ledger.tallies.get(id(code)) or ledger.meet(code)
        if tally.kind != NEUTRAL:
            ledger.enter(tally.kind)
        if ledger.hears:
            if id(code) not in self._listening:
                self._listen(tally)
            tally.arrivals[START] += 1

    def _listen(self, tally: Tally) -> None:
        key = id(tally.code)
        self._listening.add(key)
        if not tally.is_body:
            self._heard[key] = tally.arrivals
        MONITORING.set_local_events(TOOL, tally.code, self._jumps)

    def _leave(self, code: CodeType, *_: Any) -> object:
        tally = self.ledger.tallies.get(id(code)) or self.ledger.meet(code)
        if tally.kind == NEUTRAL:
            return MONITORING.DISABLE  # nobody needs to know, whoever it works for
        self.ledger.leave(tally.kind)
        return None

    def _unwind(self, code: CodeType, *_: Any) -> None:
        self._leave(code)

    def _handle(self, code: CodeType, offset: int, error: BaseException) -> None:
        ledger = self.ledger
        tally = ledger.tallies.get(id(code)) or ledger.meet(code)
        if isinstance(error, RecursionError):  # there may have been no room for our own calls
            ledger.flags.add(LOST)
        if ledger.hears:
            tally.arrivals[START - offset - 1] += 1
