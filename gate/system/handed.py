"""Files in folders that the target's code may write: no link that it planted is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hold us
_TO_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Step = Callable[[str, int], int]
"""Opens the folder of a name in an open folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A folder in a side's home; names are relative to it."""

    home: Path
    """It lies in a folder of ours, so that nobody else can replace it."""
    folder: Path
    """The home, or below it."""

    def open(self, name: str | PurePath) -> IO[bytes]:
        """Open a regular file to read; links that stay at home are followed.

        Raises:
            OSError: There is none, or it lies elsewhere.
        """
        home = os.path.realpath(self.home)
        place = PurePath(os.path.realpath(self.folder / name))
        if not place.is_relative_to(home):
            raise PermissionError(f"{name} lies elsewhere")
        *folders, last = _parts(place.relative_to(home))
        here = _descend(Path(home), folders, _enter)
        try:
            file = os.open(last, _TO_READ, dir_fd=here)
        finally:
            os.close(here)
        stream = os.fdopen(file, "rb")
        if not stat.S_ISREG(os.fstat(file).st_mode):
            stream.close()
            raise PermissionError(f"{name} is no file")
        return stream

    def read(self, name: str | PurePath) -> bytes:
        """Return the content of a file; raises as `open`."""
        with self.open(name) as stream:
            return stream.read()

    def write(self, name: str | PurePath, content: bytes) -> None:
        """Write a file, in place of whatever is there; it belongs to whom its folder belongs to.

        Raises:
            OSError: A folder on the way is a link, or the disk is full.
        """
        *folders, last = self._parts(name)
        here = _descend(self.home, folders, _make)
        try:
            with suppress(FileNotFoundError):
                os.unlink(last, dir_fd=here)
            file = os.open(last, _TO_MAKE, 0o644, dir_fd=here)
            with os.fdopen(file, "wb") as stream:
                _give(file, here)
                stream.write(content)
        finally:
            os.close(here)

    def remove(self, name: str | PurePath) -> None:
        """Remove a file, if it is there; raises as `write`."""
        *folders, last = self._parts(name)
        with suppress(FileNotFoundError):
            here = _descend(self.home, folders, _enter)
            try:
                os.unlink(last, dir_fd=here)
            finally:
                os.close(here)

    def _parts(self, name: str | PurePath) -> Sequence[str]:
        return _parts((self.folder / name).relative_to(self.home))


def _parts(place: PurePath) -> Sequence[str]:
    if not place.parts or ".." in place.parts:
        raise PermissionError(f"{place} leads out of its folder")
    return place.parts


def _descend(top: Path, folders: Sequence[str], step: Step) -> int:
    here = os.open(top, _FOLDER)
    for name in folders:
        try:
            below = step(name, here)
        finally:
            os.close(here)
        here = below
    return here


def _enter(name: str, here: int) -> int:
    return os.open(name, _FOLDER, dir_fd=here)


def _make(name: str, here: int) -> int:
    try:
        os.mkdir(name, 0o755, dir_fd=here)
    except FileExistsError:
        return _enter(name, here)
    below = _enter(name, here)
    _give(below, here)
    return below


def _give(file: int, folder: int) -> None:
    """Let what we made belong to whom the folder belongs to."""
    owner = os.fstat(folder)
    if owner.st_uid != os.geteuid():
        os.fchown(file, owner.st_uid, owner.st_gid)
