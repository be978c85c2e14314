"""Reads ``catalogue.toml``: which real libraries are tried, and what is planted into each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WRAPPED = HERE / "wrapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One replacement in one file."""

    path: str
    old: str
    """Occurs exactly once in the file."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A release on the package index that perf-gate is tried on."""

    name: str
    version: str
    wrapped: bool
    """It has no benchmarks of its own: ``wrapped/<name>`` is added."""
    note: str
    """What had to be done to make it work, for the table."""
    config: str
    """``.perf-gate.yml``, committed into the base; empty: none is needed."""
    build: tuple[tuple[str, str], ...]
    """Environment variables under which pip may prepare the source distribution."""
    base: tuple[Edit, ...]
    """What makes the distribution installable at all; mostly nothing."""
    slow: tuple[Edit, ...]
    """About +10 % in a hot function, by doing a part of its own work once more."""
    neutral: tuple[Edit, ...]
    """A renamed variable: nothing may turn red."""
    red: tuple[str, ...]
    """Patterns of the benchmarks that ``slow`` must turn red; at least one matches."""
    touched: tuple[str, ...]
    """Patterns of those that it slows by too little to insist on: either answer is right."""


def libraries(only: Iterable[str] = ()) -> tuple[Library, ...]:
    """Return the catalogue, or the named part of it, in its own order.

    Raises:
        SystemExit: A name is not in the catalogue.
    """
    tables = tomllib.loads((HERE / "catalogue.toml").read_text(encoding="utf-8"))["library"]
    known = {table["name"]: _library(table) for table in tables}
    if unknown := set(only) - set(known):
        raise SystemExit(f"not in the catalogue: {', '.join(sorted(unknown))}")
    return tuple(library for name, library in known.items() if not only or name in set(only))


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name matches any pattern; only ``*`` is special, as names may hold ``[]``."""
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) for pattern in patterns
    )


def _library(table: dict[str, Any]) -> Library:
    return Library(
        name=table["name"],
        version=table["version"],
        wrapped=table.get("wrapped", False),
        note=table["note"],
        config=table.get("config", ""),
        build=tuple(table.get("build", {}).items()),
        base=_edits(table.get("base", ())),
        slow=_edits(table["slow"]),
        neutral=_edits(table["neutral"]),
        red=tuple(table["red"]),
        touched=tuple(table.get("touched", ())),
    )


def _edits(tables: Iterable[dict[str, str]]) -> tuple[Edit, ...]:
    return tuple(Edit(**table) for table in tables)
