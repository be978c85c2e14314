"""The tables of the replays: false failures without a change, and what is found of planted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from gate.model import Outcome
from study.chance import at_most
from study.record.recording import SUFFIX, read
from study.record.stress import QUIET, STRESS
from study.replay.crew import Trial, trials
from study.replay.edited import edited
from study.replay.suites import ROWS, SLOWED
from study.settings import Settings, head, line, say

PERCENT = (2, 3, 5)
EDGES = (0.0, 0.005, 0.01, 0.02, 1.0)
"""Between the bins of pair sd."""
POWER_SHARE = 5
"""Of the replays without a change, one in so many is taken of each planted slowdown."""


@dataclass(slots=True)
class Tally:
    """Many replays added up."""

    runs: int = 0
    failed: int = 0
    worn: int = 0
    """Of those that failed: pairs were drawn twice, which only a longer recording can mend."""
    blind: int = 0
    pairs: int = 0
    seconds: float = 0.0
    still: Counter[Outcome] = field(default_factory=Counter)
    """How benchmarks without a change ended."""
    slowed: dict[int, Counter[Outcome]] = field(default_factory=dict)
    """How slowed ones ended, by bin of pair sd."""

    def add(self, trial: Trial) -> None:
        """Add one replay."""
        self.runs += 1
        self.failed += trial.ended.failed
        self.worn += trial.ended.failed and trial.ended.again > 0
        self.blind += trial.ended.blind
        self.pairs += trial.ended.pairs
        self.seconds += trial.ended.seconds
        for fate in trial.fates:
            into = self.slowed.setdefault(_bin(fate.sd), Counter()) if fate.slowed else self.still
            into[fate.outcome] += 1


def replays(settings: Settings) -> Iterator[str]:
    """Yield the tables, of each condition that there are recordings of."""
    for condition in (QUIET, STRESS):
        paths = recordings(settings, "base", condition)
        if not paths:
            say(f"no recordings under {condition}")
            continue
        yield f"\nReplays, {condition}: suites of up to {ROWS} benchmarks of {_libraries(paths)}\n"
        yield from _without_a_change(paths, settings)
        yield from _planted(paths, settings)
        yield from edited(recordings(settings, "slow", condition))


def recordings(settings: Settings, head_tag: str, condition: str) -> list[Path]:
    """Return the recordings of a change under a condition, of the libraries that are wanted."""
    found = sorted(settings.recordings.glob(f"*-{head_tag}-{condition}{SUFFIX}"))
    return [path for path in found if settings.wanted(read(path).facts.library)]


def _libraries(paths: Sequence[Path]) -> str:
    facts = [read(path).facts for path in paths]
    named = ", ".join(f"{one.library} ({one.walks} pairs)" for one in facts)
    return f"{named}; {facts[0].python} on {facts[0].machine}"


def _without_a_change(paths: Sequence[Path], settings: Settings) -> Iterator[str]:
    tally = _tally(paths, 0, settings.runs, settings)
    rows = max(tally.still.total(), 1)
    runs = max(tally.runs, 1)
    yield head(
        "runs without a change", "failed", "of these worn out", "at most (95 %)", "blind",
        "rows inconclusive", "rows improved", "pairs a row", "minutes a run",
    )  # fmt: skip
    yield line(
        tally.runs,
        tally.failed,
        tally.worn,
        f"{at_most(tally.failed, tally.runs):.3%}",
        f"{tally.blind / runs:.2%}",
        f"{tally.still[Outcome.INCONCLUSIVE] / rows:.2%}",
        f"{tally.still[Outcome.IMPROVED] / rows:.3%}",
        f"{tally.pairs / rows:.1f}",
        f"{tally.seconds / runs / 60:.2f}",
    )


def _planted(paths: Sequence[Path], settings: Settings) -> Iterator[str]:
    yield f"\n{SLOWED} rows of each suite slowed numerically: found / missed / inconclusive\n"
    found = {percent: _power(paths, percent, settings) for percent in PERCENT}
    yield head("pair sd", "rows", *(f"+{percent} %" for percent in PERCENT))
    for index, (low, high) in enumerate(pairwise(EDGES)):
        counts = [tally.slowed.get(index, Counter()) for tally in found.values()]
        if any(counts):
            yield line(
                f"{low:.1%} to {high:.1%}" if high < 1 else f"above {low:.1%}",
                sum(count.total() for count in counts),
                *(_shares(count) for count in counts),
            )
    still = sum((tally.still for tally in found.values()), Counter())
    yield f"\nOf {still.total()} rows beside them {still[Outcome.REGRESSED]} were blamed.\n"


def _power(paths: Sequence[Path], percent: float, settings: Settings) -> Tally:
    return _tally(paths, percent, max(settings.runs // POWER_SHARE, 1), settings)


def _shares(count: Counter[Outcome]) -> str:
    if not count.total():
        return "none"
    found, missed = count[Outcome.REGRESSED], count[Outcome.UNCHANGED] + count[Outcome.IMPROVED]
    rest = count.total() - found - missed
    return " / ".join(f"{100 * one / count.total():.1f}" for one in (found, missed, rest)) + " %"


def _tally(paths: Sequence[Path], percent: float, runs: int, settings: Settings) -> Tally:
    """Add up as many replays as there is time for."""
    tally = Tally()
    with closing(trials(paths, percent, runs)) as coming:
        for trial in _in_time(coming, settings):
            tally.add(trial)
            if not tally.runs % 1000:
                say(f"replay {tally.runs} of {runs}, +{percent} %: {tally.failed} failed")
    return tally


def _in_time(coming: Iterable[Trial], settings: Settings) -> Iterator[Trial]:
    for trial in coming:
        yield trial
        if settings.left_s() <= 0:
            return


def _bin(sd: float) -> int:
    return sum(sd > edge for edge in EDGES[1:])
