"""What can be read at a moment: the clocks, the memory and the blocks that a span looks at."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_STATM = "/proc/self/statm"


def resident_bytes() -> int:
    """Return the resident memory of this process in bytes, in steps of a page.

    Raises:
        OSError: where there is no ``/proc``; pass another gauge there, for example psutil's.
    """
    # Half the cost of Path.read_bytes, and a profiler does this twice a span.
    descriptor = os.open(_STATM, os.O_RDONLY)
    try:
        pages = os.read(descriptor, 128).split()[1]
    finally:
        os.close(descriptor)
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _resident_where_known() -> Callable[[], int] | None:
    return resident_bytes if Path(_STATM).exists() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """Where a profiler reads; None leaves the figure out of every span."""

    wall: Callable[[], float] = time.perf_counter
    """Elapsed seconds since any moment."""
    cpu: Callable[[], float] = time.thread_time
    """CPU seconds of the calling thread."""
    resident: Callable[[], int] | None = field(default_factory=_resident_where_known)
    """Resident bytes of the process; default: ``/proc``, None where there is none."""
    allocated: Callable[[], int] | None = None
    """Allocations held, in any unit: ``sys.getallocatedblocks`` (blocks of the interpreter's own
    allocator, cheap) or ``lambda: tracemalloc.get_traced_memory()[0]`` (bytes, slow). Both tell
    what is *held*: what is freed before a span ends does not show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All gauges at one moment."""

    wall: float
    cpu: float
    resident: int | None
    allocated: int | None


def read_first(gauges: Gauges) -> Reading:
    """Return the readings at the start of a span: the clocks come last, nearest to the code."""
    resident = gauges.resident() if gauges.resident else None
    allocated = gauges.allocated() if gauges.allocated else None
    cpu = gauges.cpu()
    return Reading(wall=gauges.wall(), cpu=cpu, resident=resident, allocated=allocated)


def read_last(gauges: Gauges) -> Reading:
    """Return the readings at the end of a span: the clocks come first, nearest to the code."""
    wall = gauges.wall()
    cpu = gauges.cpu()
    allocated = gauges.allocated() if gauges.allocated else None
    resident = gauges.resident() if gauges.resident else None
    return Reading(wall=wall, cpu=cpu, resident=resident, allocated=allocated)
