"""The pipes themselves; each reads like the list in the package's docstring."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from gate.baseline.record import Fingerprint, Record
from gate.config.schema import Compare
from gate.errors import InstallError, MeasureError
from gate.job import Job
from gate.judge import judge
from gate.model import Measurements, Result, Revisions, Side
from gate.page.files import write
from gate.page.records import past_of
from gate.pipe.acceptances import with_acceptances, without_requests
from gate.pipe.brought import brought, caveats, revisions_of
from gate.pipe.draft import Draft
from gate.pipe.earlier.baselines import Baselines
from gate.pipe.earlier.history import Task, before_base, beside_base, known_baselines
from gate.pipe.earlier.release import SHARE as RELEASE_SHARE
from gate.pipe.earlier.release import last_release, with_release
from gate.pipe.rules import Rules, rules_for, rules_without_revisions, with_template
from gate.pipe.run import Run, with_share
from gate.pipe.sides import export_both, pretended_version
from gate.pipe.stored import measurements_of, without_noise
from gate.proof.survey import Reach
from gate.report.custom.rendering import Template, comment_of
from gate.report.files import make_folder
from gate.revisions import Clone, clone, settle
from gate.system.folders import Workspace
from gate.system.processes import become_subreaper, reap_descendants
from gate.system.progress import Progress

GRACE_S = 5.0
"""How long the descendants of a run may take to die."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """What a run came to, how its comment is laid out, and what the page shows of earlier runs."""

    result: Result
    template: Template | None = None
    past: tuple[Record, ...] = ()
    """Of machines like this one."""


def check(job: Job, progress: Progress) -> Result:
    """Measure base and head of a change, judge the difference, and write the reports.

    The page shows the history of each benchmark where a store was read for the judgement, or is a
    folder.

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
            checked = _Checked(result=_stored(job, *job.results, Draft(started=started)))
        else:
            if job.dry_run:
                make_folder(job.out)
            with Workspace(job.out if job.dry_run else None) as folder:
                checked = _checked(job, folder, progress, Draft(started=started, part=job.part))
    finally:
        left = reap_descendants(GRACE_S)
    if left:
        progress.note(f"{left} processes of the target could not be ended")
    histories = past_of(checked.past, checked.result.machine)
    result, comment = comment_of(checked.result, checked.template, report_id=job.report_id)
    write(result, job.out, report_id=job.report_id, histories=histories, comment=comment)
    return result


def _stored(job: Job, base: Path, head: Path, draft: Draft) -> Result:
    """Judge two results that were measured before."""
    rules = without_requests(rules_without_revisions(job), job, _today())
    before, after = brought(base), brought(head)
    notices = (*rules.notices, *caveats(before, after))
    draft = replace(draft, revisions=revisions_of(before, after), notices=notices)
    try:
        measurements = measurements_of(before.result, after.result)
    except MeasureError as error:
        return draft.failed(error)
    judgement = judge(
        measurements,
        rules.threshold,
        inconclusive=rules.inconclusive,
        acceptances=rules.acceptances,
    )
    return draft.finished(without_noise(judgement))


def _today() -> date:
    """The day by which acceptances end, the same all over the world."""
    return datetime.now(UTC).date()


def _checked(job: Job, folder: Path, progress: Progress, draft: Draft) -> _Checked:
    progress.phase("revisions")
    source = clone(job.repository, folder / "git")
    revisions, notices = settle(job, source)
    rules = with_template(rules_for(job, source, revisions), job, source, revisions)
    rules = with_acceptances(rules, job, source, revisions, _today())
    exports = export_both(job, source, revisions, folder)
    notices += rules.notices + tuple(n for side in Side for n in exports[side].notices)
    draft = replace(draft, revisions=revisions, notices=notices)
    version = pretended_version(source, revisions.base.commit)
    run = Run(job=job, folder=folder, progress=progress, rules=rules, version=version)
    task = Task(run=run, source=source, revisions=revisions, exports=exports)
    known = known_baselines(task)
    try:
        result = _judged(task, known, draft)
    except (InstallError, MeasureError) as error:
        result = draft.failed(error)
    return _Checked(result=result, template=rules.template, past=known.past)


def _judged(task: Task, known: Baselines, draft: Draft) -> Result:
    """Hold head against base, and against what else the configuration names."""
    if not task.run.rules.configuration.baseline.release:
        return _compared(task, known, draft)
    release = last_release(task.source, task.revisions)
    if isinstance(release, str):
        return _compared(task, known, replace(draft, notices=(*draft.notices, release)))
    smaller = replace(task, run=with_share(task.run, 1 - RELEASE_SHARE))
    result = _compared(smaller, known, draft)
    return with_release(result, task.run, task.source, release)


def _compared(task: Task, known: Baselines, draft: Draft) -> Result:
    match task.run.rules.configuration.baseline.compare:
        case Compare.STORED:
            return before_base(task, known, draft)
        case Compare.BOTH:
            return beside_base(task, known, draft)
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
