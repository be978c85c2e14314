"""What isolation costs: the same work confined and bare, in turns, as ratios within one run.

    python -m study.isolation [--seconds 60] [--python PATH]

Pairs of processes, one of them confined, do some work; slices of about 5 ms alternate
(confined, bare, bare, confined, ...), and each process tells its own processor time. A pair's ratio
is the trimmed mean of the log ratios of neighbours; a row is the median of its pairs, with the
lowest and the highest. Starting is processor time, too.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from gate.isolation import Part, Policy, Role, answering, confine, furnish, probe_level
from gate.model import Side
from gate.stats.robust import trimmed_mean

WORK = {
    "arithmetic": "sum(range(2000))",
    "open, read, close": "file = open(path, 'rb'); file.read(); file.close()",
    "open in a deep folder": "open(deep, 'rb').close()",
    "stat": "os.stat(path)",
    "a system call": "os.getppid()",
    "a pair of sockets": "a, b = socket.socketpair(); a.close(); b.close()",
    "a thread": "t = threading.Thread(target=int); t.start(); t.join()",
}
WORKER = """
import os, socket, sys, threading, time
home = os.environ["HOME"]
path, deep = home + "/file", home + "/a" * 12 + "/file"
os.makedirs(os.path.dirname(deep), exist_ok=True)
for each in (path, deep):
    open(each, "wb").close()
def work(loops):
    for _ in range(loops):
        {statement}
loops = 1
for line in sys.stdin:
    loops = int(line)
    began = time.process_time()
    work(loops)
    print(time.process_time() - began, flush=True)
"""
SLICE_S = 0.005
STARTS = 20
PAIRS = 5
ONE_IN = 5


@contextlib.contextmanager
def worker(policy: Policy, python: Path, home: Path, statement: str) -> Iterator[Worker]:
    """Start a process that does some work whenever it is told to."""
    source = WORKER.format(statement=statement)
    args = [str(python), "-I", "-S", "-u", "-c", source]
    launch = confine(policy, args, env={}, side=Side.HEAD, role=Role.MEASURE, home=home)
    with subprocess.Popen(
        launch.args,
        env=launch.env,
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Worker(process)
        finally:
            process.kill()


class Worker:
    """The end of the line to a process that works."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def slice(self, loops: int) -> float:
        """Have it work; return its processor time in seconds, > 0."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process has no pipes")
        self._process.stdin.write(f"{loops}\n")
        self._process.stdin.flush()
        return max(1e-9, float(self._process.stdout.readline()))


def ratio(confined: Worker, bare: Worker, seconds: float) -> float:
    """Alternate slices for some seconds; return the log ratio."""
    loops = 1
    while bare.slice(loops) < SLICE_S / 2:
        loops *= 2
    confined.slice(loops)
    found: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(found) < len(WORK):
        for first, second in ((confined, bare), (bare, confined)):
            one, other = first.slice(loops), second.slice(loops)
            found.append(math.log(one / other) * (1 if first is confined else -1))
    return trimmed_mean(found, ONE_IN)


def starting(policy: Policy, python: Path, home: Path) -> float:
    """Processor seconds of an interpreter that does nothing, from start to end."""
    args, role = answering(python), Role.MEASURE
    launch = confine(policy, args, env={}, side=Side.HEAD, role=role, home=home)
    taken = []
    for _ in range(STARTS):
        before = os.times()
        subprocess.run(launch.args, env=launch.env, cwd="/", check=True)
        after = os.times()
        taken.append(after.children_user + after.children_system)
        taken[-1] -= before.children_user + before.children_system
    return sum(taken) / STARTS


def rows(policy: Policy, python: Path, seconds: float) -> Iterator[str]:
    """Measure all; yield the lines of a table."""
    kinds = {
        "all": policy,
        "files": replace(policy, parts=policy.parts & {Part.PRIVILEGES, Part.FILES}),
        "calls": replace(policy, parts=policy.parts & {Part.PRIVILEGES, Part.CALLS}),
    }
    yield "| work | parts | confined / bare | lowest to highest pair |"
    yield "|---|---|---|---|"
    share = seconds / (len(WORK) * len(kinds) * PAIRS)
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o711)
        furnish(Policy(), Side.HEAD, top / "bare")
        for kind, under in kinds.items():
            furnish(under, Side.HEAD, top / kind)
        for what, statement in WORK.items():
            for kind, under in kinds.items():
                found = []
                for _ in range(PAIRS):
                    with (
                        worker(under, python, top / kind, statement) as one,
                        worker(Policy(), python, top / "bare", statement) as other,
                    ):
                        found.append(math.exp(ratio(one, other, share)))
                low, middle, high = min(found), median(found), max(found)
                yield f"| {what} | {kind} | {middle:.3f} | {low:.3f} to {high:.3f} |"
        ours = starting(policy, python, top / "all") * 1e3
        theirs = starting(Policy(), python, top / "bare") * 1e3
        yield f"\nStarting an interpreter takes {ours:.0f} ms confined, {theirs:.0f} ms bare."


def main() -> int:
    """Print the table; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all rows together")
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    arguments = parser.parse_args()
    policy = probe_level([answering(arguments.python)])
    print(f"Level {policy.level}, Landlock {policy.landlock}. {' '.join(policy.missing)}\n")
    for line in rows(policy, arguments.python, arguments.seconds):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
