"""A store on a branch: commits without a work tree, pushed only onto the tip they were made for.

Whoever pushes second is refused, fetches what the first one pushed, and tries again after a random
pause. A push whose answer was lost shows in the next fetch: what is there is not added again.
Of a tip only the names are fetched, and the contents of those files that are read.
"""

from __future__ import annotations

import errno
import math
import os
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
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none")
"""A server that cannot leave contents out sends them all, which costs no more than time."""
_NAME, _ADDRESS = "perf-gate", "perf-gate@localhost"
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
    listed: str | None = None
    """The tip that was listed last: what it names is read from it, without asking again."""

    def names(self) -> tuple[str, ...]:
        """See `Store`. Fetches the tip of the branch, without its history and its contents."""
        self.listed = self._patiently(self._fetch, self.patience.looks)
        return tuple(self._files(self.listed))

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """See `Store`. Fetches what is asked for and not at hand, all at once."""
        files = self._files(self.listed or self._patiently(self._fetch, self.patience.looks))
        wanted = [(name, files[name]) for name in names if name in files]
        held = self._held()
        if absent := [blob for _, blob in wanted if blob not in held]:
            self._patiently(lambda: self._fetch_blobs(absent), self.patience.looks)
            held = self._held()
        for at in range(0, len(wanted), _AT_ONCE):
            yield from self._contents(wanted[at : at + _AT_ONCE], held)

    def add(self, name: str, content: bytes) -> None:
        """See `Store`."""
        self.add_all({name: content})

    def add_all(self, contents: Mapping[str, bytes]) -> None:
        """See `Store`. A commit is made again on the newest tip until one of them is taken."""
        blobs = self._patiently(lambda: self._blobs(contents))
        folders = {name.partition("/")[0] for name in blobs}
        wanted = {**dict.fromkeys(folders), **blobs}

        def commit(tip: str | None) -> str | None:
            files = self._files(tip, *folders)
            # git itself would put a folder in the place of a file of that name.
            if other := next((n for n, one in wanted.items() if files.get(n, one) != one), None):
                raise StoreError(
                    f"{visible(other)} on {self.branch} is something else than what belongs there"
                )
            new = {name: blob for name, blob in blobs.items() if name not in files}
            what = next(iter(new)) if len(new) == 1 else f"{len(new)} files"
            return self._commit(tip, f"Add {what}", new) if new else None

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
        if tips[reference] not in self._held():
            self._remotely(*_FETCH, "--depth=1", _REMOTE, f"+{reference}:{_KEPT}")
            return self._line("rev-parse", _KEPT)
        return tips[reference]

    def _fetch_blobs(self, blobs: Sequence[str]) -> None:
        # To a server that heard of the tip, everything in it would seem to be here already.
        self.git.run("config", "fetch.negotiationAlgorithm", "noop")
        self._remotely(*_FETCH, "--stdin", _REMOTE, stdin=_lines(blobs))

    def _push(self, commit: str, tip: str | None) -> None:
        reference = f"refs/heads/{self.branch}"
        lease = f"--force-with-lease={reference}:{tip or ''}"
        self._remotely("push", "--quiet", lease, _REMOTE, f"{commit}:{reference}")

    # --- objects ---

    def _files(self, tip: str | None, *below: str) -> dict[str, str]:
        """All files of a commit, or those of some names, each with its object."""
        if tip is None:
            return {}
        listed = self.git.run("ls-tree", "-r", "-z", tip, "--", *below).decode(errors="replace")
        entries = (line.partition("\t") for line in listed.split("\0") if line)
        return {name: said.split()[2] for said, _, name in entries}

    def _held(self) -> dict[str, int]:
        """The objects at hand, each with its bytes: git gives up where it is asked for others."""
        shape = "--batch-check=%(objectname) %(objectsize)"
        told = self.git.run("cat-file", "--batch-all-objects", "--unordered", shape).decode()
        lines = (line.partition(" ") for line in told.splitlines())
        return {name: int(size) for name, _, size in lines}

    def _contents(
        self, files: Sequence[tuple[str, str]], held: Mapping[str, int]
    ) -> Iterator[tuple[str, bytes | OSError]]:
        asked = _lines(blob for _, blob in files if _trouble_with(blob, held) is None)
        answers = _answers(self.git.run("cat-file", "--batch", "--buffer", stdin=asked))
        for name, blob in files:
            yield name, _trouble_with(blob, held) or next(answers)

    def _commit(self, tip: str | None, message: str, changes: Mapping[str, str | None]) -> str:
        """A commit on top of the tip; a name whose blob is None is removed.

        One process does it all: the longer it took, the more often somebody else would be first.
        """
        said = message.encode()
        lines = (
            b"commit %s\nmark :1\ncommitter %s <%s> now"
            % (_MADE, _NAME.encode(), _ADDRESS.encode()),
            b"data %d\n%s" % (len(said), said),
            *([f"from {tip}".encode()] if tip else []),
            *(_change(name, blob) for name, blob in changes.items()),
            b"get-mark :1\n",
        )
        options = ("--quiet", "--force", "--date-format=now")
        made = self.git.run("fast-import", *options, stdin=b"\n".join(lines))
        return made.decode().strip()

    def _blobs(self, contents: Mapping[str, bytes]) -> dict[str, str]:
        """Contents by name, as objects."""
        told = (
            b"blob\nmark :%d\ndata %d\n%s\nget-mark :%d\n" % (at, len(one), one, at)
            for at, one in enumerate(contents.values(), 1)
        )
        made = self._line("fast-import", "--quiet", stdin=b"".join(told)).split()
        return dict(zip(contents, made, strict=True))

    def _line(self, *arguments: str, stdin: bytes = b"") -> str:
        return self.git.run(*arguments, stdin=stdin).decode().strip()

    def _remotely(self, *arguments: str, stdin: bytes = b"") -> bytes:
        return self.git.run(*arguments, stdin=stdin, environment=variables(self.origin))

    def _trouble(self, error: GitError, tries: int) -> StoreError:
        said = f"cannot be reached or written, tried {tries} times: {error.complaint}"
        return StoreError(
            f"the branch {self.branch} {said}",
            hint="Recording needs `contents: write`, and a branch that no rule protects.",
        )


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _change(name: str, blob: str | None) -> bytes:
    """A file that is added, or removed, as ``fast-import`` wants to hear it."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return (f'M 100644 {blob} "{quoted}"' if blob else f'D "{quoted}"').encode()


def _trouble_with(blob: str, held: Mapping[str, int]) -> OSError | None:
    """Why a content is not read."""
    if blob not in held:
        return OSError(errno.ENOENT, "its content is not in the repository")
    return OSError(errno.EFBIG, os.strerror(errno.EFBIG)) if held[blob] > LARGEST_RECORD else None


def _answers(output: bytes) -> Iterator[bytes]:
    """The contents in what ``cat-file --batch`` writes, in its order."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        at = end + 1 + int(output[at:end].split()[2])
        yield output[end + 1 : at]
        at += 1


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
    git.run("config", "user.name", _NAME)
    git.run("config", "user.email", _ADDRESS)
    return Branch(git=git, origin=origin, branch=branch)
