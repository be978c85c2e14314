"""Writes the reports into a folder: each file is the old one or the new one, never half of it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from gate.errors import GateError
from gate.model import Result
from gate.report.documents import dumps
from gate.report.render import marker, render_comment, render_summary
from gate.report.view import DEFAULT_REPORT_ID, view_of


def write(result: Result, out: Path, *, report_id: str = DEFAULT_REPORT_ID) -> tuple[Path, ...]:
    """Write ``result.json``, ``comment.md`` and ``summary.md`` into ``out``.

    A folder that is made here hides itself from git. The document is written first: it is what
    every report can be rendered from again.

    Args:
        result: What to report.
        out: The folder; made where it does not exist.
        report_id: Tells several gates of one repository apart.

    Returns:
        The three files, in this order.

    Raises:
        GateError: A file could not be written; what stood there before is intact.
        UsageError: ``report_id`` is not a short plain name.
    """
    marker(report_id)  # a wrong one is refused before anything is made
    view = view_of(result, report_id=report_id)
    document, comment, summary = written_below(out)
    try:
        make_folder(out)
        _replace(document, dumps(result))
        _replace(comment, render_comment(view))
        _replace(summary, render_summary(view))
    except OSError as error:
        raise GateError(
            f"the reports could not be written below {out}: {error.strerror or error}",
            hint="Choose a folder with room that can be written, with --out.",
        ) from error
    return document, comment, summary


def written_below(out: Path) -> tuple[Path, ...]:
    """Return where `write` puts the document, the comment and the summary."""
    return tuple(out / name for name in ("result.json", "comment.md", "summary.md"))


def make_folder(out: Path) -> None:
    """Make the folder of the reports where it does not exist; it hides itself from git."""
    if out.is_dir():
        return
    out.mkdir(parents=True)
    (out / ".gitignore").write_text("*\n", encoding="utf-8")


def _replace(path: Path, text: str) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as temporary:
        try:
            temporary.write(text.encode())
            temporary.flush()
            os.fsync(temporary.fileno())
            Path(temporary.name).chmod(0o644)
            Path(temporary.name).replace(path)
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise
