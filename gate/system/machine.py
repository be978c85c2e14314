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
    cores_usable = len(_usable())
    return Machine(
        cpu=_cpu(),
        cores=cores_usable if share is None else max(1, min(cores_usable, int(share))),
        memory_bytes=min([psutil.virtual_memory().total, *_memory_limits(Path("/"))]),
        system=" ".join((platform.system(), platform.release(), *platform.libc_ver())).strip(),
        python=python,
    )


def cores(root: Path = Path("/")) -> tuple[int, ...]:
    """Return the numbers of the cores that this process may run on, at least one.

    Where two of them are threads of one physical core, all first threads come before the second
    ones, so that neighbours in the list share as little as can be.
    """
    return tuple(
        sorted(_usable(), key=lambda number: (_siblings(number, root).index(number), number))
    )


def apart(root: Path = Path("/")) -> int:
    """Return how many cores this process can keep busy without two sharing a physical one."""
    physical = len({_siblings(number, root) for number in _usable()})
    share = quota(root)
    return physical if share is None else max(1, min(physical, int(share)))


def _usable() -> tuple[int, ...]:
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def _siblings(number: int, root: Path) -> tuple[int, ...]:
    """The usable threads of a core's physical core, itself included."""
    told = _text(root / f"sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
    spans = (part.partition("-") for part in told.strip().split(",") if part)
    named = {n for low, _, high in spans for n in range(int(low), int(high or low) + 1)}
    return tuple(one for one in _usable() if one in named | {number})


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
