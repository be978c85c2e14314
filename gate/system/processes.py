"""Starts programs in groups of their own, and leaves none of their descendants behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import psutil

OUTPUT_CAP = 64 * 1024
"""Bytes of output that are kept of a program: the last ones."""

_LOOK_S = 0.05
_LAST_READS = 16  # what a pipe can still hold after its writer's end, and no more
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a program ended, and the end of what it said (untrusted text)."""

    status: int | None
    """Exit status, negative for a signal; None: it was killed because its time ran out."""
    output: str
    """The last ``OUTPUT_CAP`` bytes of standard output and error, merged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to start."""

    args: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    """The whole environment: nothing is inherited."""
    timeout_s: float
    """Seconds that it may take, > 0."""
    log: Path | None = None
    """File that the whole output is appended to."""


def run(
    args: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout_s: float,
    log: Path | None = None,
) -> Completed:
    """Run one program to its end; see `run_together`."""
    command = Command(args=args, cwd=cwd, env=env, timeout_s=timeout_s, log=log)
    return run_together([command])[0]


def run_together(commands: Sequence[Command]) -> tuple[Completed, ...]:
    """Run programs side by side until each has ended or used up its time.

    Each has a session of its own, no standard input, and is killed with its whole
    process group when its time is over and when this call is left by any exception. What
    a program leaves in its group is killed when the program ends.

    Returns:
        One `Completed` for each command, in their order.

    Raises:
        OSError: A program could not be started.
    """
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        started = [stack.enter_context(_started(command)) for command in commands]
        for one in started:
            selector.register(one.pipe, selectors.EVENT_READ, one)
        while any([one.is_running() for one in started]):  # noqa: C419 - each has its own time
            _listen(selector)
        return tuple(one.complete() for one in started)


def _listen(selector: selectors.BaseSelector) -> None:
    if not selector.get_map():  # all have closed their output, and some live on
        time.sleep(_LOOK_S)
    for key, _ in selector.select(_LOOK_S):
        if not key.data.read():
            selector.unregister(key.fileobj)
            key.data.wait_a_moment()


@contextlib.contextmanager
def _started(command: Command) -> Iterator[_Started]:
    process = subprocess.Popen(
        command.args,
        cwd=command.cwd,
        env=command.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    started = _Started(process, command)
    try:
        yield started
    finally:
        started.kill()
        started.pipe.close()


class _Started:
    """A program that runs. Its pipe is never waited for: a daemon that keeps it cannot hang us."""

    def __init__(self, process: subprocess.Popen[bytes], command: Command) -> None:
        self.pipe = cast("IO[bytes]", process.stdout)
        self._process = process
        self._deadline = time.monotonic() + command.timeout_s
        self._log = command.log
        self._tail = b""
        self._timed_out = False
        os.set_blocking(self.pipe.fileno(), False)

    def is_running(self) -> bool:
        if self._process.poll() is None and time.monotonic() > self._deadline:
            self._timed_out = True
        return self._process.returncode is None and not self._timed_out

    def wait_a_moment(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_LOOK_S)

    def read(self) -> bool:
        """Take what is there; false at the end of the output."""
        try:
            chunk = os.read(self.pipe.fileno(), OUTPUT_CAP)
        except BlockingIOError:
            return True
        self._tail = (self._tail + chunk)[-OUTPUT_CAP:]
        if self._log is not None and chunk:
            with self._log.open("ab") as log:
                log.write(chunk)
        return bool(chunk)

    def complete(self) -> Completed:
        self.kill()
        for _ in range(_LAST_READS):
            self.read()
        status = None if self._timed_out else self._process.returncode
        return Completed(status=status, output=self._tail.decode(errors="replace"))

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def become_subreaper() -> None:
    """Have orphaned descendants handed to this process, so that `reap_descendants` finds them.

    Does nothing where the system has no such thing (anything but Linux).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def become_unreadable() -> None:
    """Keep other processes, of the same user too, from reading this one's memory and environment.

    Root is kept out as well where it lacks CAP_SYS_PTRACE, CAP_PERFMON and CAP_SYS_ADMIN, as in a
    container with Docker's defaults.
    Programs that are started are not affected. Does nothing anywhere but on Linux.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def reap_descendants(grace_s: float) -> int:
    """Kill all descendants of this process, again and again until none is left.

    Daemons that left their session and their parent are found after `become_subreaper`.

    Args:
        grace_s: Seconds after which it gives up, >= 0.

    Returns:
        How many are still there: 0 unless something cannot be killed in time.
    """
    deadline = time.monotonic() + grace_s
    while left := psutil.Process().children(recursive=True):
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
        psutil.wait_procs(left, timeout=_LOOK_S)
        if time.monotonic() > deadline:
            return len(psutil.Process().children(recursive=True))
    return 0
