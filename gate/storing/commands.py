"""The commands ``record`` and ``store``: their arguments, and what they print."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from gate.arguments import Commands, add_command, add_place, store_named
from gate.baseline.entries import Entry, digest
from gate.baseline.pruning import Policy
from gate.baseline.record import Fingerprint, Record
from gate.baseline.store import Quarantined
from gate.config.fields import duration_s
from gate.errors import ExitStatus
from gate.job import Job
from gate.page.files import write_dashboard
from gate.page.records import described
from gate.pipe.earlier.places import Place
from gate.pipe.rules import rules_for
from gate.revisions import clone
from gate.revisions.sides import locate
from gate.storing import keeping
from gate.storing.dashboard import dashboard
from gate.storing.histories import histories, release_s
from gate.storing.recording import place_for, record, revision_of
from gate.storing.telling import document, table, told
from gate.system.progress import Progress
from gate.text import terminal
from gate.usage import DASHBOARD, HISTORY, RECORD, STORE

_DEFAULT = Policy()


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``record`` and ``store``."""
    _add_record(commands)
    whole = add_command(commands, "store", "list, prune or copy what was recorded", STORE)
    actions = whole.add_subparsers(title="actions", metavar="ACTION", required=True)
    shown = add_command(actions, "list", "print every record, and what is unreadable", STORE)
    shown.set_defaults(run=_list)
    copied = add_command(actions, "copy", "add the records of another store", STORE)
    copied.set_defaults(run=_copy)
    copied.add_argument("source", type=store_named, metavar="FROM", help="the other store")
    drawn = add_command(actions, "dashboard", "draw the history of all benchmarks", DASHBOARD)
    drawn.set_defaults(run=_dashboard)
    drawn.add_argument(
        "--out",
        type=Path,
        default=Path("perf-gate-out"),
        metavar="DIR",
        help="its dashboard.html is written (default: perf-gate-out)",
    )
    pruned = add_command(actions, "prune", "remove old records, and compact the store", STORE)
    pruned.set_defaults(run=_prune)
    _add_policy(pruned)
    looked = add_command(actions, "history", "print each benchmark's shifts and drift", HISTORY)
    looked.set_defaults(run=_history)
    _add_history(looked)
    for parser in (shown, copied, drawn, pruned, looked):
        _add_store(parser)


def _add_record(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = add_command(commands, "record", "measure one revision and add it to the store", RECORD)
    parser.set_defaults(run=_record)
    _add_store(parser)
    parser.add_argument("--budget", type=duration_s, metavar="TIME", help="as 90s or 3m")
    parser.add_argument(
        "--only", action="append", default=[], metavar="PATTERN", help="benchmarks by name"
    )
    parser.add_argument("--python", metavar="VERSION", help="interpreter of the target, as 3.12")
    parser.add_argument("--seed", type=int, metavar="N", help="of orders and hash seeds")
    parser.add_argument("--dry-run", action="store_true", help="write nowhere but below --out")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("perf-gate-out"),
        metavar="DIR",
        help="its folder records gets a copy (default: perf-gate-out)",
    )


def _add_store(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument("--head", metavar="REV", default="HEAD", help="default: HEAD")
    parser.add_argument("--config", type=Path, metavar="FILE", help="wins over .perf-gate.yml")
    parser.add_argument(
        "--store", type=store_named, metavar="PLACE", help="wins over baseline.store; see above"
    )


def _add_history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--benchmark", action="append", default=[], metavar="PATTERN", help="benchmarks by name"
    )
    parser.add_argument(
        "--since", metavar="REV", help="of drift (default: the last tag with a version)"
    )
    parser.add_argument("--json", action="store_true", help="all points, shifts and drifts")


def _add_policy(parser: argparse.ArgumentParser) -> None:
    for option, default, text in (
        ("--newest", _DEFAULT.newest, "so many records of each machine stay"),
        ("--days", _DEFAULT.days, "all younger ones stay"),
        ("--every-days", _DEFAULT.every_days, "of older ones, one in so many days stays"),
    ):
        parser.add_argument(
            option, type=_count, default=default, metavar="N", help=f"{text} (default: {default})"
        )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")


def _count(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, got {text!r}")


# --- what they do --------------------------------------------------------------------------------


def _record(arguments: argparse.Namespace, progress: Progress) -> int:
    done = record(_job(arguments), arguments.store, progress)
    where = f"below {done.copy} only" if arguments.dry_run else f"in {done.place}"
    what = f"{_figures(done.record)} of {done.record.revision[:10]}"
    _say([f"recorded {what} {where}: {done.entry.name}"])
    _say(done.notices)
    _say(told(done.news))
    return ExitStatus.PASS


def _list(arguments: argparse.Namespace, progress: Progress) -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = _store(arguments, Path(folder))
        progress.phase("read the store")
        reading = keeping.whole(place.open(Path(folder) / "store"))
    _say(_line(entry, one) for entry, one in reading.records.items())
    machines = {digest(one.fingerprint): one.fingerprint for one in reading.records.values()}
    _say(f"{short}  {_machine(one)}" for short, one in machines.items())
    records = _counted(len(reading.records), "record")
    _say([f"{records} of {_counted(len(machines), 'machine')} in {place}"])
    _say(map(_bad, reading.quarantined))
    return ExitStatus.PASS


def _copy(arguments: argparse.Namespace, progress: Progress) -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = _store(arguments, Path(folder))
        other = Place(named=arguments.source, source=place.source)
        progress.phase("copy")
        reading = keeping.copy(
            other.open(Path(folder) / "from"), place.open(Path(folder) / "store")
        )
    _say([f"copied {_counted(len(reading.records), 'record')} from {other} to {place}"])
    _say(map(_bad, reading.quarantined))
    return ExitStatus.PASS


def _dashboard(arguments: argparse.Namespace, progress: Progress) -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = _store(arguments, Path(folder))
        progress.phase("read the store")
        reading = keeping.whole(place.open(Path(folder) / "store"))
    progress.phase("look for shifts")
    file = write_dashboard(dashboard(reading.records.values(), str(place)), arguments.out)
    _say([f"drew {_counted(len(reading.records), 'record')} of {place}: {file}"])
    _say(map(_bad, reading.quarantined))
    return ExitStatus.PASS


def _history(arguments: argparse.Namespace, progress: Progress) -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = _store(arguments, Path(folder))
        head = locate(place.source, arguments.head)
        released_s = release_s(place.source, head, arguments.since)
        progress.phase("read the store")
        reading = keeping.whole(place.open(Path(folder) / "store"))
    progress.phase("look for shifts")
    records = reading.records.values()
    found = histories(records, arguments.benchmark, released_s)
    if arguments.json:
        machines = {digest(one.fingerprint): described(one.fingerprint) for one in records}
        sys.stdout.write(document(found, machines, reading.quarantined))
        return ExitStatus.PASS
    _say(table(found))
    _say([f"{_counted(len(found), 'series')} in {place}"])
    _say(map(_bad, reading.quarantined))
    return ExitStatus.PASS


def _prune(arguments: argparse.Namespace, progress: Progress) -> int:
    policy = Policy(newest=arguments.newest, days=arguments.days, every_days=arguments.every_days)
    action = keeping.candidates if arguments.dry_run else keeping.prune
    with tempfile.TemporaryDirectory() as folder:
        place = _store(arguments, Path(folder))
        progress.phase("prune")
        pruned = action(place.open(Path(folder) / "store"), policy, time.time())
    word = "would remove" if arguments.dry_run else "removed"
    _say([f"{word} {_counted(len(pruned.removed), 'record')} of {place}, {pruned.kept} stay"])
    _say(map(_bad, pruned.quarantined))
    return ExitStatus.PASS


def _store(arguments: argparse.Namespace, folder: Path) -> Place:
    """The store that is meant; the repository is only looked at where it says which one."""
    source = clone(arguments.repo, folder / "git")
    job = _job(arguments)
    both = revision_of(job, source)
    return place_for(arguments.store, rules_for(job, source, both), source)


def _job(arguments: argparse.Namespace) -> Job:
    said = vars(arguments)
    return Job(
        repository=arguments.repo,
        working_directory=arguments.working_directory,
        out=said.get("out", Path()),
        head=arguments.head,
        config=arguments.config,
        budget_s=said.get("budget"),
        only=tuple(said.get("only", ())),
        seed=said.get("seed"),
        dry_run=arguments.dry_run if "dry_run" in said else False,
        python=said.get("python"),
    )


# --- what they say -------------------------------------------------------------------------------


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{terminal(line, 1000)}\n" for line in lines)


def _line(entry: Entry, one: Record) -> str:
    when = datetime.fromtimestamp(entry.measured_s, UTC).isoformat(" ", "minutes")
    return f"{when[:16]}  {entry.revision[:10]}  {entry.fingerprint}  {_figures(one)}"


def _figures(one: Record) -> str:
    return _counted(sum(len(table.names) for table in one.tables), "figure")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 or noun.endswith("s") else f"{count} {noun}s"


def _machine(one: Fingerprint) -> str:
    return f"{one.cpu}, {one.cores} cores, {one.python}, {one.libc}, image {one.image}"


def _bad(one: Quarantined) -> str:
    return f"quarantined: {one.name}: {one.reason}"
