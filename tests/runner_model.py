"""A small model of the runner: which log commands and file commands it finds in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")
_DATA = {"%0D": "\r", "%0A": "\n"}
_PROPERTY = {"%3A": ":", "%2C": ","}
_OLD = {"%3B": ";", "%5D": "]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCommand:
    """What one line of the log makes the runner do."""

    name: str
    properties: Mapping[str, str]
    data: str


def commands_in(log: str) -> list[LogCommand]:
    """Find every command in a log; unlike the runner, obeys unknown names too (stricter)."""
    lines = (_command_in(line) for line in _LINE_END.split(log))
    return [command for command in lines if command is not None]


def _command_in(line: str) -> LogCommand | None:
    """``::name key=value,..::data`` where a line begins, ``##[name key=value;..]data`` anywhere."""
    if modern := re.match(r"\s*::(.*?)::(.*)", line, re.DOTALL):
        return _command(modern[1], modern[2], separator=",", escapes=_DATA | _PROPERTY)
    if old := re.search(r"##\[(.*?)\](.*)", line, re.DOTALL):
        return _command(old[1], old[2], separator=";", escapes=_DATA | _OLD)
    return None


def _command(head: str, data: str, *, separator: str, escapes: Mapping[str, str]) -> LogCommand:
    name, _, properties = head.partition(" ")
    pairs = (entry.partition("=") for entry in properties.split(separator) if "=" in entry)
    return LogCommand(
        name=name.lower(),
        properties={key.strip(): _unescaped(value, escapes) for key, _, value in pairs},
        data=_unescaped(data, _DATA if separator == "," else escapes),
    )


def _unescaped(text: str, escapes: Mapping[str, str]) -> str:
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text.replace("%25", "%")


class FileCommandError(ValueError):
    """The runner fails the step: a file command is malformed."""


def key_values(text: str) -> dict[str, str]:
    """Read an output file: ``KEY=VALUE`` or ``KEY<<DELIMITER``; only a line feed ends a line."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, value = _heredoc(line, lines) if _opens_heredoc(line) else _assignment(line)
        found[name] = value
    return found


def _opens_heredoc(line: str) -> bool:
    return "<<" in line.partition("=")[0]


def _assignment(line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not (name and equals):
        raise FileCommandError(line)
    return name, value


def _heredoc(line: str, lines: Iterator[str]) -> tuple[str, str]:
    name, _, delimiter = line.partition("<<")
    if not (name and delimiter):
        raise FileCommandError(line)
    body: list[str] = []
    for inner in lines:
        if inner == delimiter:
            return name, "\n".join(body)
        body.append(inner)
    raise FileCommandError(f"no line is {delimiter!r}")
