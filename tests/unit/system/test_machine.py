from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from gate.system import machine


def test_the_description_fits_this_process() -> None:
    found = machine.describe("CPython 3.13.0")
    assert found.python == "CPython 3.13.0"
    assert found.cpu
    assert 1 <= found.cores <= len(machine.cores())
    assert 0 < found.memory_bytes <= psutil.virtual_memory().total
    assert found.system.startswith(os.uname().sysname)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs affinity")
def test_cores_follow_the_affinity() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {max(before)})
        assert machine.cores() == (max(before),)
    finally:
        os.sched_setaffinity(0, before)


V2 = "sys/fs/cgroup"
V1 = "sys/fs/cgroup/cpu"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, None, id="no control groups"),
        pytest.param({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "max 100000"}, None, id="max"),
        pytest.param(
            {"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "150000 100000"}, 1.5, id="container"
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/a/b",
                f"{V2}/a/cpu.max": "50000 100000",
                f"{V2}/a/b/cpu.max": "max 100000",
            },
            0.5,
            id="a limit further up holds too",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "8:memory:/m\n1:cpu,cpuacct:/x",
                f"{V1}/x/cpu.cfs_quota_us": "200000",
                f"{V1}/x/cpu.cfs_period_us": "100000",
            },
            2.0,
            id="version 1",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "1:cpu:/docker/abc",
                f"{V1}/cpu.cfs_quota_us": "-1",
                f"{V1}/cpu.cfs_period_us": "100000",
            },
            None,
            id="version 1 without limit, path of the host",
        ),
    ],
)
def test_quota_is_the_tightest_of_all_groups(
    tmp_path: Path, files: dict[str, str], expected: float | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    assert machine.quota(tmp_path) == expected


@pytest.mark.skipif(len(machine.cores()) < 2, reason="needs two cores")
@pytest.mark.parametrize(("told", "apart"), [("{0}", 2), ("{0},{1}", 1), ("{0}-{1}", 1), ("", 2)])
def test_threads_of_one_core_are_not_apart(tmp_path: Path, told: str, apart: int) -> None:
    first, second = sorted(machine.cores())[:2]
    before = os.sched_getaffinity(0)
    for number in (first, second):
        folder = tmp_path / f"sys/devices/system/cpu/cpu{number}/topology"
        folder.mkdir(parents=True)
        span = (number, number) if apart == 2 else (first, second)
        (folder / "thread_siblings_list").write_text(told.format(*span))
    try:
        os.sched_setaffinity(0, {first, second})
        assert machine.apart(tmp_path) == apart
        assert machine.cores(tmp_path) == (first, second)
    finally:
        os.sched_setaffinity(0, before)
