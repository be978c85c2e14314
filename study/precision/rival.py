"""Real runs of pytest-benchmark, one suite after the other, as most people compare."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.errors import MeasureError
from gate.measure.guests import Seat
from gate.model import Side
from study.record.stress import under
from study.record.target import laid_out
from study.settings import Settings, say

RUNS = 12
LONGEST_S = 600.0
STATISTICS = ("mean", "min")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One run of a library's suite under pytest-benchmark."""

    seconds: float
    """Of the whole call."""
    rows: dict[str, dict[str, float]]
    """Seconds a call, by benchmark and statistic."""


def suites(library: str, condition: str, settings: Settings) -> list[Suite]:
    """Return the runs of a library, after taking those that are missing, as far as time allows."""
    path = settings.recordings / f"pytest-benchmark-{library}-{condition}.jsonl"
    found = _kept(path)
    if len(found) >= RUNS or settings.left_s() <= 0:
        return found
    path.parent.mkdir(parents=True, exist_ok=True)
    with laid_out(settings.repositories / library, "base") as target:
        seat = target.catalogue.seats[Side.BASE]
        _install(seat)
        with under(condition):
            while len(found) < RUNS and settings.left_s() > 0:
                found.append(_run(seat, target.catalogue.paths, path))
                say(f"pytest-benchmark {library} {condition}: suite {len(found)} of {RUNS}")
    return found


def _kept(path: Path) -> list[Suite]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Suite(**json.loads(one)) for one in lines if one.endswith("}")]


def _install(seat: Seat) -> None:
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        str(seat.python),
    ]
    subprocess.run([*command, "pytest-benchmark"], check=True)


def _run(seat: Seat, paths: Sequence[str], kept: Path) -> Suite:
    out = seat.log.with_suffix(".benchmark.json")
    options = ["-p", "no:cacheprovider", "--benchmark-enable", f"--benchmark-json={out}", "-q"]
    began = time.monotonic()
    done = subprocess.run(
        [str(seat.python), "-m", "pytest", *paths, *options],
        cwd=seat.tree,
        env=dict(seat.environ),
        check=False,
        capture_output=True,
        timeout=LONGEST_S,
    )
    seconds = time.monotonic() - began
    if done.returncode or not out.exists():
        raise MeasureError(f"pytest-benchmark did not run:\n{done.stdout.decode()[-2000:]}")
    document: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    rows = {
        one["fullname"]: {name: one["stats"][name] for name in STATISTICS}
        for one in document["benchmarks"]
    }
    suite = Suite(seconds=round(seconds, 2), rows=rows)
    with kept.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"seconds": suite.seconds, "rows": rows}) + "\n")
    return suite
