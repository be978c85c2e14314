"""What the runner is told in the end: outputs, annotations, summary, and files given back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gate.config.problems import ConfigurationError
from gate.errors import GateError
from gate.github.commands import Severity, annotation, append_output, append_summary
from gate.judge.wording import beside
from gate.model import Finding, Judgement, Level, Outcome, VerdictKind

OUTPUTS = (
    "verdict",
    "reason",
    "regressions",
    "improvements",
    "inconclusive",
    "measured",
    "comment-url",
    "result-path",
    "report-path",
)
"""Every output that ``action.yml`` declares."""

RESULT_FILE = "result.json"
SUMMARY_FILE = "summary.md"
REPORT_FILE = "report.html"

_OUT = "perf-gate-out"
_PER_SEVERITY = 10
_MEASURED = frozenset(
    {
        Outcome.REGRESSED,
        Outcome.IMPROVED,
        Outcome.UNCHANGED,
        Outcome.INCONCLUSIVE,
        Outcome.ACCEPTED,
    }
)
_ALARMING = frozenset({Outcome.REGRESSED, Outcome.MISSING, Outcome.BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of posting a result."""

    url: str = ""
    """Of the comment; empty where there is none."""
    notes: tuple[str, ...] = ()
    """What was not done, and why."""


def output_folder(workspace: Path) -> Path:
    """Choose where results go: below the workspace, else (read-only, or a trap) a temporary folder.

    A link of that name could have been planted by the change, and leads elsewhere.
    """
    out = workspace / _OUT
    if os.access(workspace, os.W_OK) and not out.is_symlink():
        return out
    return Path(tempfile.mkdtemp(prefix=f"{_OUT}-"))


def outputs_of(judgement: Judgement, out: Path, workspace: Path) -> dict[str, str]:
    """Say what a judgement is in the words of `OUTPUTS`; paths are relative to the workspace."""

    def count(*outcomes: Outcome) -> str:
        return str(len({row.benchmark for row in judgement.findings if row.outcome in outcomes}))

    return {
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "regressions": count(Outcome.REGRESSED),
        "improvements": count(Outcome.IMPROVED),
        "inconclusive": count(Outcome.INCONCLUSIVE),
        "measured": count(*_MEASURED),
        "comment-url": "",  # known once it is posted; the runner takes the last that it is told
        "result-path": _path(out / RESULT_FILE, workspace),
        "report-path": _path(out / REPORT_FILE, workspace),
    }


def outputs_of_error(error: GateError) -> dict[str, str]:
    """Say in the words of `OUTPUTS` that there is no judgement, and why."""
    counts = dict.fromkeys(("regressions", "improvements", "inconclusive", "measured"), "0")
    paths = {"comment-url": "", "result-path": "", "report-path": ""}
    return {"verdict": VerdictKind.ERROR, "reason": error.message, **counts, **paths}


def _path(file: Path, workspace: Path) -> str:
    if not file.is_file():
        return ""
    return str(file.relative_to(workspace) if file.is_relative_to(workspace) else file)


def annotations_of(judgement: Judgement) -> list[str]:
    """Write verdict and alarming findings as log commands, no more than the runner keeps."""
    verdict = []
    if judgement.exit_status:
        verdict = [annotation(Severity.ERROR, judgement.reason)]
    elif judgement.verdict is VerdictKind.INCONCLUSIVE:
        verdict = [annotation(Severity.WARNING, judgement.reason)]
    return verdict + list(_limited(judgement.findings))


def _limited(findings: Iterable[Finding]) -> Iterator[str]:
    left = dict.fromkeys(Severity, _PER_SEVERITY - 1)
    for severity, text in _said(findings):
        if left[severity] > 0:
            left[severity] -= 1
            yield annotation(severity, text)


def _said(findings: Iterable[Finding]) -> Iterator[tuple[Severity, str]]:
    """What is alarming against base; only where nothing is, what warns against something else."""
    for finding in findings:
        name, severity = finding.benchmark.name, _severity(finding)
        if severity is not None:
            yield severity, f"{name}: {finding.message}"
            continue
        for one in finding.against:
            if one.slower and finding.outcome is not Outcome.ACCEPTED:
                yield Severity.WARNING, f"{name}: {beside(one)}"


def _severity(finding: Finding) -> Severity | None:
    if finding.outcome not in _ALARMING:
        return None
    levels = {Level.OFF: None, Level.WARN: Severity.WARNING, Level.ERROR: Severity.ERROR}
    return levels[finding.threshold.level] if finding.threshold else Severity.WARNING


def annotations_of_error(error: GateError) -> list[str]:
    """Write an error as log commands, each problem of a configuration at its own line."""
    if isinstance(error, ConfigurationError):
        return [
            annotation(
                Severity.ERROR,
                str(problem),
                file=problem.file,
                line=problem.line,
                column=problem.column,
            )
            for problem in error.problems[:_PER_SEVERITY]
        ]
    return [annotation(Severity.ERROR, f"{error.message}\n{error.hint}".rstrip())]


def tell(environment: Mapping[str, str], outputs: Mapping[str, str], summary: str) -> None:
    """Write outputs and summary into the runner's files, where there is a runner.

    Raises:
        OSError: A file cannot be written.
    """
    if file := environment.get("GITHUB_OUTPUT"):
        for name, value in outputs.items():
            append_output(Path(file), name, value)
    if (file := environment.get("GITHUB_STEP_SUMMARY")) and summary:
        append_summary(Path(file), summary)


def give_back(written: Path, workspace: Path) -> None:
    """Give what root wrote below a folder to the workspace's owner, as far as we are allowed to.

    Links are changed themselves, never followed; a folder that is not there is none to give.
    """
    with suppress(OSError):
        owner = workspace.stat()
        os.chown(written, owner.st_uid, owner.st_gid, follow_symlinks=False)
        if written.is_symlink():
            return
        for folder, folders, files in os.walk(written):
            for name in (*folders, *files):
                os.chown(Path(folder, name), owner.st_uid, owner.st_gid, follow_symlinks=False)
