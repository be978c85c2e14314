"""A store on a branch: commits without a work tree, pushed only onto the tip they were made for.

Whoever pushes second is refused, fetches what the first one pushed, and tries again after a random
pause. A push whose answer was lost shows in the next fetch: what is there is not added again.
"""

from __future__ import annotations

import errno
import itertools
import math
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gate.baseline.codec import LARGEST_RECORD
from gate.baseline.store import StoreError
from gate.revisions.git import Git, GitError
from gate.revisions.origin import Origin, variables
from gate.text import visible

_Answer = TypeVar("_Answer")

_KEPT, _MADE = "refs/store/tip", b"refs/store/made"
_REMOTE = "origin"
_AT_ONCE = 2000
"""Files that are read by one call of git: what is held in memory at a time."""
_REMOTELY = {"ls-remote", "fetch", "push"}
_NAME, _ADDRESS = b"perf-gate", b"perf-gate@localhost"
_PERSON = {
    f"GIT_{role}_{what}": value.decode()
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", _NAME), ("EMAIL", _ADDRESS))
}
_FINAL = re.compile(
    r"returned error: 4(?!08|09|29)\d\d|Authentication failed|could not read Username"
    r"|[Pp]ermission|denied|declined|protected|not found|does not appear to be"
    r"|[Nn]o space left|[Rr]ead-only"
)
"""Complaints that another try would only repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on trying, and the world's time and chance, which tests replace."""

    deadline_s: float = 600.0
    """Seconds after which no further try is made."""
    looks: int = 5
    """Tries to read, >= 1: nobody else is in the way, so more would not help."""
    longest_pause_s: float = 20.0
    first_pause_s: float = 0.2
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    """A number from 0 to 1."""

    def pause(self, tries: int) -> None:
        """Wait a random time, which may grow with the number of tries (full jitter)."""
        most = min(self.longest_pause_s, self.first_pause_s * 2.0 ** min(tries, 30))
        self.sleep(self.chance() * most)


@dataclass(slots=True, kw_only=True)
class Branch:
    """Files on a branch of ``origin``, through a bare repository that holds nothing else."""

    git: Git
    origin: Origin
    branch: str
    """Its name, without ``refs/heads/``."""
    patience: Patience = field(default_factory=Patience)

    def names(self) -> tuple[str, ...]:
        """See `Store`. Fetches the tip of the branch, without its history."""
        return tuple(self._files(self._patiently(self._fetch, self.patience.looks)))

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """See `Store`."""
        files = self._files(self._patiently(self._fetch, self.patience.looks))
        wanted = ((name, files[name]) for name in names if name in files)
        while some := tuple(itertools.islice(wanted, _AT_ONCE)):
            yield from self._contents(some)

    def add(self, name: str, content: bytes) -> None:
        """See `Store`. Commits are made again on the newest tip until one of them is taken."""
        blob = self._line("hash-object", "-w", "--stdin", stdin=content)

        def commit(tip: str | None) -> str | None:
            folder = name.partition("/")[0]
            files = self._files(tip, folder)
            # git itself would put the folder in the place of a file of that name.
            found = files.get(name) or files.get(folder)
            if found is None:
                return self._commit(tip, f"Add {name}", {name: blob})
            if found.blob == blob and name in files:
                return None
            raise StoreError(
                f"{visible(name)} on {self.branch} is something else than what belongs there"
            )

        self._change(commit)

    def remove(self, names: Sequence[str]) -> None:
        """See `Store`. The history of the branch still has them, until it is compacted."""

        def commit(tip: str | None) -> str | None:
            gone = self._files(tip).keys() & {*names}
            changes = dict.fromkeys(gone)
            return self._commit(tip, f"Remove {len(gone)} files", changes) if gone else None

        self._change(commit)

    def compact(self) -> None:
        """See `Store`: the branch gets a single commit instead of its history."""

        def commit(tip: str | None) -> str | None:
            # The object itself: git shows a commit at the end of a shallow history without parents.
            if tip is None or b"\nparent " not in self.git.run("cat-file", "commit", tip):
                return None
            tree = self._line("rev-parse", f"{tip}^{{tree}}")
            return self._line("commit-tree", "-m", "Compact", tree)

        self._change(commit)

    # --- compare and swap ---

    def _change(self, commit: Callable[[str | None], str | None]) -> None:
        """Push what ``commit`` makes of the tip, until it is taken or there is nothing to do."""

        def once() -> None:
            tip = self._fetch()
            if (made := commit(tip)) is not None:
                self._push(made, tip)

        self._patiently(once)

    def _patiently(self, action: Callable[[], _Answer], most: float = math.inf) -> _Answer:
        """Try until it succeeds, is refused for good, or was tried too long or too often."""
        began, tries = self.patience.clock(), 0
        while True:
            try:
                return action()
            except GitError as error:
                tries += 1
                spent_s = self.patience.clock() - began
                is_over = spent_s > self.patience.deadline_s or tries >= most
                is_final = error.command[0] not in _REMOTELY or _FINAL.search(error.complaint)
                if is_over or is_final:
                    raise self._trouble(error, tries) from error
            self.patience.pause(tries)

    def _fetch(self) -> str | None:
        """The tip of the branch, fetched without its history; None where there is no branch."""
        reference = f"refs/heads/{self.branch}"
        listed = self._remotely("ls-remote", _REMOTE, reference).decode(errors="replace")
        tips = dict(line.split("\t")[::-1] for line in listed.splitlines())
        if reference not in tips:
            return None
        if not self._has(tips[reference]):
            options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1")
            self._remotely("fetch", *options, _REMOTE, f"+{reference}:{_KEPT}")
            return self._line("rev-parse", _KEPT)
        return tips[reference]

    def _push(self, commit: str, tip: str | None) -> None:
        reference = f"refs/heads/{self.branch}"
        lease = f"--force-with-lease={reference}:{tip or ''}"
        self._remotely("push", "--quiet", lease, _REMOTE, f"{commit}:{reference}")

    # --- objects ---

    def _has(self, commit: str) -> bool:
        try:
            self.git.run("cat-file", "-e", f"{commit}^{{tree}}")
        except GitError:
            return False
        return True

    def _files(self, tip: str | None, *below: str) -> dict[str, _File]:
        """All files of a commit, or those of some names."""
        if tip is None:
            return {}
        listed = self.git.run("ls-tree", "-r", "-l", "-z", tip, "--", *below)
        files = (_File.listed(line) for line in listed.decode(errors="replace").split("\0") if line)
        return dict(files)

    def _contents(
        self, files: Sequence[tuple[str, _File]]
    ) -> Iterator[tuple[str, bytes | OSError]]:
        whole = [one for _, one in files if one.size <= LARGEST_RECORD]
        asked = "".join(f"{one.blob}\n" for one in whole)
        answers = _answers(self.git.run("cat-file", "--batch", "--buffer", stdin=asked.encode()))
        for name, one in files:
            yield name, next(answers) if one.size <= LARGEST_RECORD else OSError(errno.EFBIG, "")

    def _commit(self, tip: str | None, message: str, changes: Mapping[str, str | None]) -> str:
        """A commit on top of the tip; a name whose blob is None is removed.

        One process does it all: the longer it took, the more often somebody else would be first.
        """
        said = message.encode()
        lines = (
            b"commit %s\nmark :1\ncommitter %s <%s> now" % (_MADE, _NAME, _ADDRESS),
            b"data %d\n%s" % (len(said), said),
            *([f"from {tip}".encode()] if tip else []),
            *(_change(name, blob) for name, blob in changes.items()),
            b"get-mark :1\n",
        )
        options = ("--quiet", "--force", "--date-format=now")
        made = self.git.run("fast-import", *options, stdin=b"\n".join(lines))
        return made.decode().strip()

    def _line(self, *arguments: str, stdin: bytes = b"") -> str:
        return self.git.run(*arguments, stdin=stdin, environment=_PERSON).decode().strip()

    def _remotely(self, *arguments: str) -> bytes:
        return self.git.run(*arguments, environment=variables(self.origin))

    def _trouble(self, error: GitError, tries: int) -> StoreError:
        return StoreError(
            f"the branch {self.branch} cannot be reached or written, tried {tries} times: "
            f"{error.complaint}",
            hint="Recording needs `contents: write`, and a branch that no rule protects.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file in a tree."""

    blob: str
    size: int
    """Bytes; 0 for what is no file but a commit of another repository."""

    @staticmethod
    def listed(line: str) -> tuple[str, _File]:
        """Name and file of one line of ``ls-tree -l``."""
        said, _, name = line.partition("\t")
        _, _, blob, size = said.split()
        return name, _File(blob=blob, size=int(size) if size.isdigit() else 0)


def _change(name: str, blob: str | None) -> bytes:
    """A file that is added, or removed, as ``fast-import`` wants to hear it."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return (f'M 100644 {blob} "{quoted}"' if blob else f'D "{quoted}"').encode()


def _answers(output: bytes) -> Iterator[bytes | OSError]:
    """The contents in what ``cat-file --batch`` writes, in its order."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        words = output[at:end].split()
        at = end + 1
        if words[-1] == b"missing":
            yield OSError(errno.ENOENT, "its content is not in the repository")
            continue
        size = int(words[2])
        yield output[at : at + size]
        at += size + 1


def open_branch(folder: Path, origin: Origin, branch: str, object_format: str) -> Branch:
    """Make the bare repository that a branch is read and written through.

    Args:
        folder: Where it goes: must not exist, or be empty.
        origin: The repository that has the branch, or will have it.
        branch: Its name.
        object_format: Of that repository: ``sha1`` or ``sha256``.

    Raises:
        UsageError: git is not installed, or the disk is full.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    git = Git(git_dir=folder / "store.git", home=home)
    git.run("init", "--bare", "--quiet", "--template=", f"--object-format={object_format}")
    return Branch(git=git, origin=origin, branch=branch)
