"""What a process executed, read and loaded, as a guest tells it; checked before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of a module or class body: its hash, and how often control jumped in it."""

    digest: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A plain function: it only matters whether it was entered."""

    qualname: str
    header: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBody:
    """A class at the top of a module or of another such class."""

    qualname: str
    header: str
    items: tuple[Item, ...]


Item = Statement | Definition | ClassBody

Function = tuple[str, str, str]
"""Where (file, relative), qualified name, hash of the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one process did from its start, or from the end of a life that it continues."""

    functions: Mapping[Function, tuple[int, int]]
    """How often control went somewhere in it, and a sum of all these ways."""
    outlines: Mapping[str, tuple[Item, ...]]
    """Modules of the target whose bodies were executed."""
    references: frozenset[str]
    """Changes that executed functions could get to."""
    readers: frozenset[str]
    """Names by which executed functions learn where code stands."""
    files: Mapping[str, str]
    """Data files that were opened, with the hash of their content."""
    folders: Mapping[str, str]
    libraries: Mapping[str, str]
    flags: frozenset[str]
    """Reasons why counting says nothing."""


def parse_life(raw: Mapping[str, object]) -> Life:
    """Return a life from a guest's message.

    Raises:
        ValueError: if it has another shape.
    """
    try:
        return Life(
            functions={_function(one): _flow(one) for one in _list(raw["entries"])},
            outlines={
                _text(file): tuple(_item(one) for one in _list(items))
                for file, items in _dict(raw["outlines"]).items()
            },
            references=frozenset(_text(name) for name in _list(raw["references"])),
            readers=frozenset(_text(name) for name in _list(raw["readers"])),
            files=_texts(raw["files"]),
            folders=_texts(raw["folders"]),
            libraries=_texts(raw["libraries"]),
            flags=frozenset(_text(flag) for flag in _list(raw["flags"])),
        )
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"not the account of a life: {error!r}") from error


def _item(raw: object) -> Item:
    kind, *rest = _list(raw)
    if kind == "stmt":
        return Statement(digest=_text(rest[0]), count=_count(rest[1]))
    if kind == "def":
        return Definition(qualname=_text(rest[0]), header=_text(rest[1]), whole=_text(rest[2]))
    if kind == "class":
        items = tuple(_item(one) for one in _list(rest[2]))
        return ClassBody(qualname=_text(rest[0]), header=_text(rest[1]), items=items)
    raise TypeError(f"unknown item {kind!r}")


def _function(raw: object) -> Function:
    where, qualname, digest = _list(raw)[:3]
    return _text(where), _text(qualname), _text(digest)


def _flow(raw: object) -> tuple[int, int]:
    count, path = _list(raw)[3:5]
    return _count(count), _count(path)


def _texts(raw: object) -> dict[str, str]:
    return {_text(key): _text(value) for key, value in _dict(raw).items()}


def _list(raw: object) -> list[object]:
    if not isinstance(raw, list):
        raise TypeError(f"expected a list, got {type(raw).__name__}")
    return raw


def _dict(raw: object) -> dict[object, object]:
    if not isinstance(raw, dict):
        raise TypeError(f"expected an object, got {type(raw).__name__}")
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError(f"expected text, got {type(raw).__name__}")
    return raw


def _count(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise TypeError(f"expected a count, got {type(raw).__name__}")
    return raw
