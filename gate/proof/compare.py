"""Whether two lives are the same, and if they are not, the first reason why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from gate.proof.changes import Changes
from gate.proof.life import ClassBody, Definition, Item, Life, Statement

K = TypeVar("K")

Entered = frozenset[tuple[str, str]]
"""Where, and qualified name, of the functions that were entered."""
NOTHING = Changes()


def difference(
    base: tuple[Life, ...], head: tuple[Life, ...], known: Changes = NOTHING
) -> str | None:
    """Return why a benchmark is touched, or None where both sides did exactly the same.

    Args:
        base: what base executed up to the end of collecting, and (if that is asked) from there on.
        head: the same of head, as many lives.
        known: how the files of both sides differ.
    """
    entered = {
        "base": entered_functions(base),
        "head": entered_functions(head),
    }
    for one, other in zip(base, head, strict=True):
        reason = _flagged(one, other) or _read(one, other) or _executed(one, other)
        reason = reason or _outlined(one, other, entered["base"], entered["head"])
        if reason:
            return reason
    both = (*base, *head)
    return _implied(both, known) or _displaced(both, known) or _referred(both)


def may_be_chance(base: tuple[Life, ...], head: tuple[Life, ...]) -> bool:
    """Return whether two lives that differ could be the same if their hash seeds were.

    So they could where they went other ways through the same code.
    """
    both = (*base, *head)
    if any(life.flags for life in both) or _codes(base, head) or _codes(head, base):
        return False
    entered = entered_functions(both)
    pairs = list(zip(base, head, strict=True))
    if any(_outlined(_uncounted(one), _uncounted(two), entered, entered) for one, two in pairs):
        return False
    return any(
        _read(*pair) or _executed(*pair) or _outlined(*pair, entered, entered) for pair in pairs
    )


def _codes(base: Iterable[Life], head: Iterable[Life]) -> frozenset[tuple[str, str]]:
    """Functions that both entered, of which the first entered code that the second did not.

    Generated code may hold what depends on the seed, as attrs' ``__hash__`` does.
    """
    mine, theirs = (
        {key for life in lives for key in life.functions if not key[0].startswith("<")}
        for lives in (base, head)
    )
    return frozenset(key[:2] for key in mine - theirs) & frozenset(key[:2] for key in theirs)


def _uncounted(life: Life) -> Life:
    return replace(life, outlines={f: _without_counts(items) for f, items in life.outlines.items()})


def _without_counts(items: tuple[Item, ...]) -> tuple[Item, ...]:
    found: list[Item] = []
    for item in items:
        match item:
            case Statement():
                found.append(replace(item, count=0))
            case ClassBody():
                found.append(replace(item, items=_without_counts(item.items)))
            case Definition():
                found.append(item)
    return tuple(found)


def entered_functions(lives: Iterable[Life]) -> Entered:
    """Return the functions that were entered in any of these lives."""
    return frozenset((where, name) for life in lives for where, name, _ in life.functions)


def _flagged(one: Life, other: Life) -> str | None:
    flags = one.flags | other.flags
    return f"counting says nothing: it {', and it '.join(sorted(flags))}" if flags else None


def _read(one: Life, other: Life) -> str | None:
    for what, mine, theirs in (
        ("data file", one.files, other.files),
        ("folder", one.folders, other.folders),
        ("native library", one.libraries, other.libraries),
    ):
        if mine != theirs:
            return f"{what} {_first_difference(mine, theirs)} differs"
    return None


def _executed(one: Life, other: Life) -> str | None:
    if one.functions == other.functions:
        return None
    where, name, _ = _first_difference(one.functions, other.functions)
    return f"{name} in {where} executes differently"


def _first_difference(mine: Mapping[K, object], theirs: Mapping[K, object]) -> K:
    differing = {key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key)}
    return min(differing, key=str)


def _outlined(one: Life, other: Life, entered: Entered, entered_there: Entered) -> str | None:
    for file in sorted({*one.outlines, *other.outlines}):
        mine = _visible(file, one.outlines.get(file, ()), entered)
        theirs = _visible(file, other.outlines.get(file, ()), entered_there)
        if mine != theirs:
            return f"statements of {file} differ"
    return None


def _visible(file: str, items: tuple[Item, ...], entered: Entered) -> list[object]:
    """The items without plain functions that were never entered, and of the others the header."""
    found: list[object] = []
    for item in items:
        match item:
            case Statement():
                found.append(item)
            case Definition() if (file, item.qualname) in entered:
                found.append((item.qualname, item.header))
            case ClassBody():
                found.append((item.qualname, item.header, _visible(file, item.items, entered)))
    return found


def _referred(lives: Iterable[Life]) -> str | None:
    """What was not met now could be met another time."""
    names = frozenset().union(*(life.references for life in lives))
    if not names:
        return None
    return f"it could get to {min(names).rpartition(':')[2]}, which changed or leads to a change"


def _implied(lives: Iterable[Life], known: Changes) -> str | None:
    """A changed function of a loaded module may be called by an operator, a table, or C code."""
    for file in _loaded(lives, known.implicit):
        return f"{known.implicit[file]} in {file} changed, and may be called without being named"
    return None


def _displaced(lives: Iterable[Life], known: Changes) -> str | None:
    """Who reads source, or the number of a line, sees comments, too."""
    readers = frozenset().union(*(life.readers for life in lives))
    for file in _loaded(lives, known.files) if readers else ():
        return f"it learns by {min(readers)} where code stands, and {file} changed"
    return None


def _loaded(lives: Iterable[Life], files: Iterable[str]) -> list[str]:
    """Which of these files a module was loaded from."""
    modules = {_below_root(file) for life in lives for file in life.outlines}
    return [file for file in sorted(files) if any(f"/{file}".endswith(f"/{m}") for m in modules)]


def _below_root(file: str) -> str:
    """``lib/pkg/module.py`` or ``tree/pkg/module.py`` without the place where it was found."""
    return file.partition("/")[2] or file
