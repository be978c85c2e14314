"""What a session remembers: samples, failures, paces, times; and what came of it in the end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gate.measure.gathering.collection import Catalogue
from gate.measure.gathering.group import Group
from gate.measure.planning.rhythm import Rhythm
from gate.measure.planning.rounds import Plan, State
from gate.model import Benchmark, Controls, Failure, Measurements, Sample, Strain
from gate.system.strain import Meter, read, strain


@dataclass(slots=True)
class Memory:
    """Everything that is known while measuring; grows round by round."""

    catalogue: Catalogue
    plan: Plan
    group: Group
    cores: tuple[int, ...]
    lanes: int
    stall_s: float
    samples: dict[Benchmark, Sample] = field(default_factory=dict)
    """Of rows and controls alike."""
    failures: dict[Benchmark, Failure] = field(default_factory=dict)
    paces: dict[Benchmark, Rhythm] = field(default_factory=dict)
    seconds: dict[Benchmark, list[float]] = field(default_factory=dict)
    start_s: list[float] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    hung_s: float = 0.0
    """Time lost to benchmarks that hang; the others do not pay for it, up to a second budget."""
    disturbed: set[str] = field(default_factory=set)
    """Benchmarks that failed beside another pair, and not alone."""
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
            lanes=1 if self.disturbed else self.lanes,
            elapsed_s=self.elapsed_s(),
            start_s=_mean(self.start_s),
            seconds_per_pair={name: _mean(all_s) for name, all_s in self.seconds.items()},
        )

    def strain(self) -> Strain:
        """What others had of the machine so far."""
        return strain(self.meter, read())


def measurements(memory: Memory) -> Measurements:
    """Return what was measured, as the judge wants it."""
    group = set(memory.group.names)
    found = (one for one in memory.failures.values() if one.benchmark.name not in group)
    failures = (*memory.catalogue.failures, *found)
    broken = {failure.benchmark for failure in failures}
    return Measurements(
        samples=tuple(one for one in memory.rows() if one.benchmark not in broken),
        failures=failures,
        controls=memory.controls(),
        strain=memory.strain(),
        notices=(
            *memory.catalogue.notices,
            *_skip_notices(memory.skipped),
            *_disturbed_notices(sorted(memory.disturbed)),
        ),
        out_of_budget=memory.elapsed_s() > memory.plan.budget_s,
    )


def _skip_notices(skipped: Mapping[str, str]) -> tuple[str, ...]:
    if not skipped:
        return ()
    name, why = next(iter(skipped.items()))
    rest = f" and {len(skipped) - 1} more" if len(skipped) > 1 else ""
    return (f"skipped on both sides: {name} ({why}){rest}",)


def _disturbed_notices(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    rest = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (f"one pair at a time, for benchmarks disturb each other: {names[0]}{rest}",)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
