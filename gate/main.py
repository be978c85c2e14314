"""The pipes themselves; each reads like the list in the package's docstring."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from gate.baseline.record import Fingerprint
from gate.config.schema import Compare
from gate.errors import InstallError, MeasureError
from gate.job import Job
from gate.judge import judge
from gate.model import Measurements, Result, Revisions, Side
from gate.page.files import write
from gate.pipe.brought import brought, caveats, revisions_of
from gate.pipe.draft import Draft
from gate.pipe.earlier.history import Task, before_base, beside_base
from gate.pipe.earlier.release import SHARE as RELEASE_SHARE
from gate.pipe.earlier.release import last_release, with_release
from gate.pipe.rules import Rules, rules_for, rules_without_revisions
from gate.pipe.run import Run, with_share
from gate.pipe.sides import export_both, pretended_version
from gate.pipe.stored import measurements_of, without_noise
from gate.proof.survey import Reach
from gate.report.files import make_folder
from gate.revisions import Clone, clone, settle
from gate.system.folders import Workspace
from gate.system.processes import become_subreaper, reap_descendants
from gate.system.progress import Progress

GRACE_S = 5.0
"""How long the descendants of a run may take to die."""


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
                result = _checked(job, folder, progress, Draft(started=started, part=job.part))
    finally:
        left = reap_descendants(GRACE_S)
    if left:
        progress.note(f"{left} processes of the target could not be ended")
    write(result, job.out, report_id=job.report_id)
    return result


def _stored(job: Job, base: Path, head: Path, draft: Draft) -> Result:
    """Judge two results that were measured before."""
    rules = rules_without_revisions(job)
    before, after = brought(base), brought(head)
    notices = (*rules.notices, *caveats(before, after))
    draft = replace(draft, revisions=revisions_of(before, after), notices=notices)
    try:
        measurements = measurements_of(before.result, after.result)
    except MeasureError as error:
        return draft.failed(error)
    judgement = judge(measurements, rules.threshold, inconclusive=rules.inconclusive)
    return draft.finished(without_noise(judgement))


def _checked(job: Job, folder: Path, progress: Progress, draft: Draft) -> Result:
    progress.phase("revisions")
    source = clone(job.repository, folder / "git")
    revisions, notices = settle(job, source)
    rules = rules_for(job, source, revisions)
    exports = export_both(job, source, revisions, folder)
    notices += rules.notices + tuple(n for side in Side for n in exports[side].notices)
    draft = replace(draft, revisions=revisions, notices=notices)
    version = pretended_version(source, revisions.base.commit)
    run = Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
    try:
        return _judged(Task(run=run, source=source, revisions=revisions, exports=exports), draft)
    except (InstallError, MeasureError) as error:
        return draft.failed(error)


def _judged(task: Task, draft: Draft) -> Result:
    """Hold head against base, and against what else the configuration names."""
    if not task.run.rules.configuration.baseline.release:
        return _compared(task, draft)
    release = last_release(task.source, task.revisions)
    if isinstance(release, str):
        return _compared(task, replace(draft, notices=(*draft.notices, release)))
    result = _compared(replace(task, run=with_share(task.run, 1 - RELEASE_SHARE)), draft)
    return with_release(result, task.run, task.source, release)


def _compared(task: Task, draft: Draft) -> Result:
    match task.run.rules.configuration.baseline.compare:
        case Compare.STORED:
            return before_base(task, draft)
        case Compare.BOTH:
            return beside_base(task, draft)
        case Compare.BASE:
            measured = task.run.measured(task.exports, draft)
            return measured.draft.finished(measured.judged(task.run.rules))


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
            run = Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
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
    run = Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
    exports = export_both(job, source, revisions, folder)
    measured = run.measured(exports, Draft(started=time.monotonic()))
    return measured.found.measurements, measured.machine
