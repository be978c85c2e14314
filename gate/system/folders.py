"""Folders that perf-gate owns: the private one of a run, and the cache between runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType


class Workspace:
    """The folder of one run, removed whatever happens; others may pass (0711), not look.

    Use as a context manager, which gives the path.
    """

    def __init__(self, parent: Path | None = None) -> None:
        """Remember where to make it.

        Args:
            parent: Folder to make it in, made if absent; None: the folder for temporary files.
        """
        self._parent = parent
        self._folder: Path | None = None

    def __enter__(self) -> Path:
        if self._parent is not None:
            self._parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="perf-gate-", dir=self._parent)).resolve()
        self._folder.chmod(0o711)  # homes of other users lie in it
        return self._folder

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._folder is not None:
            remove(self._folder)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, read-only folders too; links are not followed.

    What even its owner may not remove stays: failing to clean up never hides a result.
    """
    with contextlib.suppress(OSError):
        if folder.is_symlink():
            folder.unlink()
            return
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError:
        if os.geteuid():  # root needs no permission, and a mode is changed behind a planted link
            _make_writable(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _make_writable(folder: Path) -> None:
    folder.chmod(stat.S_IRWXU)
    for parent, names, _ in os.walk(folder):  # lists a folder before it enters those inside
        for inner in (Path(parent, name) for name in names):
            if not inner.is_symlink():
                inner.chmod(stat.S_IRWXU)


def cache_folder(environ: Mapping[str, str], *, otherwise: Path) -> Path:
    """Return the folder for what is worth keeping between runs, made if absent.

    Args:
        environ: Environment that ``XDG_CACHE_HOME`` and ``HOME`` are read from.
        otherwise: Where it lies when the user's cache cannot be written.
    """
    home = Path(environ.get("HOME") or "~").expanduser()
    parent = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    wanted = parent / "perf-gate"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=wanted).close()
    except OSError:
        wanted = otherwise / "cache"
        wanted.mkdir(parents=True, exist_ok=True)
    return wanted
