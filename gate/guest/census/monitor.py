"""Counts executed instructions, of the target's code and of everything that runs on its behalf."""

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

NEUTRAL, TARGET, OUR = "neutral", "target", "our"
"""The standard library and dependencies; the target and its tests; pytest, the importer and us."""

OUR_PACKAGES = frozenset({"pytest", "_pytest", "pluggy", "iniconfig", "perf_gate_guest", "py"})
OUR_FILES = ("<frozen importlib", "<frozen runpy", "<frozen zipimport")


class Tally:
    """What was counted of one code object."""

    __slots__ = ("code", "count", "kind", "offsets")

    def __init__(self, code: CodeType, kind: str) -> None:
        self.code = code
        self.kind = kind
        self.count = 0
        is_body = kind == TARGET and not code.co_flags & inspect.CO_NEWLOCALS
        is_body = is_body and "<locals>" not in getattr(code, "co_qualname", "")
        self.offsets: dict[int, int] | None = {} if is_body else None


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
            frozen = NEUTRAL if file.startswith("<frozen") else TARGET  # generated for the target
            return OUR if file.startswith(OUR_FILES) else frozen
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
        path = os.path.realpath(file)
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

    @property
    def works_for_target(self) -> bool:
        """Whether the innermost code that belongs to anybody is the target's."""
        return self._stack[-1] == TARGET

    @property
    def asked_by_target(self) -> bool:
        """Whether the target's code waits for what is going on, however indirectly."""
        return TARGET in self._stack

    def start(self) -> None:
        """Begin to count."""
        events = MONITORING.events
        MONITORING.use_tool_id(TOOL, "perf-gate")
        MONITORING.register_callback(TOOL, events.INSTRUCTION, self._instruction)
        handlers = {
            events.PY_START: self._start,
            events.PY_RESUME: self._enter,
            events.PY_THROW: self._enter,
            events.PY_RETURN: self._leave,
            events.PY_YIELD: self._leave,
            events.PY_UNWIND: self._leave,
        }
        for event, handler in handlers.items():
            MONITORING.register_callback(TOOL, event, handler)
        self._events = sum(handlers)
        self.resume()

    def stop(self) -> None:
        """Count no more, until :meth:`resume`."""
        self._counting = False
        MONITORING.set_events(TOOL, 0)

    def resume(self) -> None:
        """Count again after :meth:`stop`, no deeper in calls of ours than there."""
        self._counting = True
        MONITORING.set_events(TOOL, self._events)

    def _instruction(self, code: CodeType, offset: int) -> None:
        tally = self.tallies[id(code)]
        if not self._counting or (tally.kind == NEUTRAL and self._stack[-1] != TARGET):
            return
        tally.count += 1
        if tally.offsets is not None:
            tally.offsets[offset] = tally.offsets.get(offset, 0) + 1

    def _start(self, code: CodeType, _offset: int) -> Any:
        """A function, or a body, begins; where it is to be counted it is from now on."""
        tally = self.tallies.get(id(code)) or self._meet(code)
        if tally.kind == NEUTRAL:
            if self._stack[-1] != TARGET:
                return None
            MONITORING.set_local_events(TOOL, code, MONITORING.events.INSTRUCTION)
            return MONITORING.DISABLE
        if tally.kind == TARGET and not tally.count:
            MONITORING.set_local_events(TOOL, code, MONITORING.events.INSTRUCTION)
            tally.count = 1
        self._stack.append(tally.kind)
        return None

    def _enter(self, code: CodeType, *_: Any) -> Any:
        kind = (self.tallies.get(id(code)) or self._meet(code)).kind
        if kind != NEUTRAL:
            self._stack.append(kind)
        return None

    def _leave(self, code: CodeType, *_: Any) -> Any:
        kind = (self.tallies.get(id(code)) or self._meet(code)).kind
        if kind == NEUTRAL:
            return None
        if len(self._stack) > 1 and self._stack[-1] == kind:
            self._stack.pop()
        elif kind != OUR or len(self._stack) > 1:  # else: what was running before we started
            self.reliable = False
        return None

    def _meet(self, code: CodeType) -> Tally:
        """See a code object for the first time; it is kept, so that its id stays its own."""
        file = code.co_filename
        kind = self._kinds.get(file)
        if kind is None:
            kind = self._kinds[file] = self.places.kind(file)
        tally = self.tallies[id(code)] = Tally(code, kind)
        return tally
