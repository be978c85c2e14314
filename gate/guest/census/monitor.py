"""Counts how control flows through the target's code and everything that runs on its behalf.

Starts, jumps, branches, resumptions and handled exceptions: together with the code itself they
determine how often each instruction ran, at a half to a fifth of what counting each would cost.
"""

from __future__ import annotations

import inspect
import os
import sys
import sysconfig
from types import CodeType
from typing import Any

MONITORING: Any = getattr(sys, "monitoring", None)
TOOL = 4
"""A tool number that neither debuggers, coverage nor profilers claim."""

NEUTRAL, TARGET, OUR, IMPORTER = "neutral", "target", "our", "importer"
"""The standard library and dependencies; the target and its tests; pytest and us; what imports."""
COUNTED = frozenset({NEUTRAL, TARGET})

OUR_PACKAGES = frozenset({"pytest", "_pytest", "pluggy", "iniconfig", "perf_gate_guest", "py"})
IMPORTER_FILES = ("<frozen importlib", "<frozen zipimport")


class Tally:
    """What was counted of one code object."""

    __slots__ = ("code", "count", "is_heard", "kind", "offsets", "path")

    def __init__(self, code: CodeType, kind: str) -> None:
        self.code = code
        self.kind = kind
        self.is_heard = False
        """Whether its jumps are events."""
        self.count = 0
        """Starts, jumps, branches, resumptions, handled exceptions."""
        self.path = 0
        """Sum over all jumps of where from and where to: the same count by other ways differs."""
        is_body = kind == TARGET and not code.co_flags & inspect.CO_NEWLOCALS
        is_body = is_body and "<locals>" not in getattr(code, "co_qualname", "")
        self.offsets: dict[int, int] | None = {} if is_body else None


def _jump_events() -> tuple[int, ...]:
    events = MONITORING.events
    is_split = hasattr(events, "BRANCH_LEFT")  # CPython 3.14 and later
    branches = ["BRANCH_LEFT", "BRANCH_RIGHT"] if is_split else ["BRANCH"]
    return tuple(getattr(events, name) for name in ["JUMP", *branches])


class Places:
    """Tells by a file's name whose code it is."""

    def __init__(self, tree: str, packages: list[str]) -> None:
        self.tree = os.path.join(os.path.realpath(tree), "")
        self.library = os.path.join(os.path.realpath(sysconfig.get_paths()["purelib"]), "")
        self.standard = os.path.join(os.path.realpath(sysconfig.get_paths()["stdlib"]), "")
        self._packages = frozenset(packages)

    def kind(self, file: str) -> str:
        """Return whose code a file holds."""
        if file.startswith("<"):
            if file.startswith(IMPORTER_FILES):
                return IMPORTER
            return OUR if file.startswith("<frozen runpy") else NEUTRAL  # generated, for anybody
        path = os.path.realpath(file)
        if path.startswith(self.library):
            return self._installed(path[len(self.library) :])
        if path.startswith(self.tree):
            return TARGET
        if "perf_gate_guest" in path or path.startswith(self.standard + "importlib"):
            return OUR
        return NEUTRAL

    def relative(self, file: str) -> str:
        """Return the file's name without what differs between the sides."""
        if file.startswith("<"):
            return file
        path = os.path.realpath(file) + os.sep * file.endswith(os.sep)
        for name, folder in (("lib/", self.library), ("tree/", self.tree), ("std/", self.standard)):
            if path.startswith(folder):
                return name + path[len(folder) :]
        return path

    def _installed(self, relative: str) -> str:
        top = relative.partition(os.sep)[0].partition(".")[0]
        dotted = relative.replace(os.sep, ".")
        if any(top == name or dotted.startswith(name + ".") for name in self._packages):
            return TARGET
        return OUR if top in OUR_PACKAGES or top.startswith("pytest_") else NEUTRAL


class Monitor:
    """Counts from :meth:`start` to :meth:`stop`; one a process.

    A stack remembers whose code was entered last: dependencies and the standard library are
    counted only while they work for the target, never while they work for pytest.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.tallies: dict[int, Tally] = {}
        self.reliable = True
        self._stack: list[str] = [OUR]
        self._kinds: dict[str, str] = {}
        self._events = 0
        self._counting = False
        self._jumps = _jump_events()

    @property
    def works_for_target(self) -> bool:
        """Whether the innermost code that belongs to anybody is the target's."""
        return self._stack[-1] == TARGET

    @property
    def imports(self) -> bool:
        """Whether the importer is at work."""
        return self._stack[-1] == IMPORTER

    @property
    def asked_by_target(self) -> bool:
        """Whether the target's code waits for what is going on, however indirectly."""
        return TARGET in self._stack

    def start(self) -> None:
        """Begin to count."""
        events = MONITORING.events
        MONITORING.use_tool_id(TOOL, "perf-gate")
        for event in self._jumps:
            MONITORING.register_callback(TOOL, event, self._jump)
        handlers = {
            events.PY_START: self._start,
            events.PY_RESUME: self._start,
            events.PY_THROW: self._start,
            events.PY_RETURN: self._leave,
            events.PY_YIELD: self._leave,
            events.PY_UNWIND: self._leave,
            events.EXCEPTION_HANDLED: self._handle,
        }
        for event, handler in handlers.items():
            MONITORING.register_callback(TOOL, event, handler)
        self._events = sum(handlers)
        self.resume()

    def stop(self) -> None:
        """Count no more, until :meth:`resume`."""
        if self._counting and MONITORING.get_events(TOOL) != self._events:
            self.reliable = False  # somebody else switched us off
        self._counting = False
        MONITORING.set_events(TOOL, 0)

    def resume(self) -> None:
        """Count again after :meth:`stop`, no deeper in calls of ours than there."""
        self._counting = True
        MONITORING.set_events(TOOL, self._events)

    def _jump(self, code: CodeType, offset: int, destination: int) -> None:
        tally = self.tallies[id(code)]
        if (tally.kind == NEUTRAL and self._stack[-1] != TARGET) or not self._counting:
            return
        tally.count += 1
        tally.path += (offset << 20) + destination
        if tally.offsets is not None:
            tally.offsets[offset] = tally.offsets.get(offset, 0) + 1

    def _handle(self, code: CodeType, offset: int, error: BaseException) -> None:
        tally = self.tallies.get(id(code)) or self._meet(code)
        if isinstance(error, RecursionError):  # there may have been no room for our own calls
            self.reliable = False
        if tally.kind == TARGET or (tally.kind == NEUTRAL and self._stack[-1] == TARGET):
            tally.count += 1
            tally.path += offset

    def _start(self, code: CodeType, *_: Any) -> None:
        """A function, or a body, begins, or a generator goes on; from now on it is counted."""
        tally = self.tallies.get(id(code)) or self._meet(code)
        kind = tally.kind
        if kind == NEUTRAL and self._stack[-1] != TARGET:
            return
        if kind in COUNTED:
            if not tally.is_heard:
                tally.is_heard = True
                MONITORING.set_local_events(TOOL, code, sum(self._jumps))
            tally.count += 1
        if kind != NEUTRAL:
            self._stack.append(kind)

    def _leave(self, code: CodeType, *_: Any) -> None:
        kind = (self.tallies.get(id(code)) or self._meet(code)).kind
        if kind == NEUTRAL:
            return
        if len(self._stack) > 1 and self._stack[-1] == kind:
            self._stack.pop()
        elif kind == TARGET or len(self._stack) > 1:  # else: what was running before we started
            self.reliable = False

    def _meet(self, code: CodeType) -> Tally:
        """See a code object for the first time; it is kept, so that its id stays its own."""
        file = code.co_filename
        kind = self._kinds.get(file)
        if kind is None:
            kind = self._kinds[file] = self.places.kind(file)
        tally = self.tallies[id(code)] = Tally(code, kind)
        return tally
