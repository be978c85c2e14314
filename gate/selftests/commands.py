"""The command ``selftest``: its arguments, and what it prints."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from gate.arguments import (
    Commands,
    add_command,
    add_interpreter,
    add_place,
    duration,
    job_of,
)
from gate.job import Format
from gate.report.terminal import console
from gate.selftests.kinds import Kind
from gate.selftests.table import line_of, print_report, status_of
from gate.selftests.trials import USUAL, plantings, selftest
from gate.system.progress import Progress
from gate.usage import SELFTEST, SELFTEST_STATUSES


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``selftest``."""
    what = "plant slowdowns into a copy of the target and prove that the gate turns red"
    parser = add_command(commands, "selftest", what, SELFTEST, SELFTEST_STATUSES)
    parser.set_defaults(run=_selftest, base=None, config=None, only=[], shard=None, results=None)
    parser.set_defaults(proof=True, dry_run=False, format=Format.TERMINAL)
    add_place(parser)
    parser.add_argument("--head", metavar="REV", default="HEAD", help="what is copied")
    parser.add_argument(
        "--kinds",
        type=_kinds,
        metavar="LIST",
        help=f"all sizes of these kinds: {','.join(Kind)} (default: a choice)",
    )
    parser.add_argument(
        "--all",
        dest="kinds",
        action="store_const",
        const=tuple(Kind),
        help="all sizes of all kinds; takes three times as long",
    )
    parser.add_argument("--budget", type=duration, metavar="TIME", help="of each run")
    add_interpreter(parser)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("perf-gate-out/selftest"),
        metavar="DIR",
        help="gets a folder of reports for each run (default: perf-gate-out/selftest)",
    )


def _selftest(arguments: argparse.Namespace, progress: Progress) -> int:
    wanted = plantings(arguments.kinds) if arguments.kinds else USUAL
    report = selftest(job_of(arguments), wanted, progress, lambda one: progress.note(line_of(one)))
    print_report(report, console(sys.stdout, os.environ))
    return status_of(report)


def _kinds(text: str) -> tuple[Kind, ...]:
    """``loop,sleep``, in the order of the kinds."""
    named = set(text.replace(" ", "").split(","))
    if unknown := named - set(Kind):
        message = f"expected some of {','.join(Kind)}, got {', '.join(sorted(unknown))!r}"
        raise argparse.ArgumentTypeError(message)
    return tuple(kind for kind in Kind if kind in named)
