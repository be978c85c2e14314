"""The command ``accept``: an intended regression is written into the configuration."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gate.accepting.entries import Why, entries_of
from gate.accepting.insertion import with_entries
from gate.arguments import Commands, add_command
from gate.errors import ExitStatus, GateError, UsageError
from gate.judge.rows.acceptance import LABEL
from gate.page.commands import read_result
from gate.pipe.rules import CONFIGURATION, text_of
from gate.report.files import replace
from gate.system.progress import Progress
from gate.text import terminal
from gate.usage import ACCEPT

USUAL_DAYS = 30


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``accept``."""
    what = "write an acceptance for a result, with reason and end date"
    parser = add_command(commands, "accept", what, ACCEPT)
    parser.set_defaults(run=_accept)
    parser.add_argument(
        "result",
        type=Path,
        nargs="?",
        default=Path("perf-gate-out"),
        metavar="RESULT",
        help="result.json, or the folder that it is in (default: perf-gate-out)",
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; there must be one")
    parser.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="PATTERN",
        help="accept what matches, as test_parse*; may be repeated (default: each row by its name)",
    )
    parser.add_argument(
        "--until",
        type=_day,
        metavar="DATE",
        help=f"the last day on which it counts (default: in {USUAL_DAYS} days)",
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(CONFIGURATION),
        metavar="FILE",
        help=f"what is written to (default: {CONFIGURATION})",
    )
    parser.add_argument("--dry-run", action="store_true", help="print the entries, write nothing")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"expected a date such as 2027-01-31, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def _accept(arguments: argparse.Namespace, _progress: Progress) -> int:
    why = _why(arguments.reason, arguments.until, datetime.now(UTC).date())
    findings = read_result(arguments.result).judgement.findings
    entries = entries_of(findings, arguments.match, why)
    file: Path = arguments.config
    text = text_of(file) if file.exists() else ""
    made = with_entries(text, entries, filename=str(file))
    sys.stdout.writelines(f"  - {terminal(one, 1000)}\n" for one in entries)
    if not arguments.dry_run:
        _write(file, made)
        sys.stdout.write(
            f"written to {terminal(str(file))}: it counts once it is on base, or with the label "
            f"{LABEL} on the pull request\n"
        )
    return ExitStatus.PASS


def _why(reason: str, until: date | None, today: date) -> Why:
    if not reason.strip():
        raise UsageError(
            "an acceptance without a reason is none",
            hint="Say why, as in --reason 'validates input, #123'.",
        )
    if until is not None and until < today:
        raise UsageError(f"{until} is over", hint="Choose a day to come.")
    return Why(reason=reason.strip(), until=until or today + timedelta(days=USUAL_DAYS))


def _write(file: Path, text: str) -> None:
    try:
        replace(file, text)
    except OSError as error:
        raise GateError(
            f"{file} could not be written: {error.strerror or error}",
            hint="Add the entries by hand, below accept.",
        ) from error
