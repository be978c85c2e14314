"""The runner's languages: log commands, outputs, job summary; and text that must not speak them."""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path

from gate.text import visible

SUMMARY_LIMIT = 900 * 1024
"""Bytes. The runner drops a summary above 1 MiB whole, and is silent near that limit."""

MESSAGE_LIMIT = 4000
"""Characters. The runner cuts an annotation at 4,096 without saying so."""

LINE_LIMIT = 2000
"""Cells of one line of the log."""


class Severity(StrEnum):
    """How the runner shows an annotation."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


def untrusted(text: str) -> str:
    r"""Make text from the target safe to print: the runner finds no command in any line of it.

    Args:
        text: Anything, also with lone surrogates.

    Returns:
        The same text for a reader: line feeds stay, all else that cannot be seen is shown
        escaped (``\x1b``, ``\u202e``), a backslash breaks what the runner would obey, and
        lines longer than `LINE_LIMIT` are folded.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_disarmed(visible(line, LINE_LIMIT)) for line in lines)


def _disarmed(line: str) -> str:
    # The runner obeys `::name::` where a line begins (blanks aside) and `##[name]` anywhere in it.
    body = line.lstrip()
    if body.startswith("::"):
        line = f"{line[: len(line) - len(body)]}\\{body}"
    return line.replace("##[", "##\\[")


def annotation(
    severity: Severity,
    message: str,
    *,
    file: str | None = None,
    line: int | None = None,
    column: int | None = None,
) -> str:
    """Write the log command that makes the runner show a message, at a place where one is given.

    Args:
        severity: The runner keeps the first ten of each severity and step.
        message: Untrusted text of any length; cut at `MESSAGE_LIMIT` characters.
        file: Path relative to the workspace.
        line: Counted from 1.
        column: Counted from 1.

    Returns:
        One line without its end.
    """
    place = {"file": file, "line": line, "col": column}
    properties = ",".join(
        f"{name}={_property(untrusted(str(value)))}"
        for name, value in place.items()
        if value is not None
    )
    head = f"{severity} {properties}" if properties else str(severity)
    return f"::{head}::{_data(_cut(untrusted(message)))}"


def _cut(message: str) -> str:
    return message if len(message) <= MESSAGE_LIMIT else message[: MESSAGE_LIMIT - 1] + "…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def append_output(file: Path, name: str, value: str) -> None:
    """Set one output of the step.

    Args:
        file: The file that ``GITHUB_OUTPUT`` names.
        name: Our own word: letters and hyphens.
        value: Any text; it cannot end its own heredoc, whose delimiter is random.

    Raises:
        OSError: The file cannot be written.
    """
    delimiter = f"perf-gate-{secrets.token_hex(16)}"
    with file.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        stream.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def append_summary(file: Path, text: str) -> None:
    """Add Markdown to the job summary; what does not fit is cut at a line, and a note says so.

    The note stands above the text: below it could end up inside a folded or quoted part.

    Args:
        file: The file that ``GITHUB_STEP_SUMMARY`` names; stays below `SUMMARY_LIMIT` bytes.
        text: Markdown that is already safe.

    Raises:
        OSError: The file cannot be written.
    """
    room = SUMMARY_LIMIT - (file.stat().st_size if file.exists() else 0)
    with file.open("ab") as stream:
        stream.write(_fitted(text.encode("utf-8", "backslashreplace"), room))


def _fitted(text: bytes, room: int) -> bytes:
    if len(text) + 1 <= room:
        return text + b"\n"
    note = (
        f"> **Cut:** this summary has {len(text):,} bytes, too many for GitHub. "
        "What follows is its beginning; the whole of it is in the output folder.\n\n"
    ).encode()
    whole_lines, newline, _ = text[: max(0, room - len(note))].rpartition(b"\n")
    return (note + whole_lines + newline)[: max(0, room)]
