"""The pipes themselves; each reads like the list in the package's docstring."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate.config.decode import load
from gate.config.schema import Configuration, Harness
from gate.config.thresholds import matches, threshold_for
from gate.environments.discover import TargetSpec
from gate.environments.environments import Environment, Environments, prepare
from gate.errors import InstallError, MeasureError, UsageError
from gate.job import Job
from gate.judge import judge
from gate.measure import guests
from gate.measure.collection import Catalogue, Request, gather
from gate.measure.guests import Seat
from gate.measure.schedule import Plan
from gate.measure.session import measure
from gate.model import (
    Benchmark,
    Judgement,
    Measurements,
    Metric,
    Noise,
    Result,
    Revisions,
    Seconds,
    Side,
    Threshold,
    VerdictKind,
)
from gate.progress import Progress
from gate.proof.census import Proof, Question, prove
from gate.report.files import write
from gate.revisions import Clone, Export, clone, settle
from gate.system import machine
from gate.system.folders import Workspace, cache_folder
from gate.system.processes import become_subreaper, reap_descendants

CONFIGURATION = ".perf-gate.yml"
LONGEST_STALL_S = 60.0
GRACE_S = 5.0
PROOF_SHARE = 0.2
SEEDS = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The configuration that holds, and what a reader must know about where it came from."""

    configuration: Configuration
    notices: tuple[str, ...] = ()

    def threshold(self, benchmark: Benchmark, metric: Metric) -> Threshold:
        """What a benchmark is allowed."""
        return threshold_for(self.configuration, benchmark, metric)


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
        with Workspace(job.out if job.dry_run else None) as folder:
            result = _checked(job, folder, progress, started)
    finally:
        reap_descendants(GRACE_S)
    write(result, job.out)
    return result


def _checked(job: Job, folder: Path, progress: Progress, started: float) -> Result:
    progress.phase("revisions")
    source = clone(job.repository, folder / "git")
    revisions, notices = settle(job, source)
    rules = _rules(job, source, revisions)
    exports = _export(job, source, revisions, folder)
    notices += rules.notices + tuple(n for side in Side for n in exports[side].notices)
    draft = _Draft(revisions=revisions, notices=notices, started=started)
    try:
        return _judged(job, folder, rules, exports, draft, progress)
    except (InstallError, MeasureError) as error:
        return draft.failed(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A result in the making: what is known before anything is measured."""

    revisions: Revisions
    notices: tuple[str, ...]
    started: float
    install_s: float = 0.0
    differences: tuple[str, ...] = ()
    python: str = "unknown"

    def finished(self, judgement: Judgement, measure_s: float) -> Result:
        """The result of a run that came to its end."""
        return Result(
            revisions=self.revisions,
            judgement=judgement,
            machine=machine.describe(self.python),
            seconds=Seconds(
                install=self.install_s, measure=measure_s, total=time.monotonic() - self.started
            ),
            differences=self.differences,
            notices=tuple(dict.fromkeys(self.notices)),
        )

    def failed(self, error: InstallError | MeasureError) -> Result:
        """The result of a run that could not judge; that is not the same as regressed."""
        reason = f"{error.message}; {error.hint}" if error.hint else error.message
        judgement = Judgement(
            findings=(),
            verdict=VerdictKind.ERROR,
            reason=reason,
            exit_status=error.status,
            noise=Noise(floor=0.0, false_failure=0.0, smallest_detectable=None),
        )
        return self.finished(judgement, 0.0)


def _rules(job: Job, source: Clone, revisions: Revisions) -> Rules:
    """``--config`` wins; else base's file; else head's, said aloud; else the defaults."""
    if job.config is not None:
        try:
            text = job.config.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the configuration {job.config} cannot be read: {error}") from error
        return _with_notices(load(text, filename=str(job.config)))
    path = str(job.working_directory / CONFIGURATION)
    for revision, notices in (
        (revisions.base, ()),
        (revisions.head, (f"base has no {CONFIGURATION} yet: the rules are those of head",)),
    ):
        content = source.read(revision.commit, path)
        if content is not None:
            rules = _with_notices(load(content.decode("utf-8", "replace"), filename=path))
            return replace(rules, notices=(*notices, *rules.notices))
    return Rules(configuration=load("", filename=path))


def _with_notices(configuration: Configuration) -> Rules:
    """Say what this version understands but does not act on, so that nobody relies on it."""
    asked = {
        "benchmarks.commands": configuration.benchmarks.commands,
        "benchmarks.imports": configuration.benchmarks.imports,
        "suite.executor": configuration.suite.executor,
        "baseline.store": configuration.baseline.store,
        "report.template": configuration.report.template,
        "accept": configuration.accept,
    }
    idle = [name for name, value in asked.items() if value]
    notice = f"understood, but not acted on by this version: {', '.join(idle)}"
    return Rules(configuration=configuration, notices=(notice,) if idle else ())


def _export(job: Job, source: Clone, revisions: Revisions, folder: Path) -> Mapping[Side, Export]:
    commits = {Side.BASE: revisions.base.commit, Side.HEAD: revisions.head.commit}
    return {
        side: source.export(commits[side], folder / side / "tree", job.working_directory)
        for side in Side
    }


def _judged(
    job: Job,
    folder: Path,
    rules: Rules,
    exports: Mapping[Side, Export],
    draft: _Draft,
    progress: Progress,
) -> Result:
    progress.phase("install")
    cache = folder / "cache" if job.dry_run else cache_folder(os.environ, otherwise=folder)
    trees = {side: exports[side].project for side in Side}
    spec = _spec(job, rules.configuration)
    with prepare(
        trees, spec, folder=folder, cache=cache, version=None, report=progress.note
    ) as environments:
        draft = replace(
            draft,
            install_s=environments.seconds,
            differences=environments.differences,
            python=environments.base.interpreter,
            notices=(*draft.notices, *environments.notices),
        )
        progress.phase("measure")
        began = time.monotonic()
        measurements, proof = _measure(job, folder, rules, environments, progress)
        judgement = judge(
            measurements,
            rules.threshold,
            inconclusive=rules.configuration.report.inconclusive,
            proved=proof.proved,
        )
        return draft.finished(judgement, time.monotonic() - began)


def _spec(job: Job, configuration: Configuration) -> TargetSpec:
    target = configuration.target
    return TargetSpec(
        python=job.python or target.python,
        install=target.install,
        requirements=tuple(str(path) for path in target.requirements),
        env=dict(target.env),
    )


def _measure(
    job: Job, folder: Path, rules: Rules, environments: Environments, progress: Progress
) -> tuple[Measurements, Proof]:
    budget_s = job.budget_s or rules.configuration.measure.budget_s
    stall_s = max(5.0, min(LONGEST_STALL_S, budget_s / 3))
    catalogue = _catalogue(job, folder, rules.configuration, environments, stall_s)
    seed = secrets.randbelow(SEEDS) if job.seed is None else job.seed
    plan = Plan(thresholds=rules.threshold, budget_s=budget_s, seed=seed)
    proof = _prove(job, catalogue, environments, budget_s, stall_s)
    names = {benchmark.name for benchmark in proof.proved}
    touched = tuple(item for item in catalogue.items if item.name not in names)
    measurements = measure(
        replace(catalogue, items=touched),
        plan,
        cores=machine.cores(),
        stall_s=stall_s,
        report=progress.step,
    )
    return replace(measurements, notices=(*measurements.notices, *proof.notices)), proof


def _prove(
    job: Job, catalogue: Catalogue, environments: Environments, budget_s: float, stall_s: float
) -> Proof:
    """Which benchmarks never met the change; the proof may take a fifth of the budget."""
    if not job.proof:
        return Proof()
    question = Question(
        seats=catalogue.seats,
        paths=catalogue.paths,
        names=tuple(item.name for item in catalogue.items),
        interpreter=_version(environments.base.interpreter),
        dependencies=environments.differences,
        budget_s=budget_s * PROOF_SHARE,
        stall_s=stall_s,
    )
    return prove(question)


def _version(interpreter: str) -> tuple[int, ...]:
    """``CPython 3.13.0`` -> (3, 13, 0); other implementations count nothing."""
    name, _, version = interpreter.partition(" ")
    numbers = re.findall(r"\d+", version)
    return tuple(int(number) for number in numbers[:3]) if name == "CPython" else (0,)


def _catalogue(
    job: Job,
    folder: Path,
    configuration: Configuration,
    environments: Environments,
    stall_s: float,
) -> Catalogue:
    wanted = configuration.benchmarks
    library = guests.lay_out(folder / "guest")
    sides = {Side.BASE: environments.base, Side.HEAD: environments.head}
    seats = {
        side: _seat(side, one, folder, library, wanted.pytest_args) for side, one in sides.items()
    }
    request = Request(
        paths=tuple(str(path) for path in wanted.paths),
        harness=Side.HEAD if wanted.harness is Harness.HEAD else Side.BASE,
        stall_s=stall_s,
    )
    saved = folder / "saved"
    saved.mkdir()
    return _only(job.only, gather(seats, request, saved=saved))


def _seat(
    side: Side, one: Environment, folder: Path, library: Path, pytest_args: tuple[str, ...]
) -> Seat:
    other = Side.HEAD if side is Side.BASE else Side.BASE
    return Seat(
        side=side,
        python=one.python,
        tree=one.tree,
        environ=one.environ,
        packages=one.packages,
        own=(folder / side,),
        elsewhere=folder / other,
        library=library,
        log=folder / f"{side}.log",
        pytest_args=pytest_args,
    )


def _only(patterns: tuple[str, ...], catalogue: Catalogue) -> Catalogue:
    """Keep what the user asked for.

    Raises:
        MeasureError: if nothing matches; silently measuring nothing would be a pass.
    """
    if not patterns:
        return catalogue

    def wanted(name: str) -> bool:
        return any(matches(pattern, name) for pattern in patterns)

    items = tuple(item for item in catalogue.items if wanted(item.name))
    failures = tuple(f for f in catalogue.failures if wanted(f.benchmark.name))
    if not items and not failures:
        raise MeasureError(
            f"no benchmark matches --only {' '.join(patterns)}",
            hint="a name is file::test[parameters]; patterns are shell-style, as 'test_parse*'",
        )
    return replace(catalogue, items=items, failures=failures)
