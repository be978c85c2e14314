"""Rounds until nothing is undecided or the budget is spent: the schedule's hands and memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gate.errors import MeasureError
from gate.measure.collection import Catalogue
from gate.measure.guests import GuestLostError, check_origins
from gate.measure.lockstep import Reading, Step, Walk, walk
from gate.measure.protocol import Fate, Finished
from gate.measure.rhythm import Rhythm
from gate.measure.schedule import Due, Plan, Round, State, next_round
from gate.model import Ailment, Benchmark, Failure, Measurements, Pair, Sample, Side

Report = Callable[[int, int, str], None]
"""Is told pairs done, pairs planned so far, and what is measured now."""


@dataclass(slots=True)
class Session:
    """Everything that is known while measuring; grows round by round."""

    catalogue: Catalogue
    plan: Plan
    cores: tuple[int, ...]
    stall_s: float
    report: Report
    samples: dict[Benchmark, Sample] = field(default_factory=dict)
    failures: dict[Benchmark, Failure] = field(default_factory=dict)
    paces: dict[Benchmark, Rhythm] = field(default_factory=dict)
    seconds: dict[Benchmark, list[float]] = field(default_factory=dict)
    start_s: list[float] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    hung_s: float = 0.0
    """Time lost to benchmarks that hang; the others do not pay for it, up to a second budget."""
    rounds: int = 0
    done: int = 0
    began: float = field(default_factory=time.monotonic)

    def elapsed_s(self) -> float:
        """Seconds of the budget that are used up."""
        return time.monotonic() - self.began - min(self.hung_s, self.plan.budget_s)

    def state(self) -> State:
        """What the schedule may know."""
        return State(
            samples=tuple(self.samples.values()),
            failures=tuple(self.failures.values()),
            rounds=self.rounds,
            elapsed_s=self.elapsed_s(),
            start_s=_mean(self.start_s),
            seconds_per_pair={name: _mean(all_s) for name, all_s in self.seconds.items()},
        )


def measure(
    catalogue: Catalogue, plan: Plan, *, cores: tuple[int, ...], stall_s: float, report: Report
) -> Measurements:
    """Measure what the catalogue has in common, for as long as the schedule asks for more.

    Args:
        catalogue: What there is.
        plan: Thresholds, budget and seed.
        cores: The cores to pin to, one after the other; empty: no pinning.
        stall_s: Seconds of silence after which a guest hangs.
        report: Is told how far it is.

    Raises:
        MeasureError: if guests cannot even start, or ran the other side's code.
    """
    session = Session(catalogue, plan, cores, stall_s, report)
    for item in catalogue.items:
        benchmark = Benchmark(name=item.name)
        session.samples[benchmark] = Sample(benchmark=benchmark)
    while (due := next_round(session.state(), plan)) is not None:
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
    return Step(name=due.benchmark.name, base_first=due.base_first, pace=pace)


def _by_fixtures(session: Session, due: Sequence[Due]) -> list[Due]:
    """Keep the random order, but let benchmarks that share fixtures follow each other."""
    groups = {item.name: item.group for item in session.catalogue.items}
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
    session.failures[benchmark] = Failure(
        benchmark=benchmark,
        ailment=_ailment(set(failed), is_own=name in session.catalogue.own),
        message="; ".join(_sentence(failed[side]) for side in Side if side in failed),
    )


def _ailment(failed: set[Side], *, is_own: bool) -> Ailment:
    if failed == {Side.HEAD}:
        return Ailment.BROKEN_ON_HEAD
    if failed == set(Side):
        return Ailment.BROKEN_ON_BOTH
    return Ailment.BROKEN_ON_BASE if is_own else Ailment.NEW


def _sentence(finished: Finished) -> str:
    if finished.fate is Fate.FAILED:
        return finished.message
    return f"{finished.fate}: {finished.message.partition(chr(10))[0]}"


def _measurements(session: Session) -> Measurements:
    failures = (*session.catalogue.failures, *session.failures.values())
    broken = {failure.benchmark for failure in failures}
    return Measurements(
        samples=tuple(s for s in session.samples.values() if s.benchmark not in broken),
        failures=failures,
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
