"""Every format of a result, and writing them: each file is the old one or the new one, whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from gate.errors import GateError
from gate.model import Result
from gate.page.badge import render_badge_json, render_badge_svg
from gate.page.html import NO_HISTORIES, render_html
from gate.page.junit import render_junit
from gate.page.rows import Histories
from gate.report.documents import dumps
from gate.report.files import WRITTEN, make_folder, replace
from gate.report.render import marker, render_comment, render_summary
from gate.report.terminal import console, print_view
from gate.report.view import DEFAULT_REPORT_ID, view_of


class Shape(StrEnum):
    """A format that a result can be rendered in."""

    TERMINAL = "terminal"
    COMMENT = "comment"
    SUMMARY = "summary"
    HTML = "html"
    JSON = "json"
    JUNIT = "junit"
    BADGE = "badge"
    BADGE_JSON = "badge-json"


FILES = {
    Shape.JSON: "result.json",
    Shape.COMMENT: "comment.md",
    Shape.SUMMARY: "summary.md",
    Shape.HTML: "report.html",
    Shape.JUNIT: "junit.xml",
    Shape.BADGE: "badge.svg",
    Shape.BADGE_JSON: "badge.json",
    Shape.TERMINAL: "terminal.txt",
}
"""What each format is called in a folder; the document first, which all others are made from."""
_USUAL = tuple(shape for shape, name in FILES.items() if name in WRITTEN)


def rendered(
    result: Result,
    shape: Shape,
    report_id: str = DEFAULT_REPORT_ID,
    histories: Histories = NO_HISTORIES,
) -> str:
    """Return a result in one of the formats; the page alone shows histories.

    Raises:
        UsageError: ``report_id`` is not a short plain name, and the format shows it.
    """
    if shape is Shape.HTML:
        return render_html(result, report_id=report_id, histories=histories)
    return _RENDERERS[shape](result, report_id)


def write(
    result: Result,
    out: Path,
    *,
    report_id: str = DEFAULT_REPORT_ID,
    shapes: Sequence[Shape] = _USUAL,
    histories: Histories = NO_HISTORIES,
    comment: str | None = None,
) -> tuple[Path, ...]:
    """Write a result into ``out``, by default as ``written_below`` says.

    A folder that is made here hides itself from git. The document is written first: it is what
    every report can be rendered from again.

    Args:
        result: What to report.
        out: The folder; made where it does not exist.
        report_id: Tells several gates of one repository apart.
        shapes: What to write.
        histories: Of its benchmarks on its machine, by name and metric.
        comment: Rendered already; None: by our template.

    Returns:
        The files, in the order of ``shapes``.

    Raises:
        GateError: A file could not be written; what stood there before is intact.
        UsageError: ``report_id`` is not a short plain name.
    """
    marker(report_id)  # a wrong one is refused before anything is made
    texts = {one: _later(result, one, report_id, histories) for one in shapes}
    if comment is not None:
        texts[Shape.COMMENT] = lambda: comment
    return _written(out, {FILES[one]: text for one, text in texts.items()})


def write_dashboard(page: str, out: Path) -> Path:
    """Write the page about a store as ``dashboard.html`` into a folder, and return where.

    Raises:
        GateError: It could not be written; what stood there before is intact.
    """
    return _written(out, {"dashboard.html": lambda: page})[0]


def _later(result: Result, shape: Shape, report_id: str, histories: Histories) -> Callable[[], str]:
    return lambda: rendered(result, shape, report_id, histories)


def _written(out: Path, texts: Mapping[str, Callable[[], str]]) -> tuple[Path, ...]:
    """Write texts, each made when those before it are written."""
    try:
        make_folder(out)
        for name, text in texts.items():
            replace(out / name, text())
    except OSError as error:
        raise GateError(
            f"the reports could not be written below {out}: {error.strerror or error}",
            hint="Choose a folder with room that can be written, with --out.",
        ) from error
    return tuple(out / name for name in texts)


def _terminal(result: Result, report_id: str) -> str:
    stream = io.StringIO()
    print_view(view_of(result, report_id=report_id), console(stream, {}))
    return stream.getvalue()


_RENDERERS: dict[Shape, Callable[[Result, str], str]] = {
    Shape.TERMINAL: _terminal,
    Shape.COMMENT: lambda result, name: render_comment(view_of(result, report_id=name)),
    Shape.SUMMARY: lambda result, name: render_summary(view_of(result, report_id=name)),
    Shape.JSON: lambda result, _: dumps(result),
    Shape.JUNIT: lambda result, _: render_junit(result),
    Shape.BADGE: lambda result, _: render_badge_svg(result),
    Shape.BADGE_JSON: lambda result, _: render_badge_json(result),
}
