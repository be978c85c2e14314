"""Measures the target's own benchmarks and then the suite, within one budget, as one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gate.measure.gathering.collection import Catalogue
from gate.measure.gathering.group import NOBODY, Group, control_group
from gate.measure.planning.rounds import Plan
from gate.measure.session import Report, measure
from gate.model import Controls, Measurements
from gate.pipe.bundled.names import per_run, public, published
from gate.pipe.bundled.suite import Bundled


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """What is the same for every session of a run."""

    cores: Sequence[int]
    lanes: int
    """Pairs that are measured at once."""
    stall_s: float
    report: Report
    clock: Callable[[], float] = time.monotonic

    def timed(self, catalogue: Catalogue, plan: Plan, group: Group) -> Measurements:
        """Measure one catalogue."""
        return measure(
            catalogue,
            plan,
            group=group,
            cores=tuple(self.cores),
            lanes=self.lanes,
            stall_s=self.stall_s,
            report=self.report,
        )

    def timed_with(
        self, suite: Bundled, catalogue: Catalogue, plan: Plan, group: Group
    ) -> Measurements:
        """Measure the target's benchmarks, then the suite in what is left of the budget."""
        began, parts = self.clock(), split(suite, catalogue, plan, group)
        target, bundled = _nothing_of(catalogue), _nothing_of(suite.catalogue)
        if parts.target is not None:
            target = self.timed(catalogue, parts.target, group)
        if parts.suite is not None:
            left_s = max(0.0, plan.budget_s - (self.clock() - began))
            rest = replace(parts.suite, budget_s=left_s)
            watch = replace(self, report=_by_public_names(self.report))
            bundled = published(watch.timed(suite.catalogue, rest, parts.controls))
        return merged(target, bundled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the two sessions of a run set out to do; None: there is nothing to judge in it."""

    target: Plan | None
    suite: Plan | None
    """In what the target leaves of the budget."""
    controls: Group
    """The suite's: nobody where the target's session has them already."""


def split(suite: Bundled, catalogue: Catalogue, plan: Plan, group: Group) -> Parts:
    """Return who gets which part of the budget and of the error.

    A row has the same level in its session as in the end, when all are judged together.

    Args:
        suite: What there is of it.
        catalogue: The target's benchmarks; those among the controls are not judged.
        plan: Of the run.
        group: The controls of the run.
    """
    mine = len(suite.catalogue.items)
    others = sum(item.name not in group.names for item in catalogue.items)
    share = suite.share(others)
    whole = max(1, mine + others)
    target = replace(
        plan,
        budget_s=plan.budget_s * (1 - share),
        false_failure=plan.false_failure * others / whole,
    )
    bundled = replace(
        plan,
        thresholds=per_run(plan.thresholds),
        false_failure=plan.false_failure * mine / whole,
    )
    alone = not others and group is not NOBODY
    return Parts(
        target=target if others else None,
        suite=bundled if mine else None,
        controls=control_group((), plan.seed) if alone else NOBODY,
    )


def merged(target: Measurements, suite: Measurements) -> Measurements:
    """Return both as one run, which is judged as a whole: by one error budget."""
    first = target if target.samples else suite
    return Measurements(
        samples=(*target.samples, *suite.samples),
        failures=(*target.failures, *suite.failures),
        controls=Controls(
            nulls=(*target.controls.nulls, *suite.controls.nulls),
            planted=target.controls.planted or suite.controls.planted,
        ),
        strain=first.strain,
        notices=(*target.notices, *suite.notices),
        out_of_budget=target.out_of_budget or suite.out_of_budget,
    )


def _nothing_of(catalogue: Catalogue) -> Measurements:
    return Measurements(samples=(), failures=catalogue.failures, notices=catalogue.notices)


def _by_public_names(report: Report) -> Report:
    return lambda done, planned, name: report(done, planned, public(name))
