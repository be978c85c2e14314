"""A commit as a plain tree of files, the same that a checkout would give."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from gate.revisions.git import Git
from gate.revisions.names import listed

_SUBMODULE = b"160000"
_SYMLINK = b"120000"
_POINTER = b"version https://git-lfs.github.com/spec/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The files of one commit."""

    top: Path
    """The whole repository: a project may need what lies beside it."""
    project: Path
    """The folder of the project, ``top`` or below it."""
    notices: tuple[str, ...] = ()
    """What is not as in a full checkout."""


def export(git: Git, commit: str, folder: Path, subfolder: PurePosixPath) -> Export:
    """Write all files of a commit.

    Attributes for archives (``export-ignore``, ``export-subst``) do not apply, as in a checkout;
    programs that attributes name (filters) are not run.

    Args:
        git: For our own repository.
        commit: Full object name.
        folder: Created; must be empty where it exists.
        subfolder: The project's folder, which the commit has.

    Raises:
        GitError: Objects are missing, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="export-", dir=git.git_dir) as scratch:
        here = {"GIT_WORK_TREE": str(folder), "GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git.run("read-tree", "--reset", "-u", commit, environment=here)
        entries = git.run("ls-files", "-z", "--stage", environment=here).split(b"\0")
        filtered = git.run("ls-files", "-z", ":(attr:filter=lfs)", environment=here).split(b"\0")
    notices = (
        *_submodules(entries),
        *_leaving(entries, folder),
        *_pointers(filtered, folder),
    )
    return Export(top=folder, project=folder / subfolder, notices=notices)


def _submodules(entries: list[bytes]) -> Iterator[str]:
    if names := _names(entries, _SUBMODULE):
        yield f"Submodules are left out: {listed(names)}"


def _leaving(entries: list[bytes], folder: Path) -> Iterator[str]:
    """Take symbolic links away that lead out of the tree, on their own or through others."""
    top = os.path.realpath(folder)
    leaving = [
        name
        for name in _names(entries, _SYMLINK)
        if os.path.commonpath((top, os.path.realpath(folder / name))) != top
    ]
    for name in leaving:
        (folder / name).unlink()
    if leaving:
        yield f"Symbolic links that lead out of the repository are left out: {listed(leaving)}"


def _pointers(filtered: list[bytes], folder: Path) -> Iterator[str]:
    names = [os.fsdecode(name) for name in filtered if name]
    if pointers := [name for name in names if _is_pointer(folder / name)]:
        yield f"Files in Git LFS are left as pointers: {listed(pointers)}"


def _is_pointer(file: Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(_POINTER)) == _POINTER


def _names(entries: list[bytes], mode: bytes) -> list[str]:
    return [
        os.fsdecode(each.split(b"\t", 1)[1]) for each in entries if each.startswith(mode + b" ")
    ]
