"""Real git repositories for tests, independent of the machine's settings."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PERSON = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "A. Tester"),
        ("EMAIL", "tester@example.org"),
        ("DATE", "2026-01-01T00:00:00Z"),
    )
}
_MACHINE = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    """Run git in a folder as a fixed person at a fixed time; returns its output, stripped."""
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        env=_MACHINE | _PERSON | {"HOME": str(folder)},
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout with its repository."""

    folder: Path

    def git(self, *arguments: str, stdin: str = "") -> str:
        """Run git here."""
        return git(self.folder, *arguments, stdin=stdin)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files with their folders."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Write files, commit all that changed, and return the commit's full object name."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def grow(self, commits: int) -> str:
        """Add commits that change nothing to the branch, and return the last one's full name."""
        branch = self.git("symbolic-ref", "HEAD")
        one = f"commit {branch}\ncommitter {branch} <> %d +0000\ndata 0\n"
        first, *others = (one % number for number in range(commits))
        stream = first + f"from {branch}^0\n" + "".join(others)
        self.git("fast-import", "--quiet", stdin=stream)
        return self.git("rev-parse", "HEAD")


def empty(folder: Path, *options: str) -> Repository:
    """A repository without commits whose branch is ``main``."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *options)
    return Repository(folder)


def draw(folder: Path, history: str) -> tuple[Repository, dict[str, str]]:
    """A repository drawn as text; the first branch is checked out.

    Each line is a branch and its commits in order; a name that stands for a commit already is
    where the branch begins. Each commit writes one file with its name::

        main:    A B C
        feature: B D

    Returns:
        The repository, and the full object name of each commit.
    """
    repository = empty(folder)
    commits: dict[str, str] = {}
    branches = [line.split(":") for line in history.strip().splitlines()]
    for branch, names in branches:
        first, *others = names.split()
        _begin(repository, branch.strip(), commits.get(first))
        for name in others if first in commits else (first, *others):
            commits[name] = repository.commit(name, {f"{name}.txt": f"{name}\n"})
    repository.git("checkout", "--quiet", branches[0][0].strip())
    return repository, commits


def _begin(repository: Repository, branch: str, start: str | None) -> None:
    if start:
        repository.git("checkout", "--quiet", "-b", branch, start)
    else:
        repository.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        repository.git("rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".")


def long_history(
    tmp_path: Path, before: int = 3, after: int = 60
) -> tuple[Repository, dict[str, str]]:
    """``main`` and ``feature`` part after some commits, and go on for many more each."""
    origin = empty(tmp_path / "origin repository ö")
    commits = {"first": origin.commit("first", {"x": "1"})}
    commits["fork"] = origin.grow(before)
    origin.git("branch", "feature")
    origin.commit("main", {"z": "what origin sends, too"})
    commits["main"] = origin.grow(after)
    origin.git("checkout", "--quiet", "feature")
    origin.grow(after)
    commits["feature"] = origin.commit("feature", {"y": "1"})
    return origin, commits


def shallow(tmp_path: Path, origin: Repository, branch: str, *options: str) -> Path:
    """A clone of one branch, one commit deep, below ``tmp_path``."""
    url = f"file://{origin.folder}"
    arguments = ("--quiet", "--depth=1", f"--branch={branch}", *options, url, "a shallow clone")
    git(tmp_path, "clone", *arguments)
    return tmp_path / "a shallow clone"


def listing(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """All that is in a folder, ``.git`` too: mode, size, time of change in ns, hash."""
    found = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        status = path.lstat()
        content = b""
        if path.is_symlink():
            content = os.fsencode(path.readlink())
        elif path.is_file():
            content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns, digest)
    return found
