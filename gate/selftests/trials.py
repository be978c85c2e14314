"""One change after the other of which the outcome is known, and what the gate says of it."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gate.errors import GateError, MeasureError
from gate.job import Job
from gate.measure.planning.rhythm import pair_seconds, rhythm
from gate.model import Finding, Result
from gate.proof.survey import Reach
from gate.report.files import make_folder
from gate.selftests.kinds import Dose, Kind, Price, dose, price_all
from gate.selftests.lab import BUDGET_S, Lab, Place, open_lab
from gate.selftests.sight import Planting, Trial, green, own_rows, red
from gate.selftests.spots import Candidate, candidates, ranked
from gate.system.folders import Workspace
from gate.system.progress import Progress

USUAL = tuple(
    Planting(kind=kind, share=share)
    for kind, share in (
        (Kind.LOOP, 0.10),
        (Kind.CALL, 0.05),
        (Kind.LOOP, 0.03),
        (Kind.MEMORY, 0.10),
        (Kind.SLEEP, 0.25),
    )
)
"""What is planted where nobody asks for more."""
WAITS = (0.25, 0.5)
"""Sizes of waits; see `gate.selftests.sight.MUST_BE_FOUND`."""
WORKS = (0.10, 0.05, 0.03)
PROBE, JUMPS = 0.5, 8
"""What the probe plants, as a share of the time, if control goes to so many places in each call of
the function; with ten times as many it is still felt, and with one it does not take for ever."""
FELT = 0.05
"""A row that the probe slowed by less (a log ratio) hardly calls the function while it is timed."""
TRIES = 5
PAIRS = 15
"""As many as a screening and a confirmation take."""
MOST_BUDGET_S = 180.0
OTHERS = 2
"""Rows that the function does not reach, and that are measured beside those that it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where it is planted, and what the rows feel of it."""

    place: Place
    calls: Mapping[str, float]
    """By the name of the row: how often a call of it calls the function."""
    base_s: Mapping[str, float]
    """Seconds of a call of each of these rows."""
    reached: frozenset[str]
    """All rows that may call it at some time."""
    others: tuple[str, ...]

    def wanted_s(self, share: float) -> float:
        """Seconds for each call of the function: the row that feels it least slows by ``share``."""
        return max(share * self.base_s[name] / calls for name, calls in self.calls.items())

    def sizes(self, seconds: float) -> Mapping[str, float]:
        """What so many seconds for each call of the function do to each row, as log ratios."""
        return {
            name: math.log1p(calls * seconds / self.base_s[name])
            for name, calls in self.calls.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was tried."""

    spot: Spot
    rows: int
    """How many benchmarks the target has that can be measured."""
    trials: tuple[Trial, ...]


def plantings(kinds: Iterable[Kind]) -> tuple[Planting, ...]:
    """Return all sizes of these kinds."""
    return tuple(
        Planting(kind=kind, share=share)
        for kind in kinds
        for share in (WAITS if kind is Kind.SLEEP else WORKS)
    )


def selftest(
    job: Job, wanted: Sequence[Planting], progress: Progress, say: Callable[[Trial], None]
) -> Report:
    """Try changes of which the outcome is known, one after the other.

    Args:
        job: head is what is copied; ``out`` gets a folder for each trial; the budget is that
            of each run.
        wanted: what is planted, at least one.
        progress: is told what goes on.
        say: is given each trial when it is over.

    Raises:
        UsageError: as :func:`gate.main.check` does.
        InstallError: if the target could not be installed.
        MeasureError: if no benchmark could be measured, or none reaches a plain function.
        Interrupted: if a signal arrived; nothing was written.
        GateError: if the reports cannot be written.
    """
    stages = _Stages(progress, total=len(wanted) + 4)
    with Workspace() as folder:
        lab = open_lab(replace(job, out=folder / "reports"), folder)
        reached = lab.reach(stages.next("what is reached"))
        stage = stages.next("nothing, proof off")
        untouched = lab.run("nothing-unproved", stage, proof=False)
        trials = [_told(say, green("nothing, proof off", untouched))]
        result = lab.run("nothing", stages.next("nothing, proof on"))
        trials.append(_told(say, green("nothing, proof on", result)))
        prices = price_all(untouched.machine.python, folder)
        spot = _spot(lab, reached, untouched, prices, stages.next("how much is enough"))
        trials += [_told(say, one) for one in _planted(lab, spot, wanted, prices, stages)]
        _keep(lab.job.out, job.out)
    return Report(spot=spot, rows=len(own_rows(untouched)), trials=tuple(trials))


def _keep(reports: Path, out: Path) -> None:
    """Only at the end, so that an interrupted selftest leaves nothing behind."""
    try:
        make_folder(out)
        shutil.copytree(reports, out, dirs_exist_ok=True)
    except OSError as error:
        raise GateError(
            f"the reports could not be written below {out}: {error.strerror or error}",
            hint="Choose a folder with room that can be written, with --out.",
        ) from error


def _told(say: Callable[[Trial], None], trial: Trial) -> Trial:
    say(trial)
    return trial


def _planted(
    lab: Lab,
    spot: Spot,
    wanted: Sequence[Planting],
    prices: Mapping[Kind, Sequence[Price]],
    stages: _Stages,
) -> Iterator[Trial]:
    """The first without the proof, so that rows which must not be blamed are measured once."""
    for index, planting in enumerate(wanted):
        proof = index > 0
        what = str(planting) if proof else f"{planting}, proof off"
        planned = dose(prices[planting.kind], spot.wanted_s(planting.share))
        result = lab.run(
            f"{planting.kind}-{100 * planting.share:.0f}",
            stages.next(what),
            head=lab.planted(spot.place, planned.statement),
            only=(*spot.reached, *spot.others),
            proof=proof,
            budget_s=_budget_s(spot.base_s.values()),
        )
        yield red(what, planting, spot.sizes(planned.seconds), spot.reached, result)


def _spot(
    lab: Lab,
    reached: Reach,
    untouched: Result,
    prices: Mapping[Kind, Sequence[Price]],
    stage: Progress,
) -> Spot:
    """Try the most promising functions until one slows a row that calls it while it is timed."""
    # Of rows that could not be counted it is not known what they reach: they are left out.
    rows = {name: row for name, row in own_rows(untouched).items() if row.base and name in reached}
    best = ranked(candidates(lab, reached), rows)[:TRIES]
    for number, candidate in enumerate(best, 1):
        name = f"probe-{number}"
        with suppress(MeasureError):  # there are functions that break when they become slow
            spot = _probed(lab, candidate, rows, prices[Kind.LOOP], name=name, stage=stage)
            if spot is not None:
                return spot
    raise MeasureError(
        "what was planted slowed no benchmark: functions that benchmarks reach are called before "
        "they are timed, or once",
        hint="try another repository, or a benchmark that calls a function each time",
    )


def _probed(
    lab: Lab,
    candidate: Candidate,
    rows: Mapping[str, Finding],
    prices: Sequence[Price],
    *,
    name: str,
    stage: Progress,
) -> Spot | None:
    """Plant a large slowdown, and see from it how often each row calls the function."""
    known = {one: row.base for one in candidate.counts if (row := rows.get(one)) and row.base}
    wanted_s = min(PROBE * s / max(1.0, candidate.most_calls(n) / JUMPS) for n, s in known.items())
    planned = dose(prices, wanted_s)
    result = lab.run(
        name,
        stage,
        head=lab.planted(candidate.place, planned.statement),
        only=known,
        proof=False,
        budget_s=_budget_s(known.values()),
    )
    felt = {n: row for n, row in own_rows(result).items() if row.change and row.change.low > FELT}
    if not felt:
        return None
    reached = frozenset(candidate.counts)
    others = sorted((n for n in rows if n not in reached), key=lambda n: rows[n].base or 0.0)
    return Spot(
        place=candidate.place,
        calls={n: _calls(row, planned, known[n]) for n, row in felt.items()},
        base_s={n: known[n] for n in felt},
        reached=reached,
        others=tuple(others[:OTHERS]),
    )


def _budget_s(base_s: Iterable[float]) -> float:
    """Time enough to confirm these rows, which may take long, among the others."""
    pair_s = sum(pair_seconds(rhythm(call_s=one, limit=None)) for one in base_s)
    return min(MOST_BUDGET_S, BUDGET_S + PAIRS * pair_s)


def _calls(row: Finding, planned: Dose, base_s: float) -> float:
    slower = math.expm1(row.change.point) if row.change else 0.0
    return slower * base_s / planned.seconds


class _Stages:
    """Counts the stages of a selftest, in front of what each run says of its phases."""

    def __init__(self, progress: Progress, *, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def next(self, name: str) -> Progress:
        """What the next stage tells its progress."""
        self._done += 1
        return _Stage(self._progress, f"{self._done}/{self._total} {name}")


@dataclass(frozen=True, slots=True)
class _Stage:
    progress: Progress
    title: str

    def phase(self, name: str) -> None:
        self.progress.phase(f"{self.title}: {name}")

    def step(self, done: int, total: int, text: str) -> None:
        self.progress.step(done, total, text)

    def note(self, text: str) -> None:
        """Say nothing: each run would say the same."""
