"""New entries into the text of a configuration, of which every other character stays. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gate.config.decode import load
from gate.config.loader import Mapping, Node, parse
from gate.config.loader import Sequence as Items
from gate.config.problems import ConfigurationError, Problems
from gate.errors import UsageError

KEY = "accept"


def with_entries(text: str, entries: Sequence[str], *, filename: str) -> str:
    """Return the text with entries at the end of its list ``accept``.

    Args:
        text: Of a configuration, perhaps empty.
        entries: As flow mappings of YAML, one line each.
        filename: Shown in errors.

    Raises:
        ConfigurationError: The text is no configuration.
        UsageError: It is written in a way that no line can be added to.
    """
    before = load(text, filename=filename)
    added = load(f"{KEY}:\n" + "".join(f"- {one}\n" for one in entries), filename=filename)
    made = _inserted(text, entries, filename)
    try:
        after = load(made, filename=filename).accept
    except ConfigurationError:
        after = ()
    if after != before.accept + added.accept:
        raise UsageError(
            f"{filename} is written in a way that no line can be added to",
            hint="Add by hand, below accept:\n" + "\n".join(f"  - {one}" for one in entries),
        )
    return made


def _inserted(text: str, entries: Iterable[str], filename: str) -> str:
    root = parse(text, Problems(file=filename))
    keys = root.entries if isinstance(root, Mapping) else {}
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    if KEY not in keys:
        column = min((one.at.column for one in keys.values()), default=1)
        new = [f"{' ' * (column - 1)}{KEY}:", *_items(entries, column + 2)]
        return "".join(lines) + "".join(f"{one}{end}" for one in new)
    below = [one.at.line for one in keys.values() if one.at.line > keys[KEY].at.line]
    place = _end(lines, keys[KEY].at.line, min(below, default=len(lines) + 1) - 1)
    new = _items(entries, _column(keys[KEY].value, keys[KEY].at.column + 2))
    return "".join((*lines[:place], *(f"{one}{end}" for one in new), *lines[place:]))


def _items(entries: Iterable[str], column: int) -> list[str]:
    return [f"{' ' * (column - 1)}- {one}" for one in entries]


def _column(value: Node, otherwise: int) -> int:
    """Where the list's items begin; nothing below the key is a list yet to come."""
    return value.at.column if isinstance(value, Items) and value.items else otherwise


def _end(lines: Sequence[str], first: int, last: int) -> int:
    """The number of the list's last line: what is blank, or a comment at the margin, follows it."""
    while last > first and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    return last
