"""Rounds until nothing is undecided or the budget is spent: the schedule's hands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gate.guest.controls import NAMES as OURS
from gate.judge.controls import hopeless
from gate.judge.levels import SCREEN
from gate.measure.fates import failure_of
from gate.measure.gathering.collection import Catalogue
from gate.measure.gathering.group import NOBODY, Group
from gate.measure.guests import check_origins
from gate.measure.lanes import Course, Leg, Taken, walk_at_once
from gate.measure.lockstep import Reading, Step
from gate.measure.memory import Memory, measurements
from gate.measure.planning.rhythm import slices_for
from gate.measure.planning.rounds import Due, Plan, Round
from gate.measure.planning.schedule import next_rounds
from gate.measure.protocol import Fate, Finished
from gate.model import (
    Benchmark,
    Measurements,
    Pair,
    Sample,
    Side,
)

Report = Callable[[int, int, str], None]
"""Is told pairs done, pairs planned so far, and what is measured now."""


def measure(
    catalogue: Catalogue,
    plan: Plan,
    *,
    group: Group = NOBODY,
    cores: tuple[int, ...],
    lanes: int = 1,
    stall_s: float,
    report: Report,
) -> Measurements:
    """Measure what the catalogue has in common, for as long as the schedule asks for more.

    Args:
        catalogue: What there is, the benchmarks among the controls included.
        plan: Thresholds, budget and seed.
        group: The controls; what is not among them is judged.
        cores: The cores to pin to, one after the other; empty: no pinning.
        lanes: Pairs of guests that are measured at once, each on another core.
        stall_s: Seconds of silence after which a guest hangs.
        report: Is told how far it is.

    Raises:
        MeasureError: if guests cannot even start, or ran the other side's code.
    """
    memory = Memory(catalogue, plan, group, cores, lanes, stall_s)
    for name in dict.fromkeys((*group.names, *(item.name for item in catalogue.items))):
        benchmark = Benchmark(name=name)
        memory.samples[benchmark] = Sample(benchmark=benchmark)
    while not hopeless(memory.strain()):
        rounds = next_rounds(memory.state(), plan)
        if not rounds:
            break
        _take(memory, rounds, report)
    return measurements(memory)


_Part = tuple[Round, Leg]
Fates = Mapping[str, Mapping[Side, Finished]]
"""By benchmark: how it ended on each side."""


def _take(memory: Memory, rounds: Sequence[Round], report: Report) -> None:
    """Rounds at once: each a pair of guests, and another one where guests were lost.

    What failed beside another pair is tried again alone: benchmarks that write the same file, say,
    disturb each other. Where it passes, no two pairs are measured at once any more.
    """
    parts = [_part(memory, one, number) for number, one in enumerate(rounds)]
    told = _teller(memory, memory.done + sum(len(leg.steps) for _, leg in parts), report)
    walked = _walk(memory, parts, told)
    memory.hung_s += max(map(_hung_s, walked))
    for (due, leg), taken in zip(parts, walked, strict=True):
        suspects = _failed(memory, taken) if len(parts) > 1 else {}
        _keep(memory, due, leg, taken, leave=suspects)
        disturbed = (step for step in leg.steps if step.name in suspects)
        rest = replace(leg, steps=(*disturbed, *taken.walk.left))
        _alone(memory, (due, rest), suspects, told)
    memory.rounds += len(rounds)


def _alone(memory: Memory, part: _Part, suspects: Fates, told: Callable[[str], None]) -> None:
    """Walk until nothing is left; what the time does not reach again stays failed."""
    (due, leg), untried = part, dict(suspects)
    while leg.steps:
        (taken,) = _walk(memory, [(due, leg)], told)
        memory.hung_s += _hung_s(taken)
        _keep(memory, due, leg, taken, leave={})
        for name in taken.walk.readings.keys() | taken.walk.fates.keys():
            untried.pop(name, None)
        passed = taken.walk.readings.keys() - _failed(memory, taken).keys()
        memory.disturbed |= suspects.keys() & passed
        leg = replace(leg, steps=taken.walk.left)
    for name, fates in untried.items():
        _judge_fates(memory, name, fates)


def _teller(memory: Memory, planned: int, report: Report) -> Callable[[str], None]:
    def told(name: str) -> None:
        report(memory.done, planned, name)
        memory.done += 1

    return told


def _part(memory: Memory, due: Round, number: int) -> _Part:
    cores = memory.cores
    core = cores[(memory.rounds + number) % len(cores)] if cores else None
    steps = tuple(_step(memory, one) for one in _by_fixtures(memory, due.due))
    return due, Leg(steps=steps, seed=due.seed, core=core)


def _walk(memory: Memory, parts: Sequence[_Part], told: Callable[[str], None]) -> tuple[Taken, ...]:
    course = Course(
        seats=memory.catalogue.seats,
        paths=memory.catalogue.paths,
        stall_s=memory.stall_s,
        deadline=memory.began + memory.plan.budget_s + memory.forgiven_s,
    )
    return walk_at_once(course, [leg for _, leg in parts], told)


def _failed(memory: Memory, taken: Taken) -> Fates:
    """What another pair may have disturbed; what hangs is too dear to be tried again.

    A benchmark that was measured before and is skipped now may have been disturbed, too.
    """
    bad = {Fate.FAILED, Fate.CRASHED}

    def is_suspect(name: str, sides: Mapping[Side, Finished]) -> bool:
        sample = memory.samples.get(Benchmark(name=name))
        known = bad | {Fate.SKIPPED} if sample and sample.pairs else bad
        return any(one.fate in known for one in sides.values())

    return {name: sides for name, sides in taken.walk.fates.items() if is_suspect(name, sides)}


def _hung_s(taken: Taken) -> float:
    """Seconds that benchmarks which hang took."""
    return sum(
        taken.seconds.get(name, 0.0)
        for name, sides in taken.walk.fates.items()
        if any(one.fate is Fate.HUNG for one in sides.values())
    )


def _step(memory: Memory, due: Due) -> Step:
    pace = memory.paces.get(due.benchmark)
    most = slices_for(len(memory.samples), SCREEN, memory.plan.budget_s * memory.lanes)
    return Step(name=due.benchmark.name, base_first=due.base_first, pace=pace, most=most)


def _by_fixtures(memory: Memory, due: Sequence[Due]) -> list[Due]:
    """Keep the random order, but let benchmarks that share fixtures follow each other.

    Our own controls share nothing with anybody and come first.
    """
    groups = dict.fromkeys(OURS, ()) | {one.name: one.group for one in memory.catalogue.items}
    rank: dict[tuple[str, ...], int] = {}
    for one in due:
        group = groups[one.benchmark.name]
        for depth in range(1, len(group) + 1):
            rank.setdefault(group[:depth], len(rank))

    def place(one: Due) -> tuple[int, ...]:
        group = groups[one.benchmark.name]
        return tuple(rank[group[:depth]] for depth in range(1, len(group) + 1))

    return sorted(due, key=place)


def _keep(memory: Memory, due: Round, leg: Leg, taken: Taken, *, leave: Fates) -> None:
    """Remember what came of a leg, but for what is tried again."""
    check_origins(memory.catalogue.seats, taken.walk.origins)
    if taken.start_s is not None:
        memory.start_s.append(taken.start_s)
    for name, spent in taken.seconds.items():
        memory.seconds.setdefault(Benchmark(name=name), []).append(spent)
    for name, reading in taken.walk.readings.items():
        if name not in leave:
            _add(memory, name, reading, due, leg.core)
    for name, fates in taken.walk.fates.items():
        if name not in leave:
            _judge_fates(memory, name, fates)


def _add(memory: Memory, name: str, reading: Reading, due: Round, core: int | None) -> None:
    benchmark = Benchmark(name=name)
    if benchmark not in memory.samples:  # skipped in the other lane
        return
    base_first = next(one.base_first for one in due.due if one.benchmark == benchmark)
    pair = Pair(
        stage=due.stage,
        base_first=base_first,
        seed=due.seed,
        core=core,
        base=reading.base,
        head=reading.head,
    )
    memory.paces[benchmark] = reading.pace
    sample = memory.samples[benchmark]
    memory.samples[benchmark] = Sample(benchmark=benchmark, pairs=(*sample.pairs, pair))


def _judge_fates(memory: Memory, name: str, fates: Mapping[Side, Finished]) -> None:
    """A benchmark that did not pass on both sides is out, and it is said why."""
    failed = {side: one for side, one in fates.items() if one.fate is not Fate.PASSED}
    if not failed:
        return
    benchmark = Benchmark(name=name)
    if len(failed) == len(Side) and all(one.fate is Fate.SKIPPED for one in failed.values()):
        memory.skipped[name] = failed[Side.HEAD].message
        memory.samples.pop(benchmark, None)
        return
    memory.failures[benchmark] = failure_of(name, failed, is_own=name in memory.catalogue.own)
