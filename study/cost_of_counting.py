"""Times functions bare, with their control flow counted, and with every instruction counted."""

from __future__ import annotations

import ast
import difflib
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from types import CodeType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gate.guest.census.monitor import MONITORING, Monitor, Places  # noqa: E402

WORDS = "the quick brown fox jumps over the lazy dog and does so again and again " * 40
TREE = ast.parse(Path(difflib.__file__).read_text(encoding="utf-8"))
REPEATS = 5
OTHER_TOOL = 3
"""A tool number that the monitor does not use."""


def loop() -> None:
    """Little but branches."""
    total = 0
    for number in range(20_000):
        if number % 3 == 0:
            total += number
        elif number % 5 == 0:
            total -= 1


def wrap() -> None:
    """Python and C in turns."""
    textwrap.wrap(WORDS)


def unparse() -> None:
    """Many short functions."""
    ast.unparse(TREE)


def ratio() -> None:
    """Loops over dictionaries."""
    difflib.SequenceMatcher(None, WORDS[:1200], WORDS[7:1207]).ratio()


@contextmanager
def instructions() -> Iterator[None]:
    """Count one for each instruction of each function, and nothing else."""
    counts: defaultdict[int, int] = defaultdict(int)

    def count(code: CodeType, _offset: int) -> None:
        counts[id(code)] += 1

    MONITORING.use_tool_id(OTHER_TOOL, "instructions")
    MONITORING.register_callback(OTHER_TOOL, MONITORING.events.INSTRUCTION, count)
    MONITORING.set_events(OTHER_TOOL, MONITORING.events.INSTRUCTION)
    yield
    MONITORING.set_events(OTHER_TOOL, 0)
    MONITORING.free_tool_id(OTHER_TOOL)


@contextmanager
def control_flow() -> Iterator[None]:
    """Count as the proof does; once a process, since a monitor leaves its traces in code."""
    monitor = Monitor(Places(str(ROOT / "docs"), []))
    monitor.start()
    yield
    monitor.stop()


def seconds(work: Callable[[], None]) -> float:
    """The least CPU time of some calls."""
    found = []
    for _ in range(REPEATS):
        before = process_time()
        work()
        found.append(process_time() - before)
    return min(found)


def main() -> None:
    """Print one row a function."""
    bare = [seconds(work) for work in WORK]
    with instructions():
        every = [seconds(work) for work in WORK]
    with control_flow():
        flow = [seconds(work) for work in WORK]
    out = sys.stdout.write
    out(f"CPython {sys.version.split()[0]}: times the bare function\n")
    for work, one, a_flow, an_every in zip(WORK, bare, flow, every, strict=True):
        out(
            f"{work.__name__:8} control flow {a_flow / one:5.1f}"
            f"   every instruction {an_every / one:6.1f}\n"
        )


WORK = (loop, wrap, unparse, ratio)

if __name__ == "__main__":
    main()
