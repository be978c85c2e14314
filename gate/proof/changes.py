"""What differs between the Python files of both sides, as far as running them cannot show it.

A function that was not entered while we counted leaves no trace. It may differ all the same,
and be entered in a later call: when a cache is full, at another time of the day. So the names
of changed functions are looked for in what was executed.
"""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gate.guest.census.outline import outline

CREATORS = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})
"""Dunder methods that need the name of their class to be called."""
CALLED_FROM_C = frozenset(
    {
        *("read", "write", "readline", "readinto", "flush", "close", "seek", "tell"),
        *("keys", "items", "values", "get", "update", "send", "throw", "default"),
        *("utcoffset", "dst", "tzname", "fromutc", "isoformat", "mro"),
        *("persistent_id", "reducer_override"),
    }
)
"""Methods that C code calls by name."""
INI_FILES = ("pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Functions that differ, in the ways in which they could be entered."""

    suspects: frozenset[str] = frozenset()
    """Names by which executed code could call a changed function."""
    implicit: Mapping[str, str]
    """Files with a changed function that may be entered without being named, and its name."""


def changes(base: Mapping[str, bytes], head: Mapping[str, bytes]) -> Changes:
    """Compare the Python files of both trees.

    Args:
        base: content by relative path.
        head: the same of head.
    """
    changed = {
        file: _changed(base.get(file, b""), head.get(file, b""))
        for file in {*base, *head}
        if base.get(file) != head.get(file)
    }
    trees = [tree for side in (base, head) for tree in _parsed(side.values())]
    used_as_values = frozenset().union(*(_loaded_outside_functions(tree) for tree in trees))
    implicit: dict[str, str] = {}
    suspects: set[str] = set()
    for file, names in changed.items():
        for qualname in sorted(names):
            owner, _, name = qualname.rpartition(".")
            suspects |= {name, owner.rpartition(".")[2]} if name in CREATORS else {name}
            if _needs_no_name(name) or name in used_as_values:
                implicit.setdefault(file, qualname)
    aliases = {new for tree in trees for old, new in _aliases(tree) if old in suspects}
    return Changes(suspects=frozenset(suspects | aliases) - {""}, implicit=implicit)


def _changed(base: bytes, head: bytes) -> set[str]:
    """Qualified names of the plain functions that differ; what does not parse shows itself."""
    mine, theirs = _functions(base), _functions(head)
    return {name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name)}


def _functions(source: bytes) -> dict[str, list[str]]:
    try:
        items = outline(source, [])
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, list[str]] = {}
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        if item[0] == "def":
            found.setdefault(item[1], []).append(item[3])
        elif item[0] == "class":
            waiting += item[3]
    return found


def _needs_no_name(name: str) -> bool:
    is_dunder = name.startswith("__") and name.endswith("__")
    return (is_dunder and name not in CREATORS) or name in CALLED_FROM_C


def _parsed(sources: Iterable[bytes]) -> Iterable[ast.Module]:
    for source in sources:
        try:
            yield ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue


def _loaded_outside_functions(tree: ast.Module) -> frozenset[str]:
    """Names that stand as values at the top of a module or class, as in tables of functions."""
    found: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return frozenset(found)


def _aliases(tree: ast.Module) -> Iterable[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.alias) and node.asname:
            yield node.name.rpartition(".")[2], node.asname


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
