"""The pipes themselves; each reads like the list in the package's docstring."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from gate.baseline.record import Fingerprint
from gate.config.schema import Harness
from gate.environments.environments import Environments, prepare
from gate.errors import InstallError, MeasureError
from gate.job import Job
from gate.judge import judge
from gate.judge.exact import Counted
from gate.measure.gathering.collection import Catalogue, NothingThereError, Request, gather
from gate.measure.group import NOBODY, control_group
from gate.measure.guests import Seat
from gate.measure.schedule import Plan
from gate.model import Measurements, Result, Revisions, Side
from gate.pipe.bundled.suite import Bundled, asked, asks_for_nothing_else, prepared
from gate.pipe.bundled.timing import Stopwatch
from gate.pipe.draft import Draft
from gate.pipe.fingerprint import fingerprint_of
from gate.pipe.rules import Rules, rules_for, rules_without_revisions, text_of
from gate.pipe.selection import select
from gate.pipe.sides import export_both, pretended_version, seats_of, spec_of, version_of
from gate.pipe.stored import measurements_of
from gate.proof.census import Proof, Question, prove
from gate.proof.survey import Reach, survey
from gate.report.documents import loads
from gate.report.files import make_folder, write
from gate.revisions import Clone, Export, clone, settle
from gate.system import machine
from gate.system.folders import Workspace, cache_folder
from gate.system.processes import become_subreaper, reap_descendants
from gate.system.progress import Progress

LONGEST_STALL_S = 60.0
"""A guest that says nothing for so long hangs, however large the budget is."""
SHORTEST_STALL_S = 5.0
GRACE_S = 5.0
"""How long the descendants of a run may take to die."""
PROOF_SHARE = 0.2
"""Of the budget, at the most."""
SEEDS = 2**31


def check(job: Job, progress: Progress) -> Result:
    """Measure base and head of a change, judge the difference, and write the reports.

    A side that cannot be installed, or benchmarks that cannot be measured, end in a result with
    verdict *error*. Nothing is written after an interruption, and no process of the run is
    left whatever happens.

    Raises:
        UsageError: if the call or the configuration is wrong; nothing is written.
        Interrupted: if a signal arrived.
    """
    started = time.monotonic()
    become_subreaper()
    try:
        if job.results is not None:
            result = _stored(job, *job.results, Draft(started=started))
        else:
            if job.dry_run:
                make_folder(job.out)
            with Workspace(job.out if job.dry_run else None) as folder:
                result = _checked(job, folder, progress, Draft(started=started))
    finally:
        left = reap_descendants(GRACE_S)
    if left:
        progress.note(f"{left} processes of the target could not be ended")
    write(result, job.out)
    return result


def _stored(job: Job, base: Path, head: Path, draft: Draft) -> Result:
    """Judge two results that were measured before."""
    rules = rules_without_revisions(job)
    before, after = (loads(text_of(path)) for path in (base, head))
    draft = replace(draft, revisions=after.revisions, notices=rules.notices)
    try:
        measurements = measurements_of(before, after)
    except MeasureError as error:
        return draft.failed(error)
    return draft.finished(judge(measurements, rules.threshold, inconclusive=rules.inconclusive))


def _checked(job: Job, folder: Path, progress: Progress, draft: Draft) -> Result:
    progress.phase("revisions")
    source = clone(job.repository, folder / "git")
    revisions, notices = settle(job, source)
    rules = rules_for(job, source, revisions)
    exports = export_both(job, source, revisions, folder)
    notices += rules.notices + tuple(n for side in Side for n in exports[side].notices)
    draft = replace(draft, revisions=revisions, notices=notices)
    version = pretended_version(source, revisions.base.commit)
    run = _Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
    try:
        return run.judged(exports, draft)
    except (InstallError, MeasureError) as error:
        return draft.failed(error)


def reach(job: Job, progress: Progress) -> Reach:
    """Install both sides and return which functions each benchmark of head reaches.

    Raises:
        UsageError: as :func:`check`.
        InstallError: if a side cannot be installed.
        MeasureError: if there is no benchmark.
    """
    become_subreaper()
    try:
        with Workspace() as folder:
            source = clone(job.repository, folder / "git")
            revisions, _ = settle(job, source)
            rules = rules_for(job, source, revisions)
            version = pretended_version(source, revisions.base.commit)
            run = _Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
            return run.reached(export_both(job, source, revisions, folder))
    finally:
        reap_descendants(GRACE_S)


def take(
    job: Job, source: Clone, revisions: Revisions, rules: Rules, *, folder: Path, progress: Progress
) -> tuple[Measurements, Fingerprint]:
    """Measure both sides and return what came back, unjudged, and the machine that it holds for.

    Raises:
        InstallError: if a side cannot be installed.
        MeasureError: if nothing can be measured.
    """
    version = pretended_version(source, revisions.base.commit)
    run = _Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
    return run.taken(export_both(job, source, revisions, folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is judged."""

    measurements: Measurements
    proof: Proof
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What stays the same from installing to judging."""

    job: Job
    folder: Path
    progress: Progress
    rules: Rules
    version: str | None
    """For a target that asks git for its version."""

    @property
    def budget_s(self) -> float:
        return self.job.budget_s or self.rules.configuration.measure.budget_s

    @property
    def stall_s(self) -> float:
        return max(SHORTEST_STALL_S, min(LONGEST_STALL_S, self.budget_s / 3))

    def judged(self, exports: Mapping[Side, Export], draft: Draft) -> Result:
        """Install, measure and judge; environments are gone on return."""
        with self._installed(exports) as environments:
            draft = replace(
                draft,
                install_s=environments.seconds,
                differences=environments.differences,
                python=environments.base.interpreter,
                notices=(*draft.notices, *environments.notices),
            )
            began = time.monotonic()
            found = self._measured(environments)
            judgement = judge(
                found.measurements,
                self.rules.threshold,
                inconclusive=self.rules.inconclusive,
                proved=found.proof.proved,
                counted=found.counted,
            )
            return draft.finished(judgement, measure_s=time.monotonic() - began)

    def taken(self, exports: Mapping[Side, Export]) -> tuple[Measurements, Fingerprint]:
        """Install and measure."""
        with self._installed(exports) as environments:
            machine = fingerprint_of(environments.head, os.environ)
            return self._measured(environments).measurements, machine

    def reached(self, exports: Mapping[Side, Export]) -> Reach:
        """Install, and find out what each benchmark reaches."""
        with self._installed(exports) as environments:
            seats = seats_of(environments, self.rules.configuration, self.folder)
            return survey(self._question(self._catalogue(seats), environments))

    def _installed(self, exports: Mapping[Side, Export]) -> AbstractContextManager[Environments]:
        self.progress.phase("install")
        return prepare(
            {side: exports[side].project for side in Side},
            spec_of(self.job, self.rules.configuration),
            folder=self.folder,
            cache=self._cache(),
            version=self.version,
            report=self.progress.note,
        )

    def _cache(self) -> Path:
        """What is worth keeping between runs; a dry run keeps nothing outside its folder."""
        if self.job.dry_run:
            return self.folder / "cache"
        return cache_folder(os.environ, otherwise=self.folder)

    def _measured(self, environments: Environments) -> _Found:
        seats = seats_of(environments, self.rules.configuration, self.folder)
        suite = self._suite(seats, environments)
        catalogue = self._catalogue(seats) if suite is None else self._beside(seats)
        tries = self.job.proof and catalogue.items
        proof = self._proof(catalogue, environments) if tries else Proof()
        proved = {benchmark.name for benchmark in proof.proved}
        seed = secrets.randbelow(SEEDS) if self.job.seed is None else self.job.seed
        group = control_group(proved, seed) if self.rules.configuration.suite.run else NOBODY
        wanted = [one for one in catalogue.items if one.name not in proved - set(group.names)]
        plan = Plan(thresholds=self.rules.threshold, budget_s=self.budget_s, seed=seed)
        catalogue = replace(catalogue, items=tuple(wanted))
        watch = Stopwatch(cores=machine.cores(), stall_s=self.stall_s, report=self.progress.step)
        self.progress.phase("measure")
        if suite is None:
            measurements = watch.timed(catalogue, plan, group)
        else:
            measurements = watch.timed_with(suite, catalogue, plan, group)
        told = replace(measurements, notices=(*measurements.notices, *proof.notices))
        return _Found(measurements=told, proof=proof, counted=suite.counted if suite else ())

    def _suite(self, seats: Mapping[Side, Seat], environments: Environments) -> Bundled | None:
        what = asked(self.job, self.rules.configuration.suite)
        if what is None:
            return None
        self.progress.phase("suite")
        return prepared(
            what,
            seats,
            python=version_of(environments.base.interpreter),
            folder=self.folder,
            stall_s=self.stall_s,
        )

    def _beside(self, seats: Mapping[Side, Seat]) -> Catalogue:
        """The target's own benchmarks; with the suite there need not be any."""
        nothing = Catalogue(seats=seats, paths=(), items=(), own=frozenset())
        if asks_for_nothing_else(self.job):
            return nothing
        try:
            return self._catalogue(seats)
        except NothingThereError as error:
            return replace(nothing, notices=() if self.job.only else (error.message,))

    def _catalogue(self, seats: Mapping[Side, Seat]) -> Catalogue:
        self.progress.phase("collect")
        wanted = self.rules.configuration.benchmarks
        request = Request(
            paths=tuple(str(path) for path in wanted.paths),
            harness=Side.HEAD if wanted.harness is Harness.HEAD else Side.BASE,
            stall_s=self.stall_s,
        )
        saved = self.folder / "saved"
        saved.mkdir()
        return select(self.job, gather(seats, request, saved=saved))

    def _proof(self, catalogue: Catalogue, environments: Environments) -> Proof:
        self.progress.phase("compare what is executed")
        return prove(self._question(catalogue, environments))

    def _question(self, catalogue: Catalogue, environments: Environments) -> Question:
        return Question(
            seats=catalogue.seats,
            paths=catalogue.paths,
            names=tuple(item.name for item in catalogue.items),
            interpreter=version_of(environments.base.interpreter),
            dependencies=environments.differences,
            budget_s=self.budget_s * PROOF_SHARE,
            stall_s=self.stall_s,
        )
