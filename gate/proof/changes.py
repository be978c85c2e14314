"""What differs between the Python files of both sides, as far as running them cannot show it.

A function that was not entered while we counted leaves no trace. It may differ all the same,
and be entered in a later call: when a cache is full, at another time of the day. So the names
of changed functions, and of all that leads to them, are looked for in what was executed.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.guest.census.digest import IMPORT
from gate.guest.census.outline import outline
from gate.proof.names import CREATORS, Names, module, names, needs_no_name

INI_FILES = ("pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Functions that differ, in the ways in which they could be entered."""

    suspects: frozenset[str] = frozenset()
    """Names by which executed code could call a changed function."""
    implicit: Mapping[str, str]
    """Files whose code may enter a changed function without naming it, and its name."""


def changes(base: Mapping[str, bytes], head: Mapping[str, bytes]) -> Changes:
    """Compare the Python files of both trees.

    Args:
        base: content by relative path.
        head: the same of head.
    """
    changed = [file for file in {*base, *head} if base.get(file) != head.get(file)]
    known = names([*base.items(), *head.items()])
    implicit: dict[str, str] = {}
    suspects: set[str] = set()
    for file in sorted(changed):
        for qualname, ways in _ways(known, file, base.get(file, b""), head.get(file, b"")):
            suspects |= ways
            name = qualname.rpartition(".")[2]
            places = {file} if needs_no_name(name) else set[str]()
            for place in places.union(*(known.nameless.get(way, ()) for way in ways)):
                implicit.setdefault(place, qualname)
    return Changes(suspects=frozenset(filter(_has_to_be_named, suspects)), implicit=implicit)


def _ways(known: Names, file: str, mine: bytes, theirs: bytes) -> Iterator[tuple[str, set[str]]]:
    """Yield what changed in a file, and all names that lead to it."""
    if _statements(mine) != _statements(theirs):  # matters to whoever imports it later
        yield module(file).removeprefix(IMPORT), known.callers(module(file))
    for qualname in sorted(_changed(mine, theirs)):
        owner, _, name = qualname.rpartition(".")
        ways = known.callers(name)
        if name in CREATORS:
            ways |= known.callers(owner.rpartition(".")[2])
        if needs_no_name(name):
            ways |= known.callers(module(file))
        yield qualname, ways


def _has_to_be_named(name: str) -> bool:
    """Other dunder methods are called by whoever loads their module: those are implicit."""
    return bool(name) and (name in CREATORS or not (name[:2] == name[-2:] == "__"))


def _changed(base: bytes, head: bytes) -> set[str]:
    """Qualified names of the plain functions that differ; what does not parse shows itself."""
    mine, theirs = _functions(base), _functions(head)
    return {name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name)}


def _functions(source: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in _flat(source):
        if item[0] == "def":
            found.setdefault(item[1], []).append(item[3])
    return found


def _statements(source: bytes) -> list[tuple[str, ...]]:
    """All but the plain functions; of what does not parse everything."""
    return [item for item in _flat(source) if item[0] != "def"]


def _flat(source: bytes) -> list[tuple[str, ...]]:
    try:
        waiting = outline(source, [])[::-1]
    except (SyntaxError, ValueError, RecursionError):
        return [("stmt", repr(source))]
    found: list[tuple[str, ...]] = []
    while waiting:
        item = waiting.pop()
        if item[0] == "class":
            waiting += item[3][::-1]
            item = item[:3]
        found.append(tuple(map(str, item)))
    return found


def pytest_options(files: Mapping[str, bytes]) -> dict[str, object]:
    """Return what the ini files of a tree say to pytest; equal means that pytest is told the same.

    Args:
        files: content of those of ``INI_FILES`` that exist, by name.
    """
    return {name: _section(name, files[name]) for name in INI_FILES if name in files}


def _section(name: str, content: bytes) -> object:
    text = content.decode("utf-8", "replace")
    if name.endswith(".toml"):
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return text
        return tables if name == "pytest.toml" else tables.get("tool", {}).get("pytest")
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return text
    wanted = ("pytest", "tool:pytest")
    return {section: dict(parser[section]) for section in wanted if parser.has_section(section)}
