"""Which changes executed code could get to: by their names, or by names it puts together.

A fork goes on with what its parent knows.
"""

from __future__ import annotations

import dis
import os
from collections.abc import Collection, Iterable
from inspect import CO_NEWLOCALS
from types import CodeType

from .digest import FILE, IMPORT, IMPORTERS, MADE, names_in
from .ledger import TARGET, Tally
from .texts import WORD, file_names, fragments, said, texts_in, words

EVALUATORS = frozenset({"eval", "exec"})
DYNAMIC = EVALUATORS | {"getattr", "hasattr", "attrgetter", "methodcaller", "__getattribute__"}
"""Ways to find a function by a name that is put together."""
ALL_MODULES = frozenset({"iter_modules", "walk_packages"})
"""Ways to import modules without any name."""
BUILTINS = frozenset({"globals", "vars", "dir"})
LISTERS = frozenset({"getmembers", "_getmembers", "getmembers_static", "classify_class_attrs"})
EVERYTHING = LISTERS | {"__subclasses__", "get_objects"}
"""Ways to find functions without any name; the names of builtins are often attributes, too."""
NAMESPACES = frozenset({"__dict__", "__globals__", "f_globals", "f_locals"})
LOOKUPS = frozenset({"get", "pop", "setdefault", "update"})
"""Methods of a namespace that do not list it."""
TABLES = (".json", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".xml", ".csv", "entry_points.txt")
"""Data files that may hold names of functions."""
PROSE = frozenset({".py", ".md", ".rst"})
"""Endings that say too little to tell which file is meant."""
LARGEST = 1 << 20
"""Bytes of a table that are read."""


class References:
    """Remembers what the executed code of the target says."""

    def __init__(self) -> None:
        self.suspects: frozenset[str] = frozenset()
        """Names of changed functions, of all that leads to them, and of changed files."""
        self._fragments: set[str] = set()
        self._listed: set[str] = set()
        """Words of short texts, and of tables that were read."""
        self._words: set[str] = set()
        self._loaded: set[str] = set()
        self._ways: set[str] = set()
        """Names that the target's code says and that need no further name, or any."""
        self._takes_everything = False
        self._read: set[str] = set()

    def found_in(self, executed: list[Tally], files: Iterable[str] = ()) -> set[str]:
        """Return the suspects that this code, and what was executed before, can get to.

        Args:
            executed: what was counted.
            files: data files that were read.
        """
        if not self.suspects:
            return set()
        found, texts = set[str](), set[str]()
        for tally in executed:
            found |= self._said(tally)
            texts |= set().union(*map(texts_in, _with_inner(tally)))
        self._read_tables(files)
        return found | named_files(self.suspects, file_names(texts)) | self._guessed()

    def _said(self, tally: Tally) -> set[str]:
        found: set[str] = set()
        codes = _with_inner(tally)
        names, texts = set().union(*map(names_in, codes)), set().union(*map(texts_in, codes))
        if tally.kind == TARGET:
            self._learn(tally, names, texts)
        elif names & DYNAMIC:  # as in ast.NodeVisitor
            found = self._made_of({one for one in fragments(texts) if "_" in (one[:1], one[-1:])})
        if tally.code.co_name in LISTERS:
            self._takes_everything = True
        if not tally.is_body:
            found |= self.suspects & names.union(*map(said, codes))
        return found

    def _learn(self, tally: Tally, names: set[str], texts: set[str]) -> None:
        self._fragments |= fragments(texts)
        self._listed |= words(texts)
        self._words.update(word for text in texts for word in WORD.findall(text))
        self._ways |= names & (DYNAMIC | NAMESPACES | IMPORTERS | ALL_MODULES)
        if _takes_everything(tally.code, names):
            self._takes_everything = True
        if tally.is_body:
            self._loaded |= _defined(tally.code)

    def _guessed(self) -> set[str]:
        found: set[str] = set()
        modules = {one for one in self.suspects if one.startswith(IMPORT)}
        if self._ways & (DYNAMIC | NAMESPACES):
            found |= self._made_of(self._fragments) | (self.suspects & self._listed)
        if self._ways & IMPORTERS:
            names = {one[len(IMPORT) :] for one in modules}
            could = _joined(names, self._fragments) | (names & self._listed)
            found |= {IMPORT + name for name in could}
        if self._ways & EVALUATORS:
            found |= self.suspects & self._words
        if self._ways & ALL_MODULES:
            found |= modules
        return found | (self.suspects & self._loaded if self._takes_everything else set())

    def _made_of(self, parts: set[str]) -> set[str]:
        return _joined({one for one in self.suspects if ":" not in one}, parts)

    def _read_tables(self, files: Iterable[str]) -> None:
        for path in {one for one in files if one.endswith(TABLES)} - self._read:
            self._read.add(path)
            if os.path.isfile(path) and os.path.getsize(path) <= LARGEST:
                with open(path, encoding="latin-1") as stream:
                    self._listed.update(WORD.findall(stream.read()))


def named_files(suspects: Collection[str], names: set[str]) -> set[str]:
    """Return the suspects that are files, and that these names or parts of names could mean."""
    found = {FILE + name for name in names}.intersection(suspects)
    parts = {one for one in names if {one[0], one[-1]} & set("._-")} - PROSE
    composed = [one for one in suspects if one.startswith(MADE)]
    return found | {one for one in composed if _is_of(one[len(MADE) :], parts)}


def _with_inner(tally: Tally) -> list[CodeType]:
    """What was executed, with the functions in it: they may be entered another time.

    The functions of a module have names by which they are found; its lambdas have not.
    """
    found = [tally.code]
    for code in found:
        inner = [one for one in code.co_consts if isinstance(one, CodeType)]
        is_body = tally.is_body and code is tally.code
        found += [one for one in inner if not is_body or one.co_name.startswith("<")]
    return found


def _is_of(file: str, parts: set[str]) -> bool:
    """Whether one of these begins or ends the name of a file, as in ``words_de.txt``."""
    return any(
        (part[-1] in "._-" and file.startswith(part)) or (part[0] in "._-" and file.endswith(part))
        for part in parts
    )


def _joined(names: set[str], parts: set[str]) -> set[str]:
    return {one for one in names if any(_is_joined(one, part, parts) for part in parts)}


def _is_joined(name: str, part: str, parts: set[str]) -> bool:
    """Whether ``part`` begins or ends ``name`` as in ``do_it`` or ``doIt``, or is all of it."""
    if name == part:
        return True
    if len(part) > 1 and name.startswith(part):
        after = name[len(part)]
        return part.endswith("_") or after.isupper() or (after == "_" and "_" in parts)
    if len(part) > 1 and name.endswith(part):
        before = name[-len(part) - 1]
        return part[0] == "_" or part[0].isupper() or (before == "_" and "_" in parts)
    return False


def _defined(code: CodeType) -> set[str]:
    """Names of the functions and classes in a module or class body."""
    return {value.co_name for value in code.co_consts if isinstance(value, CodeType)}


def _takes_everything(code: CodeType, names: set[str]) -> bool:
    if names & EVERYTHING or ("builtins" in names and names & BUILTINS):
        return True
    if "locals" in names and not code.co_flags & CO_NEWLOCALS:
        return True
    if names.isdisjoint(BUILTINS | NAMESPACES):
        return False
    steps = [(one.opname, one.argval) for one in dis.get_instructions(code)]
    return any(map(_lists, [("", None), *steps], steps, [*steps[1:], ("", None)]))


def _lists(before: tuple[str, object], step: tuple[str, object], after: tuple[str, object]) -> bool:
    """Whether a step gets a whole namespace, other than an object's own or to look one name up."""
    if step[0] in ("LOAD_GLOBAL", "LOAD_NAME"):
        return step[1] in BUILTINS
    if step[0] != "LOAD_ATTR" or step[1] not in NAMESPACES:
        return False
    last = before[1][-1] if isinstance(before[1], tuple) else before[1]
    is_own = before[0].startswith("LOAD_FAST") and last == "self"
    return not is_own and after[0] != "CONTAINS_OP" and after[1] not in LOOKUPS
