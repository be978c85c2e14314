"""A deliberately small YAML: text -> nodes with positions; no anchors, merges, tags or duplicates.

Built on the parser's events alone: nothing is constructed, so nothing can be expanded.
Scalars follow the core schema of YAML 1.2 (``no``, ``on`` and ``1:30`` are text). Dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from gate.config.problems import Position, Problems, child, quoted

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
TOO_DEEP = f"at most {MAX_DEPTH} levels", "one more"

# libyaml where PyYAML was built with it: 20 times faster, with the same events.
FASTEST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PRINTABLE = r"\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
# Tabs, and the line breaks that only YAML 1.1 knows (they would shift every line number).
_NOT_TEXT = re.compile(rf"\r(?!\n)|[^\r\n{_PRINTABLE}]")
NOT_VALUE = re.compile(rf"[^\t\n{_PRINTABLE}]")
"""A character that no text of a configuration can have, however it is written."""

# At most 18 digits: no number here needs more, and longer ones make int() refuse or crawl.
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,3})?")
_SPECIAL_FLOAT = re.compile(r"([-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value."""

    at: Position
    value: str | int | float | bool | None
    text: str
    """As it was written, without quotes: ``3.10`` where ``value`` is 3.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    at: Position
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a mapping, and what it holds."""

    at: Position
    """Where the key stands."""
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys, each once, in the order of the file."""

    at: Position
    entries: dict[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Something that was reported already; whoever meets it keeps quiet."""

    at: Position


Node: TypeAlias = Scalar | Sequence | Mapping | Refused


class _StopReading(Exception):  # noqa: N818 - a way out, not an error
    """The problem that was just noted makes the rest of the file unreadable."""


def parse(text: str, problems: Problems, *, parser: Any = FASTEST) -> Node:
    """Reads one document.

    Args:
        text: The whole file; a byte order mark at its start is ignored.
        problems: Receives whatever is refused. After broken syntax, too much depth or too much
            text reading stops there; after everything else it goes on.
        parser: PyYAML's loader class whose events are read.

    Returns:
        The tree; an empty scalar for an empty file; ``Refused`` where reading had to stop.
    """
    text = text.removeprefix("\ufeff")
    try:
        _readable(text, problems)
        return _Builder(_events(text, problems, parser), problems).document()
    except _StopReading:
        return Refused(at=Position())


def _readable(text: str, problems: Problems) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        problems.add(Position(), "", expected="at most 64 KiB", found=f"{size} bytes")
        raise _StopReading
    if refused := _NOT_TEXT.search(text):
        at = _place(text, refused.start())
        what = "a tab" if refused[0] == "\t" else f"the character U+{ord(refused[0]):04X}"
        problems.add(at, "", expected="spaces and printable characters only", found=what)
        raise _StopReading


def _place(text: str, index: int) -> Position:
    line, column = text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
    return Position(line=line, column=column)


def _events(text: str, problems: Problems, parser: Any) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=parser)
    except yaml.MarkedYAMLError as error:
        _syntax(error, text.rstrip(), problems)
        raise _StopReading from None
    except (ValueError, OverflowError):
        # The pure parser hands "\U00110000" and overlong version numbers to chr() and int().
        problems.add(Position(), "", expected="YAML", found="a number or escape out of range")
        raise _StopReading from None


def _syntax(error: yaml.MarkedYAMLError, text: str, problems: Problems) -> None:
    """What is never closed is only missed at the end of the text: point at its beginning."""
    context, expected = error.context or "", "YAML"
    if "nesting depth" in (error.problem or ""):  # libyaml looks far ahead of what it hands out
        expected, found, marks = *TOO_DEEP, [error.problem_mark]
    elif "alias" in context:
        found, marks = "an alias, or a star that needs quotes", [error.context_mark]
    else:
        found = f"broken syntax ({error.problem} {context}".rstrip()[:200] + ")"
        marks = [error.problem_mark, error.context_mark]
    inside = [_position(mark) for mark in marks if mark and mark.index < len(text)]
    at = inside[0] if inside else _place(text, len(text))
    problems.add(at, "", expected=expected, found=found)


def _position(mark: Any) -> Position:
    return Position(line=mark.line + 1, column=mark.column + 1)


class _Builder:
    """Turns the stream of events into nodes; recursion is bounded by MAX_DEPTH."""

    def __init__(self, events: Iterator[Any], problems: Problems) -> None:
        self._events = events
        self._problems = problems

    def document(self) -> Node:
        root: Node = Scalar(at=Position(), value=None, text="")
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return root
        self._without_directives(start)
        root = self._node(next(self._events), "", 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._refuse(after, "", "a single document", "a second one")
        return root

    def _without_directives(self, start: Any) -> None:
        if start.version or start.tags:
            self._refuse(start, "", "no directives", "a line that begins with %")

    def _refuse(self, event: Any, path: str, expected: str, found: str) -> None:
        at = _position(event.start_mark)
        self._problems.add(at, path, expected=expected, found=found)

    def _node(self, event: Any, path: str, depth: int) -> Node:
        """``depth`` is the number of collections around this node."""
        at = _position(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, "plain data", f"an alias ({quoted(f'*{event.anchor}')})")
            return Refused(at=at)
        self._undecorated(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if depth == MAX_DEPTH:
            self._refuse(event, "", *TOO_DEEP)
            raise _StopReading
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(at=at, items=tuple(self._items(path, depth + 1)))
        return Mapping(at=at, entries=self._entries(path, depth + 1))

    def _undecorated(self, event: Any, path: str) -> None:
        if event.anchor is not None:
            self._refuse(event, path, "plain data", f"an anchor ({quoted(f'&{event.anchor}')})")
        if event.tag is not None:
            self._refuse(event, path, "plain data", f"a tag ({quoted(event.tag)})")

    def _scalar(self, event: Any, path: str) -> Scalar:
        text: str = event.value
        if NOT_VALUE.search(text):
            self._refuse(event, path, "printable text", quoted(text))
        value = _core_value(text) if event.implicit[0] else text
        return Scalar(at=_position(event.start_mark), value=value, text=text)

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        index = 0
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, child(path, index), depth)
            index += 1

    def _entries(self, path: str, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            node = self._node(event, path, depth)
            key = self._key(event, node, path, entries)
            below = path if key is None else child(path, key)
            value = self._node(next(self._events), below, depth)
            if key is not None:
                entries.setdefault(key, Entry(at=node.at, value=value))
        return entries

    def _key(self, event: Any, node: Node, path: str, earlier: dict[str, Entry]) -> str | None:
        """The key's text, or None where the key was refused."""
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            found = node.text or "an empty key" if isinstance(node, Scalar) else "a collection"
            self._refuse(event, path, "text as a key", found)
            return None
        if node.value == "<<" and event.implicit[0]:
            self._refuse(event, path, "plain data", "a merge key (<<)")
            return None
        if first := earlier.get(node.value):
            found = f"it again (first on line {first.at.line})"
            self._refuse(event, child(path, node.value), "each key once", found)
        return node.value


def _core_value(text: str) -> str | float | bool | None:
    """What an unquoted scalar means in the core schema of YAML 1.2.2, section 10.3."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL_FLOAT.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text
