"""The working tree as a commit in our own repository, made without touching the target's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.revisions.git import Git, GitError, settings
from gate.revisions.names import listed
from gate.revisions.target import Target

_SUBMODULE = b"160000"
_NO_FILTER = (b"unspecified", b"unset")
_NOBODY = "perf-gate <perf-gate@localhost> 0 +0000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The working tree at one moment."""

    commit: str
    """A child of HEAD that only our own repository has; HEAD itself where nothing is changed."""
    dirty: bool
    """Something differs from HEAD, or is new and not ignored."""
    notices: tuple[str, ...] = ()


def snapshot(git: Git, target: Target, head: str, own: tuple[Path, ...] = ()) -> Snapshot:
    """Look at the working tree, and commit it where it differs from HEAD.

    The target's settings and hooks play no part in it, and no filter of its attributes is run.

    Args:
        git: For our own repository.
        target: Without a work tree the answer is HEAD.
        head: The commit that the work tree was checked out from.
        own: Files or folders that perf-gate itself writes: not a change of the target.

    Raises:
        GitError: A file cannot be read, or the disk is full.
    """
    if target.top is None:
        return Snapshot(commit=head, dirty=False)
    with TemporaryDirectory(prefix="snapshot-", dir=git.git_dir) as scratch:
        index = Path(scratch, "index")
        here = settings(target.conversions) | {
            "GIT_WORK_TREE": str(target.top),
            "GIT_INDEX_FILE": str(index),
        }
        _begin(git, target.git.git_dir / "index", index, head, here)
        return _look(git, target.top, head, here, own)


def _begin(git: Git, source: Path, index: Path, head: str, here: Mapping[str, str]) -> None:
    """Start from a copy of the target's index: it knows which files need not be read again.

    The time of the copy must be that of the original, because git reads every file again that
    may have changed after the index was written. What cannot be used (none there, split in two,
    in the middle of a merge) is replaced by the index of HEAD.
    """
    try:
        shutil.copy2(source, index)
        # Names every file of a sparse index, which takes objects that are out of sight later.
        git.run("update-index", "--force-write-index", environment=here)
        usable = not git.run("ls-files", "-z", "--unmerged", environment=here)
    except (OSError, GitError):
        usable = False
    if not usable:
        index.unlink(missing_ok=True)
        git.run("read-tree", head, environment=here)


def _look(
    git: Git, top: Path, head: str, here: Mapping[str, str], own: tuple[Path, ...]
) -> Snapshot:
    modified, kept = _modified(git, top, here)
    new, nested = _new(git, top, here, own)
    notices = (
        *_notice("Changes to files that go through a filter are left out", kept),
        *_notice("Repositories inside the working tree are left out", nested),
    )
    staged = git.run("diff-index", "--cached", "--name-only", "-z", head, environment=here)
    if not (modified or new or staged):
        return Snapshot(commit=head, dirty=False, notices=notices)
    tree = _tree(git, [*modified, *new], here)
    if tree == git.line("rev-parse", f"{head}^{{tree}}"):
        return Snapshot(commit=head, dirty=False, notices=notices)
    return Snapshot(commit=_commit(git, tree, head), dirty=True, notices=notices)


def _modified(git: Git, top: Path, here: Mapping[str, str]) -> tuple[list[bytes], list[bytes]]:
    """Tracked files that differ from the index, and those whose difference a filter may explain."""
    entries = git.run("ls-files", "-z", "--stage", environment=here).split(b"\0")
    submodules = {each.split(b"\t", 1)[1] for each in entries if each.startswith(_SUBMODULE)}
    output = git.run("ls-files", "-z", "--modified", environment=here).split(b"\0")
    names = [name for name in output if name and name not in submodules]
    reachable = [name for name in names if not _is_behind_symlink(top, name)]
    there = [name for name in reachable if os.path.lexists(_path(top, name))]
    kept = dict.fromkeys(_filtered(git, there, here))
    return [name for name in reachable if name not in kept], list(kept)


def _new(
    git: Git, top: Path, here: Mapping[str, str], own: tuple[Path, ...]
) -> tuple[list[bytes], list[bytes]]:
    """Files that are neither tracked nor ignored, and repositories of somebody else among them."""
    output = git.run("ls-files", "-z", "--others", "--exclude-standard", environment=here)
    names = [
        name
        for name in output.split(b"\0")
        if name and not any(_path(top, name).is_relative_to(each) for each in own)
    ]
    nested = [name for name in names if name.endswith(b"/")]
    return [name for name in names if not name.endswith(b"/")], nested


def _filtered(git: Git, names: list[bytes], here: Mapping[str, str]) -> list[bytes]:
    if not names:
        return []
    asked = b"\0".join(names)
    output = git.run("check-attr", "-z", "--stdin", "filter", stdin=asked, environment=here)
    answers = output.split(b"\0")
    pairs = zip(answers[0::3], answers[2::3], strict=False)
    return [name for name, value in pairs if value not in _NO_FILTER]


def _tree(git: Git, names: list[bytes], here: Mapping[str, str]) -> str:
    """Write the tree without the borrowed store in sight.

    git renews the time of an object that it finds there instead of writing it.
    """
    writer = replace(git, borrowed=None)
    options = ("--add", "--remove", "--replace", "-z", "--stdin")
    writer.run("update-index", *options, stdin=b"\0".join(names), environment=here)
    return writer.line("write-tree", "--missing-ok", environment=here)


def _commit(git: Git, tree: str, head: str) -> str:
    """The same tree on the same HEAD always gives the same commit."""
    text = (
        f"tree {tree}\nparent {head}\nauthor {_NOBODY}\ncommitter {_NOBODY}\n\nworking tree\n"
    ).encode()
    writer = replace(git, borrowed=None)
    return writer.run("hash-object", "-t", "commit", "-w", "--stdin", stdin=text).decode().strip()


def _notice(sentence: str, names: Iterable[bytes]) -> tuple[str, ...]:
    found = [os.fsdecode(name) for name in names]
    return (f"{sentence}: {listed(found)}",) if found else ()


def _is_behind_symlink(top: Path, name: bytes) -> bool:
    """A folder on the way was replaced by a symbolic link: the link is what is there now."""
    path = _path(top, name)
    return any(each.is_symlink() for each in path.parents if each.is_relative_to(top))


def _path(top: Path, name: bytes) -> Path:
    return top / os.fsdecode(name)
