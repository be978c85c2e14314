"""What others have of the machine, by the kernel's own counters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.model import Strain
from gate.system.strain import Meter, read, strain

FILES = {
    "proc/pressure/cpu": "some avg10=0.00 avg60=0.12 avg300=3.03 total=3000000\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=9\n",
    "proc/pressure/memory": "some avg10=0 avg60=0 avg300=0 total=9\n"
    "full avg10=0 avg60=0 avg300=0 total=2000000\n",
    "proc/stat": "cpu  10 20 30 40 0 0 0 50 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n",
    "proc/self/cgroup": "0::/a",
    "sys/fs/cgroup/a/cpu.stat": "usage_usec 9\nnr_throttled 9\nthrottled_usec 4000000\n",
}


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_counters_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    meter = read(written(tmp_path, FILES))

    assert replace(meter, moment_s=0.0) == Meter(
        moment_s=0.0, pressure_s=3.0, memory_s=2.0, throttled_s=4.0, stolen=(50, 150)
    )


def test_version_1_of_control_groups_counts_nanoseconds(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "1:cpu,cpuacct:/x",
        "sys/fs/cgroup/cpu/x/cpu.stat": "nr_throttled 9\nthrottled_time 5000000000\n",
    }
    assert read(written(tmp_path, files)).throttled_s == pytest.approx(5.0)


@pytest.mark.parametrize("text", ["", "cpu", "cpu 1 2 3", "nonsense"])
def test_what_the_kernel_does_not_count_is_unknown(tmp_path: Path, text: str) -> None:
    meter = read(written(tmp_path, dict.fromkeys(FILES, text) | {"proc/self/cgroup": "0::/a"}))

    assert strain(meter, replace(meter, moment_s=meter.moment_s + 1)) == Strain()


def test_shares_are_those_of_the_time_between_two_readings() -> None:
    before = Meter(moment_s=1.0, pressure_s=0.0, memory_s=0.0, throttled_s=1.0, stolen=(0, 100))
    after = Meter(moment_s=5.0, pressure_s=1.0, memory_s=9.0, throttled_s=3.0, stolen=(30, 200))

    assert strain(before, after) == Strain(pressure=0.25, memory=1.0, throttled=0.5, steal=0.3)


def test_this_machine_can_be_read() -> None:
    meter = read()
    assert strain(meter, read()).steal in {None, 0.0} or meter.stolen is not None
