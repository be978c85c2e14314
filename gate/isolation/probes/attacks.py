"""The attacks, run where the target's code would run: a program that stands alone.

``python -I -S -c SOURCE PLACES`` prints what came of each, as JSON: ``open``, ``absent``, or why it
was refused. None of them changes anything where it succeeds.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import socket
import struct
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

PTRACE_SEIZE = 0x4206
NUMBERS = {  # x86_64, aarch64
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "io_uring_setup": (425, 425),
}
SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY$|^ACTIONS_|^GITHUB_")
SYSTEM = ctypes.CDLL(None, use_errno=True)


class AbsentError(Exception):
    """There is nothing to attack."""


def call(name: str, *arguments: Any) -> int:
    """Make a system call; OSError where it is refused."""
    number = NUMBERS[name][platform.machine() == "aarch64"]
    longs = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    done = int(SYSTEM.syscall(ctypes.c_long(number), *longs))
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done


def read(path: str) -> None:
    """Read some of a file."""
    if not path:
        raise AbsentError
    with Path(path).open("rb") as file:
        if not file.read(1):
            raise OSError("it is empty")


def any_of(attack: Callable[[str], object], paths: Any) -> None:
    """Succeed where one of them does, else fail as the last one did."""
    failure: Exception = AbsentError()
    for path in paths:
        try:
            attack(path)
        except (OSError, AbsentError) as error:
            failure = error
        else:
            return
    raise failure


def memory(pid: int) -> None:
    """Open the memory of a process, and read where its code begins."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
    start = int(maps.partition("-")[0], 16)
    file = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    os.pread(file, 1, start)


def trace(pid: int) -> None:
    """Attach to a process without stopping it; our end detaches."""
    call("ptrace", PTRACE_SEIZE, pid, None, None)


def copy_memory(pid: int) -> None:
    """Ask the kernel for a byte of a process; an address that is not there is an answer too."""
    here = ctypes.create_string_buffer(1)
    ours = struct.pack("PN", ctypes.addressof(here), 1)
    try:
        call("process_vm_readv", pid, ours, 1, struct.pack("PN", 1 << 20, 1), 1, 0)
    except OSError as error:
        if error.errno != 14:  # noqa: PLR2004 - EFAULT: it was allowed to look
            raise


def signal(pid: int) -> None:
    """Ask whether a signal would arrive."""
    if not pid:
        raise AbsentError
    os.kill(pid, 0)


def connect(path: str) -> None:
    """Connect to a socket in the file system."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)


def append(path: str) -> None:
    """Open for writing, and write nothing."""
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND))


def plant(folder: str) -> None:
    """Make a folder, and remove it again."""
    if not folder:
        raise AbsentError
    path = Path(folder, f"perf-gate-{uuid.uuid4().hex}")
    path.mkdir()
    path.rmdir()


def listing(folder: str) -> None:
    """List a folder."""
    if not folder:
        raise AbsentError
    list(Path(folder).iterdir())


def inherited() -> None:
    """Find a descriptor beyond the standard ones."""
    for each in range(3, 1024):
        try:
            os.fstat(each)
        except OSError:
            continue
        return
    raise OSError("none is open")


def own_environment() -> None:
    """Find a secret in our own environment."""
    if not any(SECRET.search(name) for name in os.environ):
        raise OSError("there is none")


def become_another() -> None:
    """Become another user: root, or as root anybody."""
    os.setuid(0 if os.getuid() else 65534)


def attacks(at: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Name all attacks; the last one cannot be taken back."""
    supervisor, other = at["supervisor"], at["other_folder"]
    return {
        "a secret in its own environment": own_environment,
        "an inherited descriptor": inherited,
        "environment of perf-gate": lambda: read(f"/proc/{supervisor}/environ"),
        "environment of process 1": lambda: read("/proc/1/environ"),
        "memory of perf-gate": lambda: memory(supervisor),
        "memory of process 1": lambda: memory(1),
        "memory of perf-gate, copied": lambda: copy_memory(supervisor),
        "descriptors of perf-gate": lambda: listing(f"/proc/{supervisor}/fd"),
        "descriptors of process 1": lambda: listing("/proc/1/fd"),
        "a descriptor of perf-gate, taken": lambda: call(
            "pidfd_getfd", call("pidfd_open", supervisor, 0), 1, 0
        ),
        "output of perf-gate": lambda: append(f"/proc/{supervisor}/fd/1"),
        "tracing perf-gate": lambda: trace(supervisor),
        "a signal to perf-gate": lambda: signal(supervisor),
        "a signal to process 1": lambda: signal(1),
        "a signal to the other side": lambda: signal(at["other_process"]),
        "the Docker socket": lambda: any_of(connect, at["docker"]),
        "the runner's file commands": lambda: any_of(append, at["commands"]),
        "the checkout's credentials": lambda: any_of(read, at["credentials"]),
        "the event": lambda: read(at["event"]),
        "the workspace": lambda: plant(at["workspace"]),
        "files of the other side, read": lambda: listing(other),
        "files of the other side, changed": lambda: plant(other),
        "the network, by TCP": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "the network, by UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "another user": become_another,
    }


def outcome(attack: Callable[[], object]) -> str:
    """Make one attack; say what came of it."""
    try:
        attack()
    except (AbsentError, FileNotFoundError):
        return "absent"
    except (OSError, ValueError) as error:
        return str(error)
    return "open"


if __name__ == "__main__":
    told = {name: outcome(attack) for name, attack in attacks(json.loads(sys.argv[1])).items()}
    print(json.dumps(told))  # noqa: T201 - this is how it answers
