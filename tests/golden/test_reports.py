"""Everything that a person reads, held against files that were looked at.

``UPDATE_GOLDEN=1 pytest tests/golden`` writes the files anew; read the difference then.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gate.model import Result
from gate.page.badge import render_badge_svg
from gate.page.html import render_html
from gate.page.junit import render_junit
from gate.report.documents import dumps
from gate.report.render import render_comment, render_summary
from gate.report.terminal import console, print_view
from gate.report.view import view_of
from tests.golden.cases import ALL

EXPECTED = Path(__file__).parent / "expected"


def _terminal(result: Result) -> str:
    stream = io.StringIO()
    files = [Path("perf-gate-out") / name for name in ("result.json", "comment.md", "summary.md")]
    print_view(view_of(result), console(stream, {}, width=80), files)
    return stream.getvalue()


def _page(result: Result) -> str:
    """The page with its data, without what all pages share: script, style and their hashes."""
    text = re.sub(r"(<(script|style)>).*?(</\2>)", r"\1…\3", render_html(result), flags=re.DOTALL)
    return re.sub(r"sha256-[\w+/=]+", "sha256-…", text)


REPORTS: dict[str, Callable[[Result], str]] = {
    "comment.md": lambda result: render_comment(view_of(result)),
    "summary.md": lambda result: render_summary(view_of(result)),
    "terminal.txt": _terminal,
    "result.json": dumps,
    "report.html": _page,
    "junit.xml": render_junit,
    "badge.svg": render_badge_svg,
}


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("case", ALL)
def test_the_report_is_as_it_was_approved(case: str, report: str) -> None:
    """A report changes only where somebody has looked at it and approved."""
    path = EXPECTED / case / report
    text = REPORTS[report](ALL[case])
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    assert text == path.read_text(encoding="utf-8")


def test_every_approved_file_belongs_to_a_case() -> None:
    """No file is left behind by a case that is gone."""
    stored = {path.relative_to(EXPECTED) for path in EXPECTED.rglob("*.*")}

    assert stored == {Path(case) / report for case in ALL for report in REPORTS}
