"""What this machine is, as far as it matters for comparing measurements."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import psutil

from gate.model import Machine


def describe(python: str) -> Machine:
    """Describe this machine.

    Args:
        python: The target's interpreter, as implementation and version.

    Returns:
        The machine; ``cores`` and ``memory_bytes`` are what this process may use of it.
    """
    share = quota()
    cores_usable = len(cores())
    return Machine(
        cpu=_cpu(),
        cores=cores_usable if share is None else max(1, min(cores_usable, int(share))),
        memory_bytes=min([psutil.virtual_memory().total, *_memory_limits(Path("/"))]),
        system=" ".join((platform.system(), platform.release(), *platform.libc_ver())).strip(),
        python=python,
    )


def cores() -> tuple[int, ...]:
    """Return the numbers of the cores that this process may run on, ascending, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def quota(root: Path = Path("/")) -> float | None:
    """Return how many cores' worth of time the control groups allow this process.

    Args:
        root: Where ``proc`` and ``sys`` are found.

    Returns:
        Cores, > 0, possibly below 1; None without a limit.
    """
    return min(_quotas(root), default=None)


def _quotas(root: Path) -> Iterator[float]:
    for folder in groups(root, "cpu"):
        limit, _, period = _text(folder / "cpu.max").partition(" ")
        if limit.isdigit() and int(period or 0) > 0:
            yield int(limit) / int(period)
        limit, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
        if limit.isdigit() and int(period or 0) > 0:  # -1: no limit
            yield int(limit) / int(period)


def _memory_limits(root: Path) -> Iterator[int]:
    for folder in groups(root, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            if (limit := _text(folder / name)).isdigit():
                yield int(limit)


def groups(root: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of this process's control groups, from its own up to the mount's top.

    In a container the path in ``/proc/self/cgroup`` may lie outside of what is mounted; then
    only the top exists, which is the container's own group.
    """
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, names, path = line.split(":", 2)
        if number == "0" or controller in names.split(","):
            mount = root / "sys/fs/cgroup" / ("" if number == "0" else controller)
            inside = PurePosixPath(path.lstrip("/"))
            yield from (mount / each for each in (inside, *inside.parents))


def _cpu() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _text(Path("/proc/cpuinfo")), re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
