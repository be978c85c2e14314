"""What the texts in code can name: functions and files, whole or in parts."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from inspect import CO_NEWLOCALS
from types import CodeType

BLANK = re.compile(r"%(?:\(\w*\))?[sdr]|\{[^{}]*\}|[*?]")
"""What is filled in."""
WORD = re.compile(r"\w+")
BETWEEN = re.compile(r"[\s'\"/\\:;,()<>=|]+")
"""What stands between the names of folders and files."""
LONGEST_NAME, LONGEST_PATH = 200, 2000
"""Longer texts are no list of names, and no statement with the name of a file."""
HAS_DOCSTRING = 0x4000000
"""A flag of code objects, from CPython 3.13 on; before, a text that comes first is one."""


def texts_in(code: CodeType) -> set[str]:
    """Return every text among the constants of ``code`` but its docstring."""
    found: set[str] = set()
    _collect(_without_docstring(code), found, str)
    return found


def _without_docstring(code: CodeType) -> tuple[object, ...]:
    values = code.co_consts
    could = bool(code.co_flags & CO_NEWLOCALS) and not code.co_name.startswith("<")
    marked = sys.version_info < (3, 13) or code.co_flags & HAS_DOCSTRING
    return values[1:] if could and marked and values and isinstance(values[0], str) else values


def said(code: CodeType) -> set[str]:
    """Return what the constants of ``code`` name as they are.

    Whole texts and the parts of their paths, and words of bytes (pickles name functions).
    """
    texts, raw = set[str](), set[bytes]()
    _collect(code.co_consts, texts, str)
    _collect(code.co_consts, raw, bytes)
    pickled = {word for one in raw for word in WORD.findall(one.decode("latin-1"))}
    return pickled | {part for text in texts for part in (text, *text.split("."))}


def _collect(values: Iterable[object], found: set, kind: type) -> None:  # type: ignore[type-arg]
    for value in values:
        if isinstance(value, kind):
            found.add(value)
        elif isinstance(value, (tuple, frozenset)):
            _collect(value, found, kind)


def fragments(texts: Iterable[str]) -> set[str]:
    """Return what could be the beginning or the end of a name: ``visit_`` in ``visit_%s``."""
    parts = (part for text in texts if not re.search(r"\s", text) for part in BLANK.split(text))
    return {word for part in parts for word in WORD.findall(part) if word.isidentifier()}


def words(texts: Iterable[str]) -> set[str]:
    """Return all words of texts that could be lists of names."""
    lists = (text for text in texts if len(text) <= LONGEST_NAME)
    return {word for text in lists for word in WORD.findall(text)}


def file_names(texts: Iterable[str]) -> set[str]:
    """Return what could be the name of a file, or its beginning or end.

    In a text of several words only what has a dot: ``attach database 'data.db'``.
    """
    found: set[str] = set()
    for text in texts:
        if len(text) <= LONGEST_PATH:
            names = {name for piece in BLANK.split(text) for name in BETWEEN.split(piece)}
            is_one = not re.search(r"\s", text)
            found |= {name for name in names if len(name) > 1 and (is_one or "." in name)}
    return found
