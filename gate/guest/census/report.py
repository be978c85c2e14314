"""All that was counted, as a message; a fork reports what came on top of its parent's."""

from __future__ import annotations

import sys
from typing import Any, Tuple

from .audit import Audit, file_digest, folder_digest, libraries
from .digest import code_digest
from .monitor import COUNTED, TARGET, Monitor, Places, Tally
from .outline import outline
from .references import References

READERS = frozenset({"getsource", "getsourcelines", "findsource", "updatecache", "getlines"})
"""Functions of inspect and linecache: who reads source sees comments, too."""
POSITIONS = frozenset(
    {"f_lineno", "tb_lineno", "co_firstlineno", "co_lines", "co_positions", "co_linetable"}
    | {"co_lnotab", "__firstlineno__"}
)
"""Attributes by which code learns in which line other code stands."""
INTERPRETERS = frozenset({"_interpreters", "_xxsubinterpreters"})
"""Start interpreters that nobody counts in."""
DESCRIBERS = frozenset({"_format_coroutine"})
"""CPython 3.12 describes each task of asyncio, with the line, and drops the text."""
WARNERS = frozenset({"warn", "warn_explicit"})
"""What warns twice in a line is heard once; the standard library warns of things of its own."""
Grown = Tuple[Tally, Tuple[int, int]]
"""A tally, with count and path of the last report."""


class Census:
    """Counts one process; created as early as possible."""

    def __init__(self, tree: str, packages: list[str]) -> None:
        self._monitor = Monitor(Places(tree, packages))
        self._audit = Audit(self._monitor)
        self._before: dict[int, tuple[int, int]] = {}
        self._references = References()
        files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        if any(self._monitor.places.kind(file) == TARGET for file in files if file):
            self._audit.flags.add("is loaded before counting begins")
        self._monitor.start()

    def look_for(self, suspects: list[str]) -> None:
        """Report from now on which of these names executed code refers to."""
        self._references.suspects = frozenset(suspects)

    def stop(self) -> None:
        """Count no more."""
        self._monitor.stop()
        self._audit.asleep = True

    def report(self) -> dict[str, Any]:
        """Return what was executed since the last report, and everything that was read so far."""
        self._monitor.stop()
        self._audit.asleep = True
        try:
            return self._report()
        finally:
            self._before = {
                key: (tally.count, tally.path) for key, tally in self._monitor.tallies.items()
            }

    def go_on(self) -> None:
        """Count again, after a report."""
        self._audit.asleep = False
        self._monitor.resume()

    def _report(self) -> dict[str, Any]:
        new = [
            (tally, before)
            for key, tally in self._monitor.tallies.items()
            if tally.kind in COUNTED and tally.count > (before := self._before.get(key, (0, 0)))[0]
        ]
        functions = [(tally, before) for tally, before in new if tally.offsets is None]
        bodies = [tally for tally, _ in new if tally.offsets is not None]
        places = self._monitor.places
        return {
            "entries": self._entries(functions),
            "outlines": self._outlines(bodies),
            "references": sorted(
                self._references.found_in([tally for tally, _ in new], self._audit.files)
            ),
            "readers": sorted(set().union(*(_reads(tally) for tally, _ in functions))),
            "files": {places.relative(name): made for name, made in self._audit.files.items()},
            "folders": {places.relative(name): folder_digest(name) for name in self._audit.folders},
            "libraries": {
                places.relative(name): file_digest(name)
                for name in libraries()
                if name.startswith((places.library, places.tree))
            },
            "flags": sorted(self._flags(functions)),
        }

    def _entries(self, functions: list[Grown]) -> list[list[Any]]:
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for tally, (count, path) in functions:
            code = tally.code
            where = self._monitor.places.relative(code.co_filename)
            key = (where, getattr(code, "co_qualname", code.co_name), code_digest(code))
            so_far = found.get(key, (0, 0))
            found[key] = (so_far[0] + tally.count - count, so_far[1] + tally.path - path)
        return [[*key, *counted] for key, counted in sorted(found.items())]

    def _outlines(self, bodies: list[Tally]) -> dict[str, Any]:
        files: dict[str, list[Tally]] = {}
        for body in bodies:
            files.setdefault(body.code.co_filename, []).append(body)
        return {
            self._monitor.places.relative(file): _outline(file, members)
            for file, members in files.items()
        }

    def _flags(self, functions: list[Grown]) -> set[str]:
        flags = set(self._audit.flags)
        if not self._monitor.reliable:
            flags.add("lost track of who called whom")
        if any("fork_exec" in tally.code.co_names for tally, _ in functions):
            flags.add("starts processes")  # as multiprocessing does, without an audit event
        if not INTERPRETERS.isdisjoint(sys.modules):
            flags.add("starts interpreters")
        return flags


def _reads(tally: Tally) -> frozenset[str]:
    """By which names a function learns where code stands."""
    if tally.code.co_name in DESCRIBERS:
        return frozenset()
    attributes = POSITIONS | WARNERS if tally.kind == TARGET else POSITIONS
    return (attributes & set(tally.code.co_names)) | (READERS & {tally.code.co_name})


def _outline(file: str, bodies: list[Tally]) -> object:
    """The outline of a module, or the plain hashes of its bodies where there is no source."""
    try:
        with open(file, "rb") as stream:
            return outline(stream.read(), bodies)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return [["stmt", code_digest(body.code), body.count] for body in bodies]
