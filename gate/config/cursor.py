"""Walking the tree: a place in the file that knows its path and reports what does not fit there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from gate.config.fields import UnfitError, described
from gate.config.loader import Mapping, Node, Refused, Scalar, Sequence
from gate.config.problems import Position, Problems, child, quoted

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """One node, the path to it, and where problems go.

    ``Refused`` stands for what was reported already and for what the file does not have:
    both read as the default, without another word.
    """

    node: Node
    path: str
    problems: Problems

    @property
    def empty(self) -> bool:
        """There is nothing to read here."""
        return isinstance(self.node, Refused)

    def fail(self, expected: str, found: str | None = None) -> None:
        """Notes that something else was expected here (by default: than what stands here)."""
        if not self.empty:
            found = described(self.node) if found is None else found
            self.problems.add(self.node.at, self.path, expected=expected, found=found)

    def read(self, decode: Callable[[Node], T], default: D) -> T | D:
        """The decoded value; the default where there is none, or none that fits (noted)."""
        if self.empty:
            return default
        try:
            return decode(self.node)
        except UnfitError as unfit:
            self.fail(unfit.expected)
            return default

    def items(self) -> tuple[Cursor, ...]:
        """The items of a list; none where this is no list (noted)."""
        if isinstance(self.node, Sequence):
            return tuple(self._below(index, node) for index, node in enumerate(self.node.items))
        self.fail("a list")
        return ()

    def some(self) -> tuple[Cursor, ...]:
        """The items of a list that must have one (noted where it has none)."""
        if isinstance(self.node, Sequence) and not self.node.items:
            self.fail("at least one item", "an empty list")
        return self.items()

    def entries(self) -> tuple[tuple[str, Cursor, Cursor], ...]:
        """Name, key and value of a mapping's entries; none where this is no mapping (noted)."""
        if isinstance(self.node, Mapping):
            return tuple(
                (name, self._key(name, entry.at), self._below(name, entry.value))
                for name, entry in self.node.entries.items()
            )
        self.fail("a mapping")
        return ()

    def fields(self, *known: str) -> Fields:
        """The entries of a mapping that may have these keys and no others (noted)."""
        values = {}
        for name, key, value in self.entries():
            if name in known:
                values[name] = value
            else:
                key.fail(*_unknown(name, known))
        is_mapping = isinstance(self.node, Mapping)
        return Fields(at=self if is_mapping else self.nothing(), values=values)

    def unless_null(self) -> Cursor:
        """Empty where only ``null`` stands: ``key:`` with all below it commented out."""
        if isinstance(self.node, Scalar) and self.node.value is None:
            return self.nothing()
        return self

    def nothing(self) -> Cursor:
        """The same place, empty."""
        return replace(self, node=Refused(at=self.node.at))

    def _key(self, key: str, at: Position) -> Cursor:
        return self._below(key, Scalar(at=at, value=key, text=key))

    def _below(self, key: str | int, node: Node) -> Cursor:
        return replace(self, node=node, path=child(self.path, key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a mapping holds below its known keys."""

    at: Cursor
    values: dict[str, Cursor]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __getitem__(self, key: str) -> Cursor:
        return self.values.get(key, self.at.nothing())

    def section(self, key: str) -> Cursor:
        """A mapping or list, empty where the key is absent or holds nothing."""
        return self[key].unless_null()

    def value(self, key: str, decode: Callable[[Node], T], default: D) -> T | D:
        """One value; the default where the key is absent or its value does not fit (noted)."""
        return self[key].read(decode, default)

    def list(self, key: str, decode: Callable[[Node], T], default: D) -> tuple[T, ...] | D:
        """A list's values, without those that do not fit (noted)."""
        cursor = self.section(key)
        if cursor.empty:
            return default
        read = (item.read(decode, None) for item in cursor.items())
        return tuple(value for value in read if value is not None)

    def require(self, *keys: str) -> None:
        """Notes every one of these keys that is absent."""
        for key in keys:
            if key not in self:
                self.at.fail(f"the key {key}", "none")


def _unknown(key: str, known: tuple[str, ...]) -> tuple[str, str]:
    """What to expect and what to find where a key is unknown."""
    *some, last = known
    found = quoted(key)
    if close := get_close_matches(key, known, n=1):
        found += f" (did you mean {close[0]}?)"
    return f"one of {', '.join(some)} or {last}", found
