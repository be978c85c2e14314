"""How much of the machine others had while something was measured: pressure, steal, throttling."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from gate.model import Strain
from gate.system.machine import groups

STEAL = 8
"""Where stolen ticks stand in a line of ``/proc/stat``; what follows is counted twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What the kernel's counters showed at one moment; None where it does not count."""

    moment_s: float
    pressure_s: float | None
    """Seconds for which somebody waited for a processor."""
    memory_s: float | None
    """Seconds for which nobody could go on for want of memory."""
    throttled_s: float | None
    """Seconds for which our own control group was held back."""
    stolen: tuple[int, int] | None
    """Ticks that the hypervisor took, and all ticks."""


def read(root: Path = Path("/")) -> Meter:
    """Read the counters.

    Args:
        root: where ``proc`` and ``sys`` are found.
    """
    return Meter(
        moment_s=time.monotonic(),
        pressure_s=_pressure(root / "proc/pressure/cpu", "some"),
        memory_s=_pressure(root / "proc/pressure/memory", "full"),
        throttled_s=_throttled(root),
        stolen=_stolen(root / "proc/stat"),
    )


def strain(before: Meter, after: Meter) -> Strain:
    """Return the shares of the time between two readings; 0 <= share <= 1, None where unknown."""
    elapsed = max(after.moment_s - before.moment_s, 1e-9)

    def share(one: float | None, other: float | None) -> float | None:
        if one is None or other is None:
            return None
        return min(1.0, max(0.0, (other - one) / elapsed))

    return Strain(
        pressure=share(before.pressure_s, after.pressure_s),
        memory=share(before.memory_s, after.memory_s),
        throttled=share(before.throttled_s, after.throttled_s),
        steal=_steal(before.stolen, after.stolen),
    )


def _steal(before: tuple[int, int] | None, after: tuple[int, int] | None) -> float | None:
    if before is None or after is None or after[1] <= before[1]:
        return None
    return min(1.0, max(0.0, (after[0] - before[0]) / (after[1] - before[1])))


def _pressure(path: Path, line: str) -> float | None:
    """Pressure stall information: ``some avg10=0.00 avg60=0.00 avg300=0.00 total=12345``."""
    found = re.search(rf"^{line} .*total=(\d+)", _text(path), re.MULTILINE)
    return int(found[1]) / 1e6 if found else None


def _throttled(root: Path) -> float | None:
    """The longest that any of our control groups was held back."""
    texts = [_text(folder / "cpu.stat") for folder in groups(root, "cpu")]
    seconds = [
        int(count) * unit
        for text in texts
        for name, unit in (("throttled_usec", 1e-6), ("throttled_time", 1e-9))
        for count in re.findall(rf"{name} (\d+)", text)
    ]
    return max(seconds, default=None)


def _stolen(path: Path) -> tuple[int, int] | None:
    """``cpu user nice system idle iowait irq softirq steal ...``, in ticks."""
    fields = _text(path).partition("\n")[0].split()
    ticks = [int(field) for field in fields[1 : STEAL + 1]]
    return (ticks[-1], sum(ticks)) if len(ticks) == STEAL else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
