"""The table that puts the peers' rules beside ours, on the same recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gate.model import Outcome
from study.peers.rules import PEERS, Peer, Process
from study.peers.views import View, seen, start
from study.record.recording import read
from study.record.stress import QUIET, STRESS
from study.replay.crew import Trial, trials
from study.replay.pool import Pool
from study.replay.run import Part
from study.replay.suites import ROWS, suite
from study.replay.tables import recordings
from study.settings import Settings, head, line, say

RUNS = 1000
OURS = 400
"""Replays of ours without a change, and half as many with one."""
PERCENT = 5


@dataclass(slots=True)
class Count:
    """What a rule did in many runs."""

    runs: int = 0
    alarmed: int = 0
    """Runs without a change in which any benchmark alarmed."""
    rows: int = 0
    blamed: int = 0
    """Benchmarks without a change that alarmed."""
    found: int = 0
    """Benchmarks that alarmed when head took 5 % longer."""

    @property
    def cells(self) -> tuple[str, ...]:
        """For the table."""
        if not self.runs:
            return ("recordings too short", "", "", "")
        rows = max(self.rows, 1)
        return (
            str(self.runs),
            f"{self.alarmed / self.runs:.1%}",
            f"{self.blamed / rows:.2%}",
            f"{self.found / rows:.1%}",
        )


def peers(settings: Settings) -> Iterator[str]:
    """Yield the tables, of each condition that there are recordings of."""
    for condition in (QUIET, STRESS):
        paths = recordings(settings, "base", condition)
        if not paths:
            say(f"no recordings under {condition}")
            continue
        pools = [Pool(read(path)) for path in paths]
        rows = min(ROWS, sum(len(pool.benchmarks) for pool in pools))
        yield f"\nRules on the same recordings, {condition}, {rows} benchmarks a run\n"
        yield head("rule", "measured", "runs", "any false alarm", "a row", f"+{PERCENT} % found")
        for view in View:
            for peer in PEERS:
                yield line(peer.name, view, *count(pools, peer, view, RUNS).cells)
        yield line("perf-gate, proof off", "interleaved", *_ours(paths))


def count(pools: Sequence[Pool], peer: Peer, view: View, runs: int) -> Count:
    """Return what a peer's rule does in ``runs`` runs, drawn by lot."""
    rng = Random(f"{peer.name} {view}")  # noqa: S311 - chance to be repeated, no secrets
    total = Count()
    for _ in range(runs):
        starts = {id(pool): start(pool, peer, view, rng) for pool in pools}
        usable = [pool for pool in pools if starts[id(pool)] is not None]
        if not usable:
            break
        _add(total, peer, _measured(suite(usable, rng), starts, peer, view))
    return total


def _measured(
    parts: Sequence[Part], starts: dict[int, int | None], peer: Peer, view: View
) -> Iterator[tuple[list[Process], list[Process]]]:
    for part in parts:
        found = seen(part.pool, part.row.name, peer, view, starts[id(part.pool)] or 0)
        if found is not None:
            yield found


def _add(total: Count, peer: Peer, rows: Iterator[tuple[list[Process], list[Process]]]) -> None:
    alarms = 0
    for base, after in rows:
        slower = [[one * (1 + PERCENT / 100) for one in process] for process in after]
        total.rows += 1
        total.found += peer.alarm(base, slower)
        alarms += peer.alarm(base, after)
    total.runs += 1
    total.blamed += alarms
    total.alarmed += alarms > 0


def _ours(paths: Sequence[Path]) -> tuple[str, ...]:
    with closing(trials(paths, 0, OURS)) as still:
        quiet = list(still)
    with closing(trials(paths, PERCENT, OURS // 2)) as planted:
        slowed = [fate.outcome for trial in planted for fate in trial.fates if fate.slowed]
    failed = sum(trial.ended.failed for trial in quiet)
    found = sum(outcome is Outcome.REGRESSED for outcome in slowed)
    return (
        str(len(quiet)),
        f"{failed / len(quiet):.1%}",
        f"{_blamed(quiet):.2%}",
        f"{found / max(len(slowed), 1):.1%}",
    )


def _blamed(quiet: Sequence[Trial]) -> float:
    fates = [fate for trial in quiet for fate in trial.fates]
    return sum(fate.outcome is Outcome.REGRESSED for fate in fates) / max(len(fates), 1)
