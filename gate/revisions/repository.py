"""Our own bare repository: it borrows the target's objects and answers questions about commits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from gate.errors import UsageError
from gate.revisions import origin as remote
from gate.revisions.export import Export, export
from gate.revisions.git import Git, GitError
from gate.revisions.names import listed, short
from gate.revisions.origin import FULL_CLONE, Origin
from gate.revisions.snapshot import Snapshot, snapshot
from gate.revisions.target import Target, find
from gate.text import visible

LARGEST_FILE = 1024 * 1024
"""Bytes that ``Clone.read`` returns at most."""

_TOP = PurePosixPath()
_ORIGIN_HEAD = "refs/remotes/origin/HEAD"
_DEFAULT_BRANCHES = (
    *("refs/remotes/origin/main", "refs/remotes/origin/master"),
    *("refs/heads/main", "refs/heads/master"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A bare repository of our own. Commits are full object names wherever they are arguments."""

    git: Git
    target: Target
    head: str
    """The commit that the target has checked out."""
    origin: Origin | None

    @property
    def is_shallow(self) -> bool:
        """History is cut off somewhere."""
        return (self.git.git_dir / "shallow").exists()

    def resolve(self, expression: str) -> str:
        """The commit that an expression means.

        Args:
            expression: A name as git knows them: ``main``, ``origin/x``, ``v1.2^{}``, ``HEAD~2``.

        Returns:
            Its full object name.

        Raises:
            UsageError: There is no such commit in this clone; the hint names what looks similar.
        """
        if commit := self._lookup(expression):
            return commit
        raise UsageError(
            f"The revision `{short(expression)}` is unknown or ambiguous",
            hint=self._hint(expression),
        )

    def parent(self, commit: str) -> str | None:
        """The first parent; None for a root commit and where a shallow clone ends."""
        return self._lookup(f"{commit}^")

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None where this clone has none."""
        try:
            return self.git.line("merge-base", one, other)
        except GitError as error:
            if error.returned == 1:
                return None
            raise

    def default_branch(self) -> str:
        """The branch that changes are merged into.

        Returns:
            What ``origin/HEAD`` points to, else the first there is of ``origin/main``,
            ``origin/master``, ``main`` and ``master``.

        Raises:
            UsageError: There is none of them.
        """
        for reference in (self._pointed_at(), *_DEFAULT_BRANCHES):
            if reference and self._lookup(reference):
                return reference.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        raise UsageError(
            "The default branch is unknown: there is no origin/HEAD, main or master",
            hint="Name the base with --base, or run `git remote set-head origin --auto`.",
        )

    def read(self, commit: str, path: str | PurePosixPath) -> bytes | None:
        """The content of a file, through symbolic links as long as they stay in the tree.

        Returns:
            At most ``LARGEST_FILE`` bytes; None where there is nothing by that name.

        Raises:
            UsageError: It is no file, is too large, or is a link that leads nowhere or outside.
        """
        where = f"`{visible(str(path))}` of {short(commit)}"
        if _leaves(PurePosixPath(path)):
            raise UsageError(f"{where} lies outside of the repository")
        asked = os.fsencode(f"{commit}:{PurePosixPath(path)}\n")
        answer = self.git.run("cat-file", "--batch-check", "--follow-symlinks", stdin=asked)
        words = os.fsdecode(answer).partition("\n")[0].rsplit(" ", 2)
        if words[-1] in {"missing", "ambiguous"} or words[0] == "notdir":
            return None
        if words[0] in {"symlink", "dangling", "loop"}:
            raise UsageError(f"{where} is a symbolic link that leads outside or nowhere")
        name, kind, size = words
        if kind != "blob":
            raise UsageError(f"{where} is not a file")
        if int(size) > LARGEST_FILE:
            raise UsageError(f"{where} has {size} bytes, more than {LARGEST_FILE}")
        return self.git.run("cat-file", "blob", name)

    def tree(self, commit: str, subfolder: PurePosixPath = _TOP) -> str:
        """The object name of a folder: equal names mean equal content.

        Raises:
            UsageError: The commit has no such folder.
        """
        if subfolder == _TOP:
            return self.git.line("rev-parse", f"{commit}^{{tree}}")
        if not _leaves(subfolder):
            arguments = ("-d", "-z", commit, "--", str(subfolder))
            literal = {"GIT_LITERAL_PATHSPECS": "1"}
            entry = self.git.line("ls-tree", *arguments, environment=literal)
            if entry.startswith("040000 tree "):
                return entry.split("\t", 1)[0].split(" ")[2]
        raise UsageError(
            f"The folder `{visible(str(subfolder))}` does not exist in {short(commit)}",
            hint="Check `working-directory`: it is relative to the top of the repository.",
        )

    def export(self, commit: str, folder: Path, subfolder: PurePosixPath = _TOP) -> Export:
        """Write all files of a commit into an empty or new folder, as a checkout would have them.

        Args:
            commit: Full object name.
            folder: Created with its parents.
            subfolder: The project's folder in the repository.

        Raises:
            UsageError: The commit has no such folder, objects are missing, or the disk is full.
        """
        self.tree(commit, subfolder)
        return export(self.git, commit, folder, subfolder)

    def changed_files(self, base: str, head: str) -> tuple[str, ...]:
        """Paths that were added, removed or changed; a renamed file counts under both names."""
        options = ("-r", "-z", "--name-only", "--no-renames")
        output = self.git.run("diff-tree", *options, base, head)
        return tuple(os.fsdecode(name) for name in output.split(b"\0") if name)

    def describe(self, commit: str) -> tuple[str, int] | None:
        """The nearest tag with a number in it, and the commits since then; None without one."""
        try:
            answer = self.git.line("describe", "--tags", "--long", "--match=*[0-9].[0-9]*", commit)
        except GitError:
            return None
        tag, distance, _ = answer.rsplit("-", 2)
        return tag, int(distance)

    def snapshot(self, *own: Path) -> Snapshot:
        """The working tree as a commit; HEAD where nothing is changed or there is no work tree.

        Args:
            own: Files and folders that perf-gate itself writes.

        Raises:
            UsageError: A file cannot be read, or the disk is full.
        """
        absolute = tuple(each.resolve() for each in own)
        return snapshot(self.git, self.target, self.head, absolute)

    def fetch(self, names: Sequence[str], depth: int) -> tuple[str, ...]:
        """Fetch commits with some of their history into our own repository.

        Args:
            names: Full object names, or branches and tags as the origin calls them.
            depth: Commits of history, at least 1; counts only while the clone is shallow.

        Returns:
            Their full object names.

        Raises:
            UsageError: There is no origin, it cannot be reached, or it does not have them.
        """
        if self.origin is None:
            raise UsageError(
                f"This clone lacks commits, and has no remote `origin` to fetch "
                f"{listed(names)} from",
                hint=FULL_CLONE,
            )
        limit = depth if self.is_shallow else None
        references = remote.fetch(self.git, self.origin, names, limit)
        return tuple(self.resolve(each) for each in references)

    def _lookup(self, expression: str) -> str | None:
        options = ("--verify", "--quiet", "--end-of-options")
        try:
            return self.git.line("rev-parse", *options, f"{expression}^{{commit}}")
        except GitError:
            return None

    def _pointed_at(self) -> str | None:
        try:
            return self.git.line("symbolic-ref", "--quiet", _ORIGIN_HEAD)
        except GitError:
            return None

    def _hint(self, expression: str) -> str:
        known = self.git.line("for-each-ref", "--format=%(refname:short)").split("\n")
        similar = get_close_matches(expression, known, n=3)
        suggestion = f"Similar names: {listed(similar)}. " if similar else ""
        return suggestion + (f"The clone is shallow: {FULL_CLONE}" if self.is_shallow else "")


def clone(repository: Path, folder: Path, *, environment: Mapping[str, str] | None = None) -> Clone:
    """Make our own bare repository from the target's, without copying its objects.

    Args:
        repository: A folder in the target's work tree, or a bare repository.
        folder: Where our repository goes: must not exist, or be empty.
        environment: Where ``PERF_GATE_TOKEN`` is looked up; the process's own if None.

    Raises:
        UsageError: There is no repository, it has no commit yet, or git is not installed.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    target = find(repository, home)
    git = Git(git_dir=folder / "repository.git", home=home, borrowed=target.common_dir / "objects")
    git.run("init", "--bare", "--quiet", "--template=", f"--object-format={target.object_format}")
    head = _head(target)
    (git.git_dir / "HEAD").write_text(f"{head}\n")
    _copy_references(target, git)
    _copy_files(target, git)
    known = remote.known_origin(target.origin, os.environ if environment is None else environment)
    return Clone(git=git, target=target, head=head, origin=known)


def _leaves(path: PurePosixPath) -> bool:
    return path.is_absolute() or ".." in path.parts


def _head(target: Target) -> str:
    try:
        return target.git.line("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitError as error:
        raise UsageError(
            f"The repository {target.top or target.git.git_dir} has no commit yet",
            hint="There is nothing to compare before the first commit.",
        ) from error


def _copy_references(target: Target, git: Git) -> None:
    """All branches and tags in one file: a repository may have tens of thousands."""
    spaces = ("refs/heads", "refs/tags", "refs/remotes")
    output = target.git.run("for-each-ref", "--format=%(objectname) %(refname) %(symref)", *spaces)
    references = [line.split(b" ") for line in output.splitlines()]
    plain = [b" ".join(each[:2]) + b"\n" for each in references if each[1] != _ORIGIN_HEAD.encode()]
    (git.git_dir / "packed-refs").write_bytes(b"".join(plain))
    for _, name, pointed_at in references:
        if name == _ORIGIN_HEAD.encode() and pointed_at:
            git.run("symbolic-ref", _ORIGIN_HEAD, os.fsdecode(pointed_at))


def _copy_files(target: Target, git: Git) -> None:
    """Where history is cut off, and what this clone alone ignores."""
    (git.git_dir / "info").mkdir(exist_ok=True)
    for name in ("shallow", "info/exclude"):
        if (target.common_dir / name).is_file():
            shutil.copyfile(target.common_dir / name, git.git_dir / name)
