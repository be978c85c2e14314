"""The command ``import``: its arguments, and what it prints."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from gate.arguments import Commands, add_command, add_place, store_named
from gate.baseline.record import Record
from gate.errors import ExitStatus, UsageError
from gate.foreign import Format, Reading
from gate.importing import bringing
from gate.job import Job
from gate.judge.wording import plural
from gate.pipe.earlier.places import Place
from gate.pipe.rules import rules_for
from gate.report.documents import dumps
from gate.report.files import replace
from gate.revisions import Clone, clone
from gate.revisions.sides import locate
from gate.storing.recording import place_for, revision_of
from gate.system.progress import Progress
from gate.text import terminal
from gate.usage import IMPORT

_SHOWN = 20
"""Lines about what was left out."""


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``import``."""
    parser = add_command(commands, "import", "bring history and results along", IMPORT)
    parser.set_defaults(run=_import)
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="or the folder of asv's results"
    )
    add_place(parser)
    parser.add_argument(
        "--store", type=store_named, metavar="PLACE", help="wins over baseline.store; see above"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="wins over .perf-gate.yml")
    parser.add_argument(
        "--revision",
        metavar="REV",
        help="what was measured, where the file does not say; else only what is of this revision",
    )
    parser.add_argument(
        "--result",
        type=Path,
        metavar="FILE",
        help="write the figures of one revision as a result.json; then only --store adds records",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what there is")


def _import(arguments: argparse.Namespace, progress: Progress) -> int:
    progress.phase("read the files")
    found = bringing.read_all(arguments.files)
    _say(_what(found))
    if arguments.result is not None and arguments.store is None and arguments.revision is None:
        _write(arguments, found, None)  # which needs no repository
        return ExitStatus.PASS
    with tempfile.TemporaryDirectory() as folder:
        source = clone(arguments.repo, Path(folder) / "git")
        revision = None if arguments.revision is None else locate(source, arguments.revision)
        if arguments.result is not None:
            _write(arguments, found, revision)
        if arguments.result is None or arguments.store is not None:
            _store(arguments, found, source, revision, progress)
    return ExitStatus.PASS


def _store(
    arguments: argparse.Namespace,
    found: Sequence[Reading],
    source: Clone,
    revision: str | None,
    progress: Progress,
) -> None:
    made = tuple(bringing.records(found, source, revision))
    place = _place(arguments, source)
    if arguments.dry_run:
        _say([f"would add {plural(len(made), 'record')} to {place}, but for those that are there"])
    else:
        _keep(place, made, progress)


def _write(arguments: argparse.Namespace, found: Sequence[Reading], revision: str | None) -> None:
    names = ", ".join(map(str, arguments.files))
    result = bringing.as_result(found, names, revision)
    if not arguments.dry_run:
        _put(arguments.result, dumps(result))
    _say([f"{plural(len(result.judgement.findings), 'figure')} in {arguments.result}"])


def _put(path: Path, text: str) -> None:
    try:
        replace(path, text)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="Name a file, with --result, in a folder that is there and has room.",
        ) from error


def _keep(place: Place, made: Sequence[Record], progress: Progress) -> None:
    progress.phase("store")
    with tempfile.TemporaryDirectory() as folder:
        done = bringing.keep(made, place.open(Path(folder) / "store"))
    _say([f"added {plural(done.added, 'record')} to {place}; {done.known} were there before"])


def _place(arguments: argparse.Namespace, source: Clone) -> Place:
    job = Job(
        repository=arguments.repo,
        working_directory=arguments.working_directory,
        out=Path(),
        config=arguments.config,
    )
    return place_for(arguments.store, rules_for(job, source, revision_of(job, source)), source)


# --- what it says --------------------------------------------------------------------------------


def _what(found: Sequence[Reading]) -> Iterable[str]:
    for tool in Format:
        runs = [run for one in found if one.format is tool for run in one.runs]
        if runs:
            figures = plural(sum(len(run.amounts) for run in runs), "figure")
            revisions = plural(len({run.revision for run in runs} - {None}), "revision")
            yield f"{tool}: {figures} of {plural(len(runs), 'run')}; {revisions} named"
    left_out = [line for one in found for line in one.left_out]
    yield from (f"left out: {line}" for line in left_out[:_SHOWN])
    if len(left_out) > _SHOWN:
        yield f"left out: {len(left_out) - _SHOWN} more"


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{terminal(line, 1000)}\n" for line in lines)
