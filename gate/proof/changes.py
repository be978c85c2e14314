"""What differs between the Python files of both sides, as far as running them cannot show it.

A function that was not entered while we counted leaves no trace. It may differ all the same,
and be entered in a later call: when a cache is full, at another time of the day. So the names
of changed functions, and of all that leads to them, are looked for in what was executed.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from gate.guest.census.digest import FILE, IMPORT, MADE
from gate.guest.census.outline import outline
from gate.guest.census.references import named_files
from gate.proof.names import CREATORS, MAKERS, Names, module, names, needs_no_name

INI_FILES = (
    *("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"),
    *("pyproject.toml", "tox.ini", "setup.cfg"),
)
ALL_PYTESTS = frozenset(INI_FILES[:4])
"""They count even if they say nothing."""
DOCUMENTS, DOCUMENT_FOLDERS = (".md", ".rst"), frozenset({"doc", "docs"})
LIBRARIES = (".so", ".pyd", ".pyc")
"""What can be imported without being Python source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs, in the ways in which it could be reached."""

    suspects: frozenset[str] = frozenset()
    """Names by which executed code could get to a change."""
    implicit: Mapping[str, str] = field(default_factory=dict)
    """Files whose code may enter a changed function without naming it, and its name."""
    files: frozenset[str] = frozenset()
    """Python files that differ in any way, also in comments."""


def changes(
    base: Mapping[str, bytes], head: Mapping[str, bytes], data: Collection[str] = ()
) -> Changes:
    """Compare the files of both sides.

    Args:
        base: content of the Python files by relative path.
        head: the same of head.
        data: other files that differ.
    """
    changed = {file for file in {*base, *head} if base.get(file) != head.get(file)}
    known = names({*base.items(), *head.items()} if changed or data else ())
    implicit: dict[str, str] = {}
    suspects = {suspect for file in (*changed, *data) for suspect in _as_file(file)}
    ways_to = [
        (file, qualname, ways)
        for file in sorted(changed)
        for qualname, ways in _ways(known, file, base.get(file, b""), head.get(file, b""))
    ]
    for file, qualname, ways in [*ways_to, *_readers(known, suspects)]:
        suspects |= ways
        places = {file} if _needs_no_name(known, qualname) else set[str]()
        for place in places.union(*(known.nameless.get(way, ()) for way in ways)):
            implicit.setdefault(place, qualname)
    return Changes(
        suspects=frozenset(filter(_has_to_be_named, suspects)),
        implicit=implicit,
        files=frozenset(changed),
    )


def _readers(known: Names, files: Collection[str]) -> list[tuple[str, str, set[str]]]:
    """What may read a changed file, though it was not entered: where, its name, all ways to it."""
    return [
        (file, f"{owner}.{name}", _callers(known, owner, name))
        for owner, name, file, texts in known.files
        if named_files(files, texts)
    ]


def _callers(known: Names, owner: str, name: str) -> set[str]:
    ways = set() if name in MAKERS else known.callers(name)
    return ways | known.callers(owner) if name in CREATORS else ways


def _as_file(file: str) -> Iterator[str]:
    """Who reads a file has to name it: whole, or (other than for documents) from parts."""
    path = PurePosixPath(file)
    yield FILE + path.name
    if path.suffix not in DOCUMENTS and DOCUMENT_FOLDERS.isdisjoint(path.parts):
        yield MADE + path.name
    if path.suffix in LIBRARIES:
        yield IMPORT + path.name.partition(".")[0]


def _needs_no_name(known: Names, qualname: str) -> bool:
    owner, _, name = qualname.rpartition(".")
    return needs_no_name(name) or owner.rpartition(".")[2] in known.open


def _ways(known: Names, file: str, mine: bytes, theirs: bytes) -> Iterator[tuple[str, set[str]]]:
    """Yield what changed in a file, and all names that lead to it."""
    if _statements(mine) != _statements(theirs):  # matters to whoever imports it later
        yield module(file).removeprefix(IMPORT), known.callers(module(file))
    for qualname in sorted(_changed(mine, theirs)):
        owner, _, name = qualname.rpartition(".")
        ways = _callers(known, owner.rpartition(".")[2], name)
        if _needs_no_name(known, qualname):
            ways |= known.callers(module(file))
        yield qualname, ways


def _has_to_be_named(name: str) -> bool:
    """Other dunder methods are called by whoever loads their module: those are implicit."""
    is_dunder = name[:2] == name[-2:] == "__"
    return bool(name) and (name in CREATORS - MAKERS or not is_dunder)


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
        files: content of those called as in ``INI_FILES``, by relative path.
    """
    found = {path: (PurePosixPath(path).name, content) for path, content in files.items()}
    said = {path: (name, _section(name, content)) for path, (name, content) in found.items()}
    return {path: words for path, (name, words) in said.items() if words or name in ALL_PYTESTS}


def _section(name: str, content: bytes) -> object:
    text = content.decode("utf-8", "replace")
    if name.endswith(".toml"):
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return text
        return tables if name in ALL_PYTESTS else _of_plugins(tables.get("tool", {}))
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return text
    wanted = ("pytest", "tool:pytest")
    return {section: dict(parser[section]) for section in wanted if parser.has_section(section)}


def _of_plugins(tools: Mapping[str, object]) -> object:
    """What is for pytest and its plugins: ``tool.pytest``, ``tool.pytest_env``."""
    return {name: table for name, table in tools.items() if name.startswith("pytest")}
