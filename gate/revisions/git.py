"""The one way in which git is called: cut off from the settings of machine, user and target."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.errors import UsageError

_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    # Unpacking would renew the times of objects that are already in the borrowed store.
    "transfer.unpackLimit": "1",
}
_TIMEOUT_S = 600.0
_LAST_LINES = 4
_LONGEST_COMPLAINT = 1000
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


class GitError(UsageError):
    """git refused: a broken repository, a full disk, a network that is not there.

    Attributes:
        command: What git was asked to do, without the fixed settings.
        returned: Its exit status; negative for a signal, None when it took too long.
        complaint: The last lines of its standard error, without credentials (untrusted text).
    """

    def __init__(self, command: Sequence[str], returned: int | None, complaint: str) -> None:
        self.command = tuple(command)
        self.returned = returned
        self.complaint = complaint
        ending = "took too long" if returned is None else f"failed with status {returned}"
        super().__init__(
            f"`git {self.command[0]}` {ending}: {complaint or 'git gave no reason'}",
            hint="A partial clone (`filter:` of actions/checkout) will not do: use a full one. "
            "Otherwise look at `git fsck` and at the free space of the disk.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Calls git for one repository that is named outright, so that git never searches for one.

    Naming it also means that git asks for no `safe.directory`: ownership counts only where
    git has found a repository by itself.
    """

    git_dir: Path
    """The repository proper: what is called ``.git`` in a checkout."""
    home: Path
    """An empty folder: git's home, and where it runs when there is no work tree."""
    borrowed: Path | None = None
    """A store of objects that is read beside the repository's own, and never written."""

    def run(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> bytes:
        """Run git and wait for it.

        Args:
            arguments: What follows ``git``; never seen by a shell.
            stdin: What git reads.
            environment: More variables for this one call; with ``GIT_WORK_TREE`` git runs there.

        Returns:
            What git wrote to standard output.

        Raises:
            GitError: git ended with another status than 0, or not within ten minutes.
            UsageError: git is not installed, or an argument holds a null character.
        """
        if "\0" in "".join(arguments):
            raise UsageError(f"A null character cannot be part of `git {arguments[0]}`")
        variables = self._environment() | dict(environment or {})
        fixed = [word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}")]
        command = ["git", "--no-pager", *fixed, *arguments]
        folder = variables.get("GIT_WORK_TREE", str(self.home))
        returned, output, complaint = _finish(command, variables, folder, stdin)
        if returned != 0:
            raise GitError(arguments, returned, _last_lines(complaint))
        return output

    def line(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run git for an answer of one line.

        Returns:
            The answer without the end of the line.

        Raises:
            GitError: As in ``run``.
            UsageError: As in ``run``.
        """
        return os.fsdecode(self.run(*arguments, environment=environment)).removesuffix("\n")

    def _environment(self) -> dict[str, str]:
        fixed = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "LC_ALL": "C",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_DEFAULT_REF_FORMAT": "files",
            "GIT_DIR": str(self.git_dir),
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }
        if self.borrowed is None:
            return fixed
        return fixed | {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(self.borrowed)}


def settings(values: Mapping[str, str]) -> dict[str, str]:
    """Settings for one call as environment variables, where a list of processes does not show them.

    Args:
        values: git's settings by name, ``{"core.eol": "lf"}``.

    Returns:
        Variables for the ``environment`` of ``Git.run``.
    """
    variables = {"GIT_CONFIG_COUNT": str(len(values))}
    for number, (key, value) in enumerate(values.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _finish(
    command: Sequence[str], variables: Mapping[str, str], folder: str, stdin: bytes
) -> tuple[int | None, bytes, bytes]:
    """Status (None: too late), output and complaint; nothing is left running in any case."""
    with _started(command, variables, folder) as process:
        try:
            output, complaint = process.communicate(stdin, _TIMEOUT_S)
        except BaseException as reason:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(reason, subprocess.TimeoutExpired):
                return None, b"", b""
            raise
    return process.returncode, output, complaint


def _started(
    command: Sequence[str], variables: Mapping[str, str], folder: str
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables,
            cwd=folder,
            process_group=0,
        )
    except FileNotFoundError as error:
        if error.filename != "git":
            raise UsageError(f"The folder {folder} does not exist") from error
        raise UsageError("git is not installed", hint="Install git, or add it to PATH.") from error


def _last_lines(complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").strip().splitlines()[-_LAST_LINES:]
    return _CREDENTIALS.sub("", "; ".join(lines))[-_LONGEST_COMPLAINT:]


def _quoted(path: Path) -> str:
    """A path as git's list of object stores wants it: a bare colon would part it in two."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
