"""What is kept from the target's code: the nouns of isolation. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from gate.model import Side

SOCKETS = "sockets"
"""The word below ``isolation.allow`` that opens sockets of the internet while measuring."""
FIRST_USER = 65520
"""The user of base; head's is the next. Nobody is given these: see docs/decisions/0013."""
_BAD_PATH = "expected 'sockets' or an absolute path other than / without .., found {!r}"


class Level(StrEnum):
    """How much is kept from the target's code."""

    FULL = "full"
    """All parts: a user for each side, files, system calls, no new privileges."""
    USER = "user"
    """Some parts; without root it is all but the users."""
    NONE = "none"


class Part(StrEnum):
    """One of the means; each works without the others."""

    PRIVILEGES = "privileges"
    """No new ones: set-user-id programs give nothing. The two below need it."""
    USERS = "users"
    """A user of its own for each side."""
    FILES = "files"
    """Landlock: an allow-list of files, and no signals to processes outside."""
    CALLS = "calls"
    """Seccomp: no sockets while measuring, no tracing, mounting and the like."""


class Role(StrEnum):
    """What the target's code is started for."""

    INSTALL = "install"
    """Resolving, building, installing: with a network."""
    MEASURE = "measure"
    """Collecting, proving, measuring: without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Resource limits of a side's processes."""

    processes: int = 2048
    """Processes and threads of the side's user together, >= 1; only where it has one of its own."""
    file_bytes: int = 4 << 30
    """Size of a file that is written, >= 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What base's configuration opens for both sides: ``isolation.allow``."""

    sockets: bool = False
    """Sockets of the internet while measuring; the kernel does not tell loopback from the rest."""
    paths: tuple[str, ...] = ()
    """Absolute: files and folders to read, devices to use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What this machine offers, tried out, and what the configuration opens."""

    parts: frozenset[Part] = frozenset()
    landlock: int = 0
    """Version of the kernel's Landlock, 0 without."""
    missing: tuple[str, ...] = ()
    """A sentence for each part that does not work, with the kernel's word for it."""
    allowance: Allowance = Allowance()
    limits: Limits = Limits()

    @property
    def level(self) -> Level:
        """How much that is, in one word."""
        if self.parts == set(Part):
            return Level.FULL
        return Level.USER if self.parts else Level.NONE

    def user(self, side: Side) -> int | None:
        """The numeric user (and group) of a side; None: it runs as whoever we are."""
        return FIRST_USER + (side is Side.HEAD) if Part.USERS in self.parts else None


def allowance(words: Iterable[str]) -> Allowance:
    """Read ``isolation.allow``: ``sockets``, and absolute paths.

    Raises:
        ValueError: a word is neither; the text says what was expected and found.
    """
    words = tuple(words)
    paths = tuple(each for each in words if each != SOCKETS)
    for each in paths:
        parts = PurePosixPath(each).parts
        if parts[:1] != ("/",) or len(parts) == 1 or ".." in parts:
            raise ValueError(_BAD_PATH.format(each))
    return Allowance(sockets=SOCKETS in words, paths=paths)
