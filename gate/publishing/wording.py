"""What a result becomes on GitHub: fate of the comment, check run, annotations. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gate.config.schema import Comment
from gate.errors import ExitStatus
from gate.github.api.checks import Annotation, Check
from gate.github.api.comments import Move
from gate.github.api.pulls import Lines
from gate.model import Finding, Level, Outcome, Result, VerdictKind
from gate.report.render import render_comment
from gate.report.view import view_of
from gate.report.words import SENTENCE_LIMIT, headline
from gate.text import visible

_NEWS = frozenset(
    {Outcome.REGRESSED, Outcome.IMPROVED, Outcome.MISSING, Outcome.BROKEN, Outcome.ACCEPTED}
)
_ALARMS = frozenset({Outcome.REGRESSED, Outcome.MISSING, Outcome.BROKEN})
_LEVELS = {Level.ERROR: "failure", Level.WARN: "warning"}


def move_for(mode: Comment, result: Result) -> Move:
    """Return what becomes of the comment.

    Where nothing is worth a comment, one that is there is edited: it says that all is well.
    """
    if mode is Comment.NEVER:
        return Move.DELETE
    if mode is Comment.ALWAYS:
        return Move.POST
    fails = result.judgement.exit_status != ExitStatus.PASS
    if mode is Comment.FAILURES:
        return Move.POST if fails else Move.EDIT
    return Move.POST if fails or _is_news(result) else Move.EDIT


def _is_news(result: Result) -> bool:
    judgement = result.judgement
    changed = any(finding.outcome in _NEWS for finding in judgement.findings)
    return changed or judgement.verdict is not VerdictKind.PASS


def check_of(result: Result, *, report_id: str, run: str, lines: Mapping[str, Lines]) -> Check:
    """Return the check run of a result.

    Args:
        result: What was judged.
        report_id: Which of several gates it was.
        run: Tells the runs of the gate apart.
        lines: For each changed file, lines that a note can stand at.
    """
    named = "Performance" if report_id == "default" else f"Performance ({report_id})"
    return Check(
        name=named,
        key=f"perf-gate:{report_id}:{run}",
        conclusion=_conclusion(result),
        title=visible(headline(result, report_id), SENTENCE_LIMIT),
        summary=render_comment(view_of(result, report_id=report_id)),
        annotations=tuple(_annotations(result.judgement.findings, lines)),
    )


def _conclusion(result: Result) -> str:
    if result.judgement.exit_status != ExitStatus.PASS:
        return "failure"
    undecided = result.judgement.verdict is VerdictKind.INCONCLUSIVE
    return "neutral" if undecided else "success"


def is_alarming(result: Result) -> bool:
    """Whether anything could be said at a line."""
    return any(_level(finding) for finding in result.judgement.findings)


def _annotations(findings: Iterable[Finding], lines: Mapping[str, Lines]) -> Iterator[Annotation]:
    for finding in findings:
        level, path = _level(finding), _path(finding.benchmark.name, lines)
        if level and path:
            text = f"{visible(finding.benchmark.name)}: {visible(finding.message, SENTENCE_LIMIT)}"
            yield Annotation(path=path, lines=lines[path], level=level, message=text)


def _level(finding: Finding) -> str:
    if finding.outcome not in _ALARMS or finding.threshold is None:
        return ""
    return _LEVELS.get(finding.threshold.level, "")


def _path(name: str, lines: Mapping[str, Lines]) -> str:
    """The benchmark's own file, where the change touches it and no other file of that name."""
    file, separator, _ = name.partition("::")
    fitting = [path for path in lines if path == file or path.endswith(f"/{file}")]
    return fitting[0] if separator and len(fitting) == 1 else ""
