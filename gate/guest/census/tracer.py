"""Counts executed instructions, by ``sys.settrace``: where ``sys.monitoring`` is not yet (3.11).

Functions in which control can go but one way are counted as a whole.
"""

from __future__ import annotations

import _thread
import ctypes
import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from .ledger import LOST, NEUTRAL, START, Ledger, Places, Tally

JUMPS = frozenset((*dis.hasjrel, *dis.hasjabs))
Trace = Callable[[FrameType, str, Any], Any]


class Tracer:
    """Counts from :meth:`start` to :meth:`stop`; one a process, and its one thread."""

    def __init__(self, places: Places) -> None:
        self.ledger = Ledger(places)
        self._listens = False
        self._threads = 0
        self._python = ctypes.PyDLL(None)
        self._python.PyThreadState_Get.restype = ctypes.c_void_p
        self._python.PyThreadState_GetID.argtypes = [ctypes.c_void_p]
        self._python.PyThreadState_GetID.restype = ctypes.c_uint64
        self._ears: dict[int, tuple[Tally, Trace, bool]] = {}

    def start(self) -> None:
        """Begin to count."""
        self._threads = self._newest_thread()
        sys.addaudithook(self._hear)
        self.resume()

    def stop(self) -> None:
        """Count no more, until :meth:`resume`."""
        if self._listens and sys.gettrace() != self._call:
            self.ledger.flags.add(LOST)  # as it is when our own calls have failed
        self._listens = self.ledger.hears = False
        sys.settrace(None)
        before, self._threads = self._threads, self._newest_thread()
        if self._threads != before + 1:
            self.ledger.flags.add("uses threads")

    def resume(self) -> None:
        """Count again after :meth:`stop`, no deeper in calls of ours than there."""
        sys.settrace(self._call)
        self._listens = True

    def _newest_thread(self) -> int:
        """Start a thread and return its number: nothing else tells of those that have ended."""
        numbers: list[int] = []
        told = _thread.allocate_lock()
        told.acquire()

        def tell() -> None:
            numbers.append(self._python.PyThreadState_GetID(self._python.PyThreadState_Get()))
            told.release()

        _thread.start_new_thread(tell, ())
        told.acquire()
        return numbers[0]

    def _hear(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if event == "sys.settrace" and self._listens:
            self.ledger.flags.add(LOST)  # whoever it is takes the place that is ours

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Trace | None:
        """A function, or a body, begins, or a generator goes on."""
        ledger, key = self.ledger, id(frame.f_code)
        tally, ear, is_forked = self._ears.get(key) or self._meet(frame.f_code)
        if tally.kind != NEUTRAL:
            ledger.enter(tally.kind)
        elif not ledger.hears:
            return None
        if ledger.hears:
            tally.arrivals[START] += 1
            frame.f_trace_opcodes = is_forked
        frame.f_trace_lines = False
        return ear

    def _meet(self, code: CodeType) -> tuple[Tally, Trace, bool]:
        tally = self.ledger.meet(code)
        handles = getattr(code, "co_exceptiontable", b"")  # before 3.11 handling is a jump
        is_forked = bool(handles) or not JUMPS.isdisjoint(code.co_code[::2])
        found = self._ears[id(code)] = (tally, self._ear(tally), is_forked)
        return found

    def _ear(self, tally: Tally) -> Trace:
        """A closure, because nothing else is called as often."""
        ledger, arrivals, kind = self.ledger, tally.arrivals, tally.kind
        places = _jumps(tally.code.co_code) if tally.is_body else None

        def hear(frame: FrameType, event: str, argument: Any) -> Trace:
            if event == "opcode":
                place = frame.f_lasti if places is None else places.get(frame.f_lasti)
                if ledger.hears and place is not None:
                    arrivals[place] += 1
            elif event == "return":
                if kind != NEUTRAL:
                    ledger.leave(kind)
            elif event == "exception" and issubclass(argument[0], RecursionError):
                ledger.flags.add(LOST)  # there may have been no room for our own calls
            return hear

        return hear


def _jumps(words: bytes) -> dict[int, int]:
    """Offsets of the jumps, by that of the first word that belongs to each."""
    found, first = dict[int, int](), None
    for place in range(0, len(words), 2):
        if words[place] == dis.EXTENDED_ARG:
            first = place if first is None else first
        else:
            if words[place] in JUMPS:
                found[place if first is None else first] = place
            first = None
    return found
