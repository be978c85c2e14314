"""Head held against what a store knows of this machine: beside base, or before base is measured."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gate.baseline.record import Record
from gate.baseline.store import StoreError
from gate.config.schema import Compare, StoreKind
from gate.config.thresholds import matches
from gate.history.shifts import cut
from gate.judge import judge
from gate.judge.history import FEWEST, Held, Value, acquitted, hold, with_history
from gate.judge.wording import plural
from gate.model import (
    Benchmark,
    Clock,
    Finding,
    Judgement,
    Level,
    Metric,
    Outcome,
    Result,
    Revisions,
    Sample,
    Side,
    Source,
    Yardstick,
)
from gate.pipe.draft import Draft
from gate.pipe.earlier.baselines import Baselines, Bounds, committed_s, read_baselines
from gate.pipe.earlier.figures import figures_of
from gate.pipe.earlier.fingerprint import machine_here
from gate.pipe.earlier.places import Place, usual
from gate.pipe.earlier.refusal import refusal
from gate.pipe.earlier.saying import said
from gate.pipe.run import Measured, Run, with_share
from gate.pipe.sides import export_both
from gate.revisions import Clone, Export

NEWEST = 30
"""So many runs of the last level are a history."""
ALONE_SHARE = 0.25
"""Of the budget, for head beside itself; what that leaves open is measured beside base."""
_STANDING = {Outcome.UNCHANGED, Outcome.IMPROVED, Outcome.INCONCLUSIVE}
"""What head beside itself comes to where nothing is wrong; its noise is not held against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One change, ready to be installed and measured."""

    run: Run
    source: Clone
    revisions: Revisions
    exports: Mapping[Side, Export]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alone:
    """What head came to without base."""

    settled: tuple[Finding, ...]
    open: int
    """Benchmarks that need base."""
    blind: str
    """Why nothing that was estimated can be trusted; empty: it can."""
    measured: Measured


def known_baselines(task: Task) -> Baselines:
    """Return what the store of this run knows; it is read before anything of the target runs.

    Where head is held against base alone, that is only drawn: then nothing but a folder is read.
    """
    run, revisions = task.run, task.revisions
    is_drawn = run.rules.configuration.baseline.compare is Compare.BASE
    bounds = Bounds(
        here=machine_here(os.environ),
        base=revisions.base.commit,
        committed_s=committed_s(task.source, revisions.base.commit),
        head=revisions.head.commit,
    )
    asked = run.job.store or run.rules.configuration.baseline.store
    if is_drawn and asked is None and run.job.dry_run:
        return Baselines(place="the user's cache")  # even to look for it would make a folder
    try:
        place = Place(named=asked or usual(task.source, os.environ), source=task.source)
        if is_drawn and place.named.kind is not StoreKind.DIRECTORY:
            return Baselines(place=str(place))
        return read_baselines(place.open(run.folder / "baselines"), str(place), bounds)
    except StoreError as error:
        return Baselines(place="the store", trouble=error.message)


def beside_base(task: Task, known: Baselines, draft: Draft) -> Result:
    """Measure base and head; what the store knows is said of each row, and decides nothing.

    Raises:
        InstallError: if a side cannot be installed.
        MeasureError: if nothing can be measured.
    """
    measured = task.run.measured(task.exports, _noticed(draft, *known.notices))
    judgement = measured.judged(task.run.rules)
    return measured.draft.finished(_told(judgement, known, measured, task.run))


def before_base(task: Task, known: Baselines, draft: Draft) -> Result:
    """Measure head alone, and base only for what the store cannot acquit.

    Nothing but a comparison with base, measured here, can fail the change. Where the store cannot
    stand for base at all, this is `beside_base`.

    Raises:
        InstallError: if a side cannot be installed.
        MeasureError: if nothing can be measured.
    """
    if why := _cannot_stand(task, known):
        notice = f"base was measured, for stored runs cannot stand for it: {why}"
        return beside_base(task, known, _noticed(draft, notice))
    alone = _alone(task, known, _noticed(draft, *known.notices))
    return _with_base(task, known, alone) if alone.open else _without_base(task, known, alone)


def _cannot_stand(task: Task, known: Baselines) -> str:
    """Why head cannot be measured without base; empty: it can."""
    if known.trouble:
        return known.trouble
    if not known.histories:
        return f"{known.place} has none of a machine like this one"
    if known.names_on_base is None:
        return f"{known.place} has no run of base, which would tell what base has"
    if task.run.job.shard:
        return "a shard is a part of what both sides have"
    return ""


def _alone(task: Task, known: Baselines, draft: Draft) -> _Alone:
    """Measure head beside itself, and keep what its history acquits."""
    folder = task.run.folder / "alone"
    folder.mkdir()
    head = Revisions(base=task.revisions.head, head=task.revisions.head)
    run = with_share(task.run, ALONE_SHARE)
    run = replace(run, folder=folder, job=replace(run.job, proof=False))
    measured = run.measured(export_both(run.job, task.source, head, folder), draft)
    judgement = measured.judged(run.rules)
    held = {} if judgement.noise.blind else _held(known, measured, run)
    settled = [
        acquitted(one, held[one.benchmark])
        for one in judgement.findings
        if one.benchmark in held and held[one.benchmark].acquits and _may_settle(one)
    ]
    names = {one.benchmark.name for one in judgement.findings}
    gone = [one for one in known.names_on_base or () if one not in names and _asked(run, one)]
    left = len(judgement.findings) - len(settled) + len(gone)
    blind = judgement.noise.blind
    return _Alone(settled=tuple(settled), open=left, blind=blind, measured=measured)


def _may_settle(finding: Finding) -> bool:
    threshold = finding.threshold
    plain = threshold is not None and threshold.max is None and threshold.level is not Level.OFF
    return plain and finding.outcome in _STANDING and finding.benchmark.source is not Source.SUITE


def _asked(run: Run, name: str) -> bool:
    return not run.job.only or any(matches(pattern, name) for pattern in run.job.only)


def _with_base(task: Task, known: Baselines, alone: _Alone) -> Result:
    """The result where base was measured for what was left open."""
    total = alone.open + len(alone.settled)
    draft = _noticed(
        alone.measured.draft,
        f"stored runs leave {alone.open} of {plural(total, 'benchmark')} open"
        f"{f' (alone, head was measured blind: {alone.blind})' if alone.blind else ''}: "
        "for these, base was measured",
    )
    names = frozenset(one.benchmark.name for one in alone.settled)
    rest = replace(with_share(task.run, 1 - ALONE_SHARE), settled=names)
    measured = rest.measured(task.exports, draft)
    judgement = measured.judged(rest.rules, alone.settled)
    return measured.draft.finished(_told(judgement, known, measured, rest))


def _without_base(task: Task, known: Baselines, alone: _Alone) -> Result:
    """The result where base was not measured at all."""
    measured = alone.measured
    rest = replace(measured.found.measurements, samples=(), failures=())
    judgement = judge(
        rest,
        task.run.rules.threshold,
        inconclusive=task.run.rules.inconclusive,
        settled=alone.settled,
        acceptances=task.run.rules.acceptances,
    )
    notice = "base was not measured: head was, and is held against stored runs of this machine"
    draft = _noticed(measured.draft, notice)
    return draft.finished(_told(judgement, known, measured, task.run))


def _noticed(draft: Draft, *notices: str) -> Draft:
    return replace(draft, notices=(*draft.notices, *notices))


# --- what the store says --------------------------------------------------------------------------


def _told(judgement: Judgement, known: Baselines, measured: Measured, run: Run) -> Judgement:
    """The judgement with what the store says of its rows, or why it says nothing."""
    why = refusal(known, measured.machine, FEWEST)
    if why:
        return replace(judgement, notices=(*judgement.notices, why))
    held = _held(known, measured, run)
    told = {one.benchmark for one in judgement.findings if one.against}
    fresh = {one: held[one] for one in held if one not in told}
    findings = tuple(with_history(judgement.findings, fresh))
    notice = said(findings, Yardstick.STORED, f"stored runs of this machine in {known.place}")
    return replace(judgement, findings=findings, notices=(*judgement.notices, notice))


def _held(known: Baselines, measured: Measured, run: Run) -> dict[Benchmark, Held]:
    records = known.histories.get(measured.machine, ())
    values = _values(measured.found.measurements.samples)
    return hold(values, histories_of(records), run.rules.threshold)


def _values(samples: Iterable[Sample]) -> list[Value]:
    return [
        Value(
            benchmark=Benchmark(name=one.name, source=one.kind.source),
            clock=one.kind.clock,
            seconds=one.value,
            pairs=one.pairs,
        )
        for one in figures_of(samples)
        if one.value > 0
    ]


def histories_of(
    records: Iterable[Record],
) -> Mapping[tuple[Benchmark, Clock | None], list[float]]:
    """Return the times of each benchmark and clock since its level shifted last, newest 30.

    What was before a shift is no longer usual: it would warn, or acquit, for weeks to come.

    Args:
        records: Of one machine, in the order of the commits.
    """
    found: dict[tuple[Benchmark, Clock | None], list[float]] = {}
    for record in records:
        for one in record.figures():
            if one.kind.metric is Metric.TIME and one.value > 0:
                benchmark = Benchmark(name=one.name, source=one.kind.source)
                found.setdefault((benchmark, one.kind.clock), []).append(one.value)
    return {of: _last_level(values)[-NEWEST:] for of, values in found.items()}


def _last_level(values: list[float]) -> list[float]:
    return values[cut(values).edges[-2] :]
