"""The comment by the target's own template, or by ours and a notice that says why."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import gate
from gate.model import Result
from gate.report.render import marker, render_comment
from gate.report.view import DEFAULT_REPORT_ID, View, view_of
from gate.system.processes import Completed, run
from gate.text import visible

CPU_S = 5
"""Ten thousand rows take two."""
TIMEOUT_S = 30.0
LARGEST_TEMPLATE = 64 * 1024
"""Bytes; what is longer is no layout."""
_PROBLEM_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as it is on base."""

    path: PurePosixPath
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Why a template was of no use, in one sentence that names the line."""

    sentence: str


def comment_of(
    result: Result, template: Template | None, *, report_id: str = DEFAULT_REPORT_ID
) -> tuple[Result, str]:
    """Return the comment, and the result with a notice where the template could not be used.

    Raises:
        UsageError: ``report_id`` cannot stand in a marker.
    """
    view = view_of(result, report_id=report_id)
    if template is None:
        return result, render_comment(view)
    made = render_custom(view, template)
    if isinstance(made, str):
        return result, made
    told = replace(result, notices=(*result.notices, made.sentence))
    return told, render_comment(view_of(told, report_id=report_id))


def render_custom(view: View, template: Template, *, cpu_s: int = CPU_S) -> str | Flaw:
    """Return the comment as Markdown, at most ``COMMENT_BYTES`` long, or what is wrong.

    The template sees the View with every text escaped, and our templates, which it may extend.
    It is rendered by a process that inherits no environment, and has 1 GiB.

    Args:
        view: What to show.
        template: How.
        cpu_s: Seconds of processor time that it may take, at least 1.

    Raises:
        UsageError: The view's report id cannot stand in a marker.
    """
    task = {
        "name": str(template.path),
        "text": template.text,
        "view": view,
        "first_line": marker(view["report_id"]),
        "cpu_s": cpu_s,
    }
    if len(template.text.encode("utf-8", "replace")) > LARGEST_TEMPLATE:
        return _flaw(template, f"it is larger than {LARGEST_TEMPLATE:,} bytes", 0)
    with TemporaryDirectory(prefix="perf-gate-") as folder:
        asked, answer = Path(folder) / "task.json", Path(folder) / "answer.json"
        asked.write_text(json.dumps(task), encoding="utf-8")
        completed = run(
            [sys.executable, "-P", "-m", "gate.report.custom", str(asked), str(answer)],
            cwd=Path(folder),
            env={"PATH": os.defpath, "PYTHONPATH": str(Path(gate.__file__).parent.parent)},
            timeout_s=TIMEOUT_S,
        )
        return _answer(template, answer, completed)


def _answer(template: Template, answer: Path, completed: Completed) -> str | Flaw:
    if completed.status in {None, -signal.SIGXCPU, -signal.SIGKILL}:
        return _flaw(template, "it takes too long", 0)
    if completed.status or not answer.is_file():
        return _flaw(template, "it could not be rendered", 0)
    found = json.loads(answer.read_text(encoding="utf-8"))
    if "text" in found:
        return str(found["text"])
    return _flaw(template, str(found["problem"]), int(found["line"]))


def _flaw(template: Template, problem: str, line: int) -> Flaw:
    place = f"{visible(str(template.path))}:{line}" if line else visible(str(template.path))
    said = visible(problem, _PROBLEM_LIMIT).rstrip(".")
    return Flaw(sentence=f"The comment is ours, not that of report.template: {place}: {said}.")
