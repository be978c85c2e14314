"""A store in a folder: each file is written aside, flushed to the disk, then linked into place."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.baseline.codec import LARGEST_RECORD
from gate.baseline.store import StoreError

_UNFINISHED = ".unfinished-"
_ABANDONED_S = 3600.0
"""A file that has been unfinished for so long has lost its writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Files below a folder, which is made with the first of them."""

    folder: Path

    def names(self) -> tuple[str, ...]:
        """See `Store`. Links are listed, but neither followed nor entered."""
        try:
            return tuple(self._names()) if self.folder.exists() else ()
        except OSError as error:
            raise self._trouble("read", error) from error

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """See `Store`."""
        for name in names:
            try:
                yield name, _content(f"{self.folder}/{name}")
            except FileNotFoundError:
                continue
            except OSError as error:
                yield name, error

    def add(self, name: str, content: bytes) -> None:
        """See `Store`. It takes the same time however many files there are."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _unfinished(path.parent, content) as unfinished:
                _put(unfinished, path)
            _flush(path.parent)
            _flush(self.folder)
            found = _content(path)
        except OSError as error:
            raise self._trouble("written", error) from error
        if found != content:
            raise StoreError(
                f"{path} holds something else than what belongs there; it is left alone",
                hint="Look at it, and move it away by hand.",
            )

    def add_all(self, contents: Mapping[str, bytes]) -> None:
        """See `Store`: one after the other."""
        for name, content in contents.items():
            self.add(name, content)

    def remove(self, names: Sequence[str]) -> None:
        """See `Store`."""
        try:
            for name in names:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._trouble("written", error) from error

    def compact(self) -> None:
        """See `Store`: files whose writers were killed are removed after an hour."""
        try:
            for path in self.folder.glob(f"*/{_UNFINISHED}*"):
                with contextlib.suppress(FileNotFoundError):
                    if path.lstat().st_mtime < time.time() - _ABANDONED_S:
                        path.unlink()
        except OSError as error:
            raise self._trouble("written", error) from error

    def _names(self) -> Iterator[str]:
        for parent, folders, files in os.walk(self.folder, onerror=_raise):
            inside = Path(parent).relative_to(self.folder)
            links = [name for name in folders if (Path(parent) / name).is_symlink()]
            for name in (*files, *links):
                if not name.startswith("."):
                    yield (inside / name).as_posix()

    def _trouble(self, what: str, error: OSError) -> StoreError:
        return StoreError(
            f"the store {self.folder} cannot be {what}: {error.strerror or error}",
            hint="Choose a folder with room that can be written, with --store dir:PATH.",
        )


@contextlib.contextmanager
def _unfinished(folder: Path, content: bytes) -> Iterator[Path]:
    """A file of that content, which is on the disk; it is gone in the end."""
    descriptor, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
            file.write(content)
            file.flush()
            os.fchmod(descriptor, 0o644)
            os.fsync(descriptor)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put(unfinished: Path, path: Path) -> None:
    """Let a file appear under its name, as a whole; what has that name already stays."""
    try:
        os.link(unfinished, path, follow_symlinks=False)
    except FileExistsError:
        return
    except OSError:  # some file systems know no links
        if not os.path.lexists(path):
            unfinished.rename(path)


def _content(path: str | Path) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123 - follows no link
        if os.fstat(file.fileno()).st_size > LARGEST_RECORD:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return file.read()


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _raise(error: OSError) -> None:
    raise error
