"""The folder of the reports, and a file in it: the old one or the new one, never half of it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

WRITTEN = ("result.json", "comment.md", "summary.md", "report.html")
"""What a run leaves in its folder, in the order in which it is written."""


def written_below(out: Path) -> tuple[Path, ...]:
    """Return where a run puts the document, the comment, the summary and the page."""
    return tuple(out / name for name in WRITTEN)


def make_folder(out: Path) -> None:
    """Make the folder of the reports where it does not exist; it hides itself from git.

    Raises:
        OSError: It cannot be made.
    """
    if out.is_dir():
        return
    out.mkdir(parents=True)
    (out / ".gitignore").write_text("*\n", encoding="utf-8")


def replace(path: Path, text: str) -> None:
    """Write a file, in UTF-8; what is there already stays until the new one is complete.

    Raises:
        OSError: It cannot be written; what stood there before is intact.
    """
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
