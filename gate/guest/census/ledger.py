"""Whose code runs, for whom, and how control flowed through it."""

from __future__ import annotations

import inspect
import os
import sysconfig
from collections import defaultdict
from types import CodeType
from typing import Protocol

NEUTRAL, TARGET, OUR, IMPORTER = "neutral", "target", "our", "importer"
"""The standard library and dependencies; the target and its tests; pytest and us; what imports."""
START = -1
"""Where control arrives when a function begins or a generator goes on."""

OUR_PACKAGES = frozenset({"pytest", "_pytest", "pluggy", "iniconfig", "perf_gate_guest", "py"})
IMPORTER_FILES = ("<frozen importlib", "<frozen zipimport")

LOST = "lost track of who called whom"


class Tally:
    """What was counted of one code object, until somebody clears it."""

    __slots__ = ("arrivals", "code", "is_body", "kind")

    def __init__(self, code: CodeType, kind: str) -> None:
        self.code = code
        self.kind = kind
        self.arrivals: dict[int, int] = defaultdict(int)
        """How often control came where: an offset, :data:`START`, or what else a counter says."""
        is_body = kind == TARGET and not code.co_flags & inspect.CO_NEWLOCALS
        self.is_body = is_body and "<locals>" not in getattr(code, "co_qualname", "")
        """Whether it is the body of a module, or of a class in it."""


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


class Ledger:
    """All tallies of a process, and a stack that remembers whose code was entered last.

    Dependencies and the standard library are counted only while they work for the target, never
    while they work for pytest.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.tallies: dict[int, Tally] = {}
        self.stack: list[str] = [OUR]
        self.hears = False
        """Whether what neutral code does counts now: the target waits for it."""
        self.flags: set[str] = set()
        """Why what was counted says nothing."""
        self._kinds: dict[str, str] = {}

    @property
    def works_for_target(self) -> bool:
        """Whether the innermost code that belongs to anybody is the target's."""
        return self.stack[-1] == TARGET

    @property
    def imports(self) -> bool:
        """Whether the importer is at work."""
        return self.stack[-1] == IMPORTER

    @property
    def asked_by_target(self) -> bool:
        """Whether the target's code waits for what is going on, however indirectly."""
        return TARGET in self.stack

    def meet(self, code: CodeType) -> Tally:
        """See a code object for the first time; it is kept, so that its id stays its own."""
        file = code.co_filename
        kind = self._kinds.get(file)
        if kind is None:
            kind = self._kinds[file] = self.places.kind(file)
        tally = self.tallies[id(code)] = Tally(code, kind)
        return tally

    def enter(self, kind: str) -> None:
        """Code that is somebody's begins, or goes on."""
        self.stack.append(kind)
        self.hears = kind == TARGET

    def leave(self, kind: str) -> None:
        """Code that is somebody's returns, yields or fails."""
        if len(self.stack) > 1 and self.stack[-1] == kind:
            self.stack.pop()
        elif kind == TARGET or len(self.stack) > 1:  # else: what was running before we started
            self.flags.add(LOST)
        self.hears = self.stack[-1] == TARGET

    def counted(self) -> list[Tally]:
        """Return the tallies of what was executed since the last :meth:`clear`."""
        return [tally for tally in self.tallies.values() if tally.arrivals]

    def clear(self) -> None:
        """Begin to count anew, in the midst of the same calls."""
        for tally in self.counted():
            tally.arrivals.clear()


class Counter(Protocol):
    """Fills a ledger; one a process."""

    @property
    def ledger(self) -> Ledger:
        """What was counted."""

    def start(self) -> None:
        """Begin to count."""

    def stop(self) -> None:
        """Count no more, until :meth:`resume`."""

    def resume(self) -> None:
        """Count again after :meth:`stop`, no deeper in calls of ours than there."""
