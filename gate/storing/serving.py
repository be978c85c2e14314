"""Recording as the action does it: the same pipe, told as a judgement that cannot be red."""

from __future__ import annotations

from gate.errors import ExitStatus
from gate.job import Job
from gate.model import Judgement, Noise, VerdictKind
from gate.report.files import make_folder, replace
from gate.storing.recording import Recorded, record
from gate.storing.telling import told
from gate.system.progress import Progress
from gate.text import markdown

SUMMARY = "summary.md"
_SENTENCE = 400


def record_for(job: Job, progress: Progress) -> Judgement:
    """Record head in the store of the job, write the summary, and return what was done.

    Raises:
        UsageError: The call or the configuration is wrong, or the store cannot be used.
        InstallError: Head cannot be installed.
        MeasureError: Nothing could be measured.
    """
    done = record(job, job.store, progress)
    reason = _reason(job, done)
    notices = (*told(done.news), *done.notices)
    make_folder(job.out)
    replace(job.out / SUMMARY, _summary(reason, notices))
    return Judgement(
        findings=(),
        verdict=VerdictKind.PASS,
        reason=reason,
        exit_status=ExitStatus.PASS,
        noise=Noise(floor=0.0, false_failure=0.0, smallest_detectable=None),
        notices=notices,
    )


def _reason(job: Job, done: Recorded) -> str:
    figures = sum(len(table.names) for table in done.record.tables)
    where = "below the output folder only" if job.dry_run else f"in {done.place}"
    benchmarks = "1 benchmark" if figures == 1 else f"{figures} benchmarks"
    return f"Recorded {benchmarks} of {done.record.revision[:10]} {where}."


def _summary(reason: str, notices: tuple[str, ...]) -> str:
    lines = (f"- {markdown(one, _SENTENCE)}" for one in notices)
    return "\n".join((f"## {markdown(reason, _SENTENCE)}", "", *lines, ""))
