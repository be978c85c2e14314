"""What is wrong with a configuration, where, and the error that carries all of it at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gate.errors import UsageError
from gate.text import visible

_LONGEST_QUOTE = 60
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """A character in the file; both numbers start at 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing to mend, printed as ``file:line:column: path: expected X, found Y``."""

    file: str
    line: int
    column: int
    path: str
    """``thresholds[1].max_change``; empty for the file as a whole."""
    expected: str
    found: str

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {path}expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Collects problems while one file is read, so that the user hears of all of them."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, at: Position, path: str, *, expected: str, found: str) -> None:
        """Notes one problem; reading goes on."""
        self.found.append(
            Problem(
                file=self.file,
                line=at.line,
                column=at.column,
                path=path,
                expected=expected,
                found=found,
            )
        )


class ConfigurationError(UsageError):
    """The configuration cannot be used; ``problems`` holds every reason, sorted by position."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(
            "\n".join(str(problem) for problem in self.problems),
            hint="Mend these places and run again; nothing was measured.",
        )


def quoted(text: str) -> str:
    """Untrusted text in double quotes, on one line: at most 60 cells, what hides is escaped."""
    return f'"{visible(text, _LONGEST_QUOTE)}"'


def child(path: str, key: str | int) -> str:
    """The path of what lies below ``path``: ``a.b``, ``a[0]``, or ``a["odd key"]``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{quoted(key)}]"
