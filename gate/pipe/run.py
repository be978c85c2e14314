"""One run, from trees to what was found: installed, collected, proved, measured and judged."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from gate.baseline.entries import digest
from gate.baseline.record import Fingerprint
from gate.config.schema import Harness
from gate.environments.environments import Environments, prepare
from gate.job import Job
from gate.judge import judge
from gate.judge.rows.exact import Counted, exact_findings
from gate.measure.gathering.collection import Catalogue, NothingThereError, Request, gather
from gate.measure.gathering.group import NOBODY, control_group
from gate.measure.guests import Seat
from gate.measure.lanes import lanes_of
from gate.measure.planning.rounds import Plan
from gate.model import Finding, Judgement, Measurements, Side
from gate.pipe.bundled.suite import Bundled, asked, asks_for_nothing_else, prepared
from gate.pipe.bundled.timing import Stopwatch
from gate.pipe.draft import Draft
from gate.pipe.earlier.fingerprint import fingerprint_of
from gate.pipe.rules import Rules
from gate.pipe.selection import select
from gate.pipe.sides import seats_of, spec_of, version_of
from gate.proof.census import Proof, Question, prove
from gate.proof.survey import Reach, survey
from gate.revisions import Export
from gate.system import machine
from gate.system.folders import cache_folder
from gate.system.progress import Progress

LONGEST_STALL_S = 60.0
"""A guest that says nothing for so long hangs, however large the budget is."""
SHORTEST_STALL_S = 5.0
PROOF_SHARE = 0.2
"""Of the budget, at the most."""
SEEDS = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is judged."""

    measurements: Measurements
    proof: Proof
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of installing and measuring."""

    found: Found
    machine: Fingerprint
    """This machine, with the interpreter of head."""
    draft: Draft
    """The result as far as it is known."""

    def judged(self, rules: Rules, settled: Sequence[Finding] = ()) -> Judgement:
        """Return what it comes to, with rows that were settled without it."""
        counted = exact_findings(self.found.counted, rules.threshold)
        return judge(
            self.found.measurements,
            rules.threshold,
            inconclusive=rules.inconclusive,
            proved=self.found.proof.proved,
            settled=(*counted, *settled),
            acceptances=rules.acceptances,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What stays the same from installing to judging."""

    job: Job
    folder: Path
    progress: Progress
    rules: Rules
    version: str | None
    """For a target that asks git for its version."""

    settled: frozenset[str] = frozenset()
    """Names of benchmarks that need not be measured any more."""

    @property
    def budget_s(self) -> float:
        """Seconds for measuring."""
        return self.job.budget_s or self.rules.configuration.measure.budget_s

    @property
    def stall_s(self) -> float:
        """Seconds of silence after which a guest hangs."""
        return max(SHORTEST_STALL_S, min(LONGEST_STALL_S, self.budget_s / 3))

    def measured(self, exports: Mapping[Side, Export], draft: Draft) -> Measured:
        """Install and measure; environments are gone on return.

        Raises:
            InstallError: if a side cannot be installed.
            MeasureError: if nothing can be measured.
        """
        with self._installed(exports) as environments:
            machine = fingerprint_of(environments.head, os.environ)
            draft = replace(
                draft,
                install_s=draft.install_s + environments.seconds,
                differences=environments.differences,
                python=environments.base.interpreter,
                fingerprint=digest(machine),
                notices=(*draft.notices, *environments.notices),
            )
            began = time.monotonic()
            found = self._measured(environments)
            spent_s = time.monotonic() - began
            draft = replace(draft, measure_s=draft.measure_s + spent_s)
            return Measured(found=found, machine=machine, draft=draft)

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
            allowance=self.rules.allowance,
        )

    def _cache(self) -> Path:
        """What is worth keeping between runs; a dry run keeps nothing outside its folder."""
        if self.job.dry_run:
            return self.folder / "cache"
        return cache_folder(os.environ, otherwise=self.folder)

    def _measured(self, environments: Environments) -> Found:
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
        cores, apart = machine.cores(), machine.apart()
        lanes = lanes_of(cores, apart)
        watch = Stopwatch(
            cores=cores[:apart] if lanes > 1 else cores,
            lanes=lanes,
            stall_s=self.stall_s,
            report=self.progress.step,
        )
        self.progress.phase("measure")
        if suite is None:
            measurements = watch.timed(catalogue, plan, group)
        else:
            measurements = watch.timed_with(suite, catalogue, plan, group)
        told = replace(measurements, notices=(*measurements.notices, *proof.notices))
        return Found(measurements=told, proof=proof, counted=suite.counted if suite else ())

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
        found = select(self.job, gather(seats, request, saved=saved))
        left = tuple(item for item in found.items if item.name not in self.settled)
        return replace(found, items=left)

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


def with_share(run: Run, share: float) -> Run:
    """Return the run with a share of its budget, 0 < share <= 1."""
    return replace(run, job=replace(run.job, budget_s=run.budget_s * share))
