"""Foreign JSON, read strictly: every value knows where it stands, and all that is wrong is told."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from gate.errors import UsageError
from gate.foreign.run import Amount
from gate.strict import COMMIT, no_duplicates
from gate.text import visible

CAP_BYTES = 64 * 1024 * 1024
"""The longest file that is read: raw rounds make them long."""
LONGEST_NAME = 1000
_TOLD = 20
"""Problems that are told of one file; the others are counted."""
_HUGE = 1e300
_LAST_SECOND = 253_402_300_799  # the end of the year 9999


class ForeignError(UsageError):
    """A file of another tool cannot be read."""


class MisfitError(Exception):
    """A value is not what its format says; the text is one line with its place."""


def parse(text: str, name: str) -> Any:
    """Return the JSON value of a text; NaN and infinity are read, and refused where they matter.

    Args:
        text: At most `CAP_BYTES` characters.
        name: Of the file, for the message.

    Raises:
        ForeignError: It is too long or no JSON, an object has a key twice, or it is nested
            beyond what the parser bears.
    """
    if len(text) > CAP_BYTES:
        raise ForeignError(f"{name} is larger than {CAP_BYTES} bytes")
    try:
        return json.loads(text, object_pairs_hook=no_duplicates)
    except (ValueError, RecursionError) as error:
        raise ForeignError(f"{name} is not JSON: {visible(str(error))}") from error


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with one file, and what is left out of it."""

    name: str
    """Of the file."""
    found: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def collected(self) -> Iterator[None]:
        """Go on after the block where a value in it does not fit."""
        try:
            yield
        except MisfitError as error:
            self.found.append(str(error))

    def leave_out(self, node: Node, what: str, why: str) -> None:
        """Remember that something has no place here, which is no mistake of the file."""
        self.left_out.append(f"{self.name}: {node.place}: {visible(what)}: {visible(why)}")

    def distinct(self, node: Node, amounts: Iterable[Amount]) -> tuple[Amount, ...]:
        """Return the amounts of one run; a name that is there twice is a problem."""
        known: dict[tuple[str, str], Amount] = {}
        for one in amounts:
            if (one.name, one.metric) in known:
                self.found.append(f"{node.place}: {visible(one.name)!r} is there twice")
            known[one.name, one.metric] = one
        return tuple(known.values())

    def tell(self) -> None:
        """Do nothing if nothing is wrong.

        Raises:
            ForeignError: Something is: the first twenty problems are told, with their places.
        """
        if not self.found:
            return
        lines = [f"{self.name}: {one}" for one in self.found[:_TOLD]]
        if len(self.found) > _TOLD:
            lines.append(f"... and {len(self.found) - _TOLD} more")
        raise ForeignError("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and its place in it. What does not fit raises `MisfitError`."""

    value: Any
    place: str = ""

    def key(self, name: str) -> Node:
        """Return the value under a key of an object, which must be there."""
        found = self.get(name)
        if found is None:
            self.refuse(f"an object with {name!r}")
        return found

    def get(self, name: str) -> Node | None:
        """Return the value under a key of an object; None where it is not there, or is null."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        value = self.value.get(name)
        return None if value is None else Node(value, self._under(name))

    def items(self) -> tuple[tuple[str, Node], ...]:
        """Return the keys and values of an object."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return tuple((key, Node(one, self._under(key))) for key, one in self.value.items())

    def each(self) -> tuple[Node, ...]:
        """Return the items of an array."""
        if not isinstance(self.value, list):
            self.refuse("an array")
        return tuple(Node(one, f"{self.place}[{at}]") for at, one in enumerate(self.value))

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            self.refuse("a text")
        return str(self.value)

    def name(self) -> str:
        """Return a text that can be the name of a benchmark."""
        if not 1 <= len(self.text().strip()) <= len(self.text()) <= LONGEST_NAME:
            self.refuse(f"a name of 1 to {LONGEST_NAME} characters")
        return self.text()

    def number(self) -> float:
        """Return a finite number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _HUGE:
            self.refuse("a finite number")
        return float(value)

    def amount(self) -> float:
        """Return a finite number above 0."""
        if not self.number() > 0:
            self.refuse("a number above 0")
        return self.number()

    def count(self) -> int:
        """Return a whole number from 0 up."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            self.refuse("a whole number from 0 up")
        return int(self.value)

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return bool(self.value)

    def commit(self) -> str:
        """Return a full object name of git."""
        if not COMMIT.fullmatch(self.text()):
            self.refuse("a full object name of git")
        return self.text()

    def moment(self) -> int:
        """Return seconds since 1970 of a date in ISO 8601; without a zone it is taken for UTC."""
        try:
            date = datetime.fromisoformat(self.text())
        except ValueError:
            self.refuse("a date in ISO 8601")
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
        return self._since_1970(seconds)

    def milliseconds(self) -> int:
        """Return seconds since 1970 of a number of milliseconds."""
        return self._since_1970(self.number() / 1000)

    def _since_1970(self, seconds: float) -> int:
        if not 0 <= seconds <= _LAST_SECOND:
            self.refuse("a time from 1970 to 9999")
        return math.floor(seconds)

    def _under(self, key: str) -> str:
        plain = key.isidentifier() and key.isascii()
        step = key if plain else f"[{visible(key, 60)!r}]"
        return f"{self.place}{'.' if plain and self.place else ''}{step}"

    def refuse(self, expected: str) -> NoReturn:
        """Say that the value is something else.

        Raises:
            MisfitError: Always.
        """
        found = self.value
        shown = visible(repr(found), 60) if isinstance(found, str | int | float | None) else ""
        shown = shown or ("an array" if isinstance(found, list) else "an object")
        raise MisfitError(f"{self.place or 'the document'}: expected {expected}, found {shown}")
