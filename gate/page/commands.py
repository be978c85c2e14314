"""The command ``report``: a result that was written before, rendered again."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from io import TextIOWrapper
from pathlib import Path

from gate.arguments import Commands, add_command, store_named
from gate.baseline import store
from gate.errors import ExitStatus, UsageError
from gate.model import Result
from gate.page.files import FILES, Shape, rendered, write
from gate.page.html import NO_HISTORIES
from gate.page.records import past_of
from gate.page.rows import Histories
from gate.pipe.earlier.places import Place
from gate.report.documents import loads
from gate.report.documents.decode import CAP_BYTES
from gate.report.terminal import console, print_view
from gate.report.view import DEFAULT_REPORT_ID, view_of
from gate.revisions import clone
from gate.system.progress import Progress
from gate.text import terminal
from gate.usage import REPORT


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``report``."""
    parser = add_command(commands, "report", "render a result again, in any format", REPORT)
    parser.set_defaults(run=_report)
    parser.add_argument(
        "result",
        type=Path,
        nargs="?",
        default=Path("perf-gate-out"),
        metavar="RESULT",
        help="result.json, or the folder that it is in (default: perf-gate-out)",
    )
    parser.add_argument("--format", type=Shape, choices=list(Shape), help="what is printed")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder that gets all formats")
    parser.add_argument(
        "--store",
        type=store_named,
        metavar="PLACE",
        help="draws the history of its machine",
    )
    parser.add_argument(
        "--repo", type=Path, default=Path(), metavar="DIR", help="repository of a branch as a store"
    )
    parser.add_argument(
        "--report-id",
        default=DEFAULT_REPORT_ID,
        metavar="NAME",
        help="name of this gate where a repository has several",
    )


def _report(arguments: argparse.Namespace, progress: Progress) -> int:
    result = read_result(arguments.result)
    past = _past(arguments, result, progress)
    name = arguments.report_id
    if arguments.out is not None:
        written = write(result, arguments.out, report_id=name, shapes=list(FILES), histories=past)
        if arguments.format is None:
            sys.stdout.writelines(f"{terminal(str(path), 1000)}\n" for path in written)
            return ExitStatus.PASS
    _print(result, arguments.format or Shape.TERMINAL, name, past)
    return ExitStatus.PASS


def _past(arguments: argparse.Namespace, result: Result, progress: Progress) -> Histories:
    if arguments.store is None:
        return NO_HISTORIES
    progress.phase("read the store")
    with tempfile.TemporaryDirectory() as folder:
        source = clone(arguments.repo, Path(folder) / "git")
        kept = Place(named=arguments.store, source=source).open(Path(folder) / "store")
        reading = store.read(kept, store.survey(kept).entries)
    for one in reading.quarantined:
        progress.note(terminal(f"in the store, but of no use: {one.name}: {one.reason}", 1000))
    return past_of(reading.records.values(), result.machine)


def _print(result: Result, shape: Shape, report_id: str, past: Histories) -> None:
    if isinstance(sys.stdout, TextIOWrapper):  # names may hold what the terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")
    if shape is Shape.TERMINAL:
        print_view(view_of(result, report_id=report_id), console(sys.stdout, os.environ))
    else:
        sys.stdout.write(rendered(result, shape, report_id, past))


def read_result(path: Path) -> Result:
    """Return the result that a file holds, or the folder that it is in.

    Raises:
        UsageError: It cannot be read, or is no result.
    """
    file = path / FILES[Shape.JSON] if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            text = stream.read(CAP_BYTES + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(
            f"the result cannot be read: {file}: {why}",
            hint="Name the result.json that perf-gate check wrote, or the folder that it is in.",
        ) from error
    return loads(text)
