"""All that was counted, as a message; a fork reports what came on top of its parent's."""

from __future__ import annotations

import sys
from collections import Counter as Multiset
from collections.abc import Callable
from typing import Any

from .audit import Audit, file_digest, folder_digest, libraries
from .digest import code_digest, digest
from .ledger import TARGET, Counter, Places, Tally
from .monitor import Monitor
from .outline import outline
from .references import References
from .tracer import Tracer

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
TRACED = frozenset({"gettrace", "getprofile"})
"""By which code learns that somebody counts."""


COUNTERS: dict[str, Callable[[Places], Counter]] = {"monitoring": Monitor, "settrace": Tracer}
"""By what the interpreter has in :mod:`sys`; the first that it has counts."""


class Census:
    """Counts one process; created as early as possible."""

    def __init__(self, tree: str, packages: list[str]) -> None:
        counter = next(made for name, made in COUNTERS.items() if hasattr(sys, name))
        self._counter = counter(Places(tree, packages))
        self._ledger = self._counter.ledger
        self._audit = Audit(self._ledger)
        self._references = References()
        self._libraries: dict[str, str] = {}
        files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        if any(self._ledger.places.kind(file) == TARGET for file in files if file):
            self._audit.flags.add("is loaded before counting begins")
        self._counter.start()

    def look_for(self, suspects: list[str]) -> None:
        """Report from now on which of these names executed code refers to."""
        self._references.suspects = frozenset(suspects)

    def stop(self) -> None:
        """Count no more."""
        self._audit.asleep = True
        self._counter.stop()

    def report(self) -> dict[str, Any]:
        """Return what was executed since the last report, and everything that was read so far."""
        self.stop()
        try:
            return self._report()
        finally:
            self._ledger.clear()

    def go_on(self) -> None:
        """Count again, after a report."""
        self._counter.resume()
        self._audit.asleep = False

    def _report(self) -> dict[str, Any]:
        counted = self._ledger.counted()
        functions = [tally for tally in counted if not tally.is_body]
        bodies = [tally for tally in counted if tally.is_body]
        relative = self._ledger.places.relative
        references = self._references.found_in(counted, self._audit.files)
        return {
            "entries": self._entries(functions),
            "outlines": self._outlines(bodies),
            "references": sorted(references),
            "readers": sorted(set().union(*map(_reads, functions))),
            "files": {relative(name): made for name, made in self._audit.files.items()},
            "folders": {relative(name): folder_digest(name) for name in self._audit.folders},
            "libraries": self._mapped(),
            "flags": sorted(self._flags(functions)),
        }

    def _mapped(self) -> dict[str, str]:
        """Native libraries of the target and beside it; what is mapped once is read once."""
        places = self._ledger.places
        names = [one for one in libraries() if one.startswith((places.library, places.tree))]
        self._libraries |= {one: file_digest(one) for one in names if one not in self._libraries}
        return {places.relative(name): self._libraries[name] for name in names}

    def _entries(self, functions: list[Tally]) -> list[list[Any]]:
        found: dict[tuple[str, str, str], Multiset[int]] = {}
        for tally in functions:
            code = tally.code
            where = self._ledger.places.relative(code.co_filename)
            key = (where, getattr(code, "co_qualname", code.co_name), code_digest(code))
            found.setdefault(key, Multiset()).update(tally.arrivals)
        return [[*key, *_flow(counts)] for key, counts in sorted(found.items())]

    def _outlines(self, bodies: list[Tally]) -> dict[str, Any]:
        files: dict[str, list[Tally]] = {}
        for body in bodies:
            files.setdefault(body.code.co_filename, []).append(body)
        return {
            self._ledger.places.relative(file): _outline(file, members)
            for file, members in files.items()
        }

    def _flags(self, functions: list[Tally]) -> set[str]:
        flags, said = self._audit.flags | self._ledger.flags, set[str]()
        said.update(*(tally.code.co_names for tally in functions))
        if "fork_exec" in said:
            flags.add("starts processes")  # as multiprocessing does, without an audit event
        if not TRACED.isdisjoint(said):
            flags.add("traces itself")
        if not INTERPRETERS.isdisjoint(sys.modules):
            flags.add("starts interpreters")
        return flags


def _flow(arrivals: Multiset[int]) -> tuple[int, int]:
    """How often control came anywhere, and a number that stands for how often it came where."""
    return sum(arrivals.values()), int(digest(sorted(arrivals.items())), 16)


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
        return [["stmt", code_digest(body.code), sum(body.arrivals.values())] for body in bodies]
