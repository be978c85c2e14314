"""Rounds until nothing is undecided or the budget is spent: the schedule's hands and memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gate.errors import MeasureError
from gate.guest.controls import NAMES as OURS
from gate.judge.controls import hopeless
from gate.judge.levels import SCREEN
from gate.measure.fates import failure_of
from gate.measure.gathering.collection import Catalogue
from gate.measure.group import NOBODY, Group
from gate.measure.guests import GuestLostError, check_origins
from gate.measure.lockstep import Reading, Step, Walk, walk
from gate.measure.protocol import Fate, Finished
from gate.measure.rhythm import Rhythm, slices_for
from gate.measure.schedule import Due, Plan, Round, State, next_round
from gate.model import (
    Benchmark,
    Controls,
    Failure,
    Measurements,
    Pair,
    Sample,
    Side,
    Strain,
)
from gate.system.strain import Meter, read, strain

Report = Callable[[int, int, str], None]
"""Is told pairs done, pairs planned so far, and what is measured now."""


@dataclass(slots=True)
class Session:
    """Everything that is known while measuring; grows round by round."""

    catalogue: Catalogue
    plan: Plan
    group: Group
    cores: tuple[int, ...]
    stall_s: float
    report: Report
    samples: dict[Benchmark, Sample] = field(default_factory=dict)
    """Of rows and controls alike."""
    failures: dict[Benchmark, Failure] = field(default_factory=dict)
    paces: dict[Benchmark, Rhythm] = field(default_factory=dict)
    seconds: dict[Benchmark, list[float]] = field(default_factory=dict)
    start_s: list[float] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    hung_s: float = 0.0
    """Time lost to benchmarks that hang; the others do not pay for it, up to a second budget."""
    rounds: int = 0
    done: int = 0
    meter: Meter = field(default_factory=read)
    began: float = field(default_factory=time.monotonic)

    @property
    def forgiven_s(self) -> float:
        """Seconds that do not count."""
        return min(self.hung_s, self.plan.budget_s)

    def elapsed_s(self) -> float:
        """Seconds of the budget that are used up."""
        return time.monotonic() - self.began - self.forgiven_s

    def rows(self) -> tuple[Sample, ...]:
        """The samples that are judged."""
        group = set(self.group.names)
        return tuple(one for one in self.samples.values() if one.benchmark.name not in group)

    def controls(self) -> Controls:
        """The samples that it is known of what they must show."""
        known = {
            one.benchmark.name: one
            for one in self.samples.values()
            if one.benchmark not in self.failures
        }
        return Controls(
            nulls=tuple(known[name] for name in self.group.nulls if name in known),
            planted=known.get(self.group.planted or ""),
        )

    def state(self) -> State:
        """What the schedule may know."""
        return State(
            samples=self.rows(),
            controls=self.controls(),
            failures=tuple(self.failures.values()),
            rounds=self.rounds,
            elapsed_s=self.elapsed_s(),
            start_s=_mean(self.start_s),
            seconds_per_pair={name: _mean(all_s) for name, all_s in self.seconds.items()},
        )

    def strain(self) -> Strain:
        """What others had of the machine so far."""
        return strain(self.meter, read())


def measure(
    catalogue: Catalogue,
    plan: Plan,
    *,
    group: Group = NOBODY,
    cores: tuple[int, ...],
    stall_s: float,
    report: Report,
) -> Measurements:
    """Measure what the catalogue has in common, for as long as the schedule asks for more.

    Args:
        catalogue: What there is, the benchmarks among the controls included.
        plan: Thresholds, budget and seed.
        group: The controls; what is not among them is judged.
        cores: The cores to pin to, one after the other; empty: no pinning.
        stall_s: Seconds of silence after which a guest hangs.
        report: Is told how far it is.

    Raises:
        MeasureError: if guests cannot even start, or ran the other side's code.
    """
    session = Session(catalogue, plan, group, cores, stall_s, report)
    for name in dict.fromkeys((*group.names, *(item.name for item in catalogue.items))):
        benchmark = Benchmark(name=name)
        session.samples[benchmark] = Sample(benchmark=benchmark)
    while not hopeless(session.strain()):
        due = next_round(session.state(), plan)
        if due is None:
            break
        _take(session, due)
    return _measurements(session)


def _take(session: Session, due: Round) -> None:
    """One round: a pair of guests walks through it, and another one where guests were lost."""
    core = session.cores[session.rounds % len(session.cores)] if session.cores else None
    steps = [_step(session, one) for one in _by_fixtures(session, due.due)]
    planned = session.done + len(steps)
    while steps:
        result = _walk(session, steps, due.seed, core, planned)
        check_origins(session.catalogue.seats, result.origins)
        for name, reading in result.readings.items():
            _keep(session, name, reading, due, core)
        for name, fates in result.fates.items():
            _judge_fates(session, name, fates)
        steps = list(result.left)
    session.rounds += 1


def _step(session: Session, due: Due) -> Step:
    pace = session.paces.get(due.benchmark)
    most = slices_for(len(session.samples), SCREEN, session.plan.budget_s)
    return Step(name=due.benchmark.name, base_first=due.base_first, pace=pace, most=most)


def _by_fixtures(session: Session, due: Sequence[Due]) -> list[Due]:
    """Keep the random order, but let benchmarks that share fixtures follow each other.

    Our own controls share nothing with anybody and come first.
    """
    groups = dict.fromkeys(OURS, ()) | {one.name: one.group for one in session.catalogue.items}
    rank: dict[tuple[str, ...], int] = {}
    for one in due:
        group = groups[one.benchmark.name]
        for depth in range(1, len(group) + 1):
            rank.setdefault(group[:depth], len(rank))

    def place(one: Due) -> tuple[int, ...]:
        group = groups[one.benchmark.name]
        return tuple(rank[group[:depth]] for depth in range(1, len(group) + 1))

    return sorted(due, key=place)


def _walk(session: Session, steps: list[Step], seed: int, core: int | None, planned: int) -> Walk:
    watch = _Watch(session, planned)
    try:
        result = _try_walk(session, steps, seed, core, watch)
    except GuestLostError:
        try:
            result = _try_walk(session, steps, seed, core, watch)
        except GuestLostError as error:
            raise MeasureError(
                f"the benchmarks could not be collected again: {error.message}",
                hint="run pytest by hand on the same files; does collecting them depend on chance?",
            ) from error
    watch.stop()
    return result


def _try_walk(
    session: Session, steps: list[Step], seed: int, core: int | None, watch: _Watch
) -> Walk:
    return walk(
        session.catalogue.seats,
        session.catalogue.paths,
        steps,
        seed=seed,
        core=core,
        stall_s=session.stall_s,
        deadline=session.began + session.plan.budget_s + session.forgiven_s,
        on_step=watch.step,
    )


class _Watch:
    """Attributes the time of a walk to its benchmarks, and to starting the guests."""

    def __init__(self, session: Session, planned: int) -> None:
        self._session = session
        self._planned = planned
        self._name: str | None = None
        self._since = time.monotonic()

    def step(self, name: str) -> None:
        """The next benchmark begins."""
        self.stop()
        self._name = name
        self._session.report(self._session.done, self._planned, name)

    def stop(self) -> None:
        """What was going on is over."""
        now = time.monotonic()
        spent, self._since = now - self._since, now
        if self._name is None:
            self._session.start_s.append(spent)
            return
        self._session.done += 1
        self._session.seconds.setdefault(Benchmark(name=self._name), []).append(spent)
        self._name = None


def _keep(session: Session, name: str, reading: Reading, due: Round, core: int | None) -> None:
    benchmark = Benchmark(name=name)
    base_first = next(one.base_first for one in due.due if one.benchmark == benchmark)
    pair = Pair(
        stage=due.stage,
        base_first=base_first,
        seed=due.seed,
        core=core,
        base=reading.base,
        head=reading.head,
    )
    session.paces[benchmark] = reading.pace
    sample = session.samples[benchmark]
    session.samples[benchmark] = Sample(benchmark=benchmark, pairs=(*sample.pairs, pair))


def _judge_fates(session: Session, name: str, fates: Mapping[Side, Finished]) -> None:
    """A benchmark that did not pass on both sides is out, and it is said why."""
    failed = {side: one for side, one in fates.items() if one.fate is not Fate.PASSED}
    if not failed:
        return
    benchmark = Benchmark(name=name)
    if any(one.fate is Fate.HUNG for one in failed.values()):
        session.hung_s += session.seconds[benchmark][-1]
    if len(failed) == len(Side) and all(one.fate is Fate.SKIPPED for one in failed.values()):
        session.skipped[name] = failed[Side.HEAD].message
        del session.samples[benchmark]
        return
    session.failures[benchmark] = failure_of(name, failed, is_own=name in session.catalogue.own)


def _measurements(session: Session) -> Measurements:
    group = set(session.group.names)
    found = (one for one in session.failures.values() if one.benchmark.name not in group)
    failures = (*session.catalogue.failures, *found)
    broken = {failure.benchmark for failure in failures}
    return Measurements(
        samples=tuple(one for one in session.rows() if one.benchmark not in broken),
        failures=failures,
        controls=session.controls(),
        strain=session.strain(),
        notices=(*session.catalogue.notices, *_skip_notices(session.skipped)),
        out_of_budget=session.elapsed_s() > session.plan.budget_s,
    )


def _skip_notices(skipped: Mapping[str, str]) -> tuple[str, ...]:
    if not skipped:
        return ()
    name, why = next(iter(skipped.items()))
    rest = f" and {len(skipped) - 1} more" if len(skipped) > 1 else ""
    return (f"skipped on both sides: {name} ({why}){rest}",)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
