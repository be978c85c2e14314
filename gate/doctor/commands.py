"""The command ``doctor``: its arguments, and what it prints."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gate.arguments import Commands, add_command
from gate.doctor.examination import Finding, State, examine
from gate.errors import ExitStatus
from gate.report.terminal import console
from gate.system.progress import Progress
from gate.text import terminal

_LONGEST = 1000
_STYLES = {State.GOOD: "green", State.FAIR: "yellow", State.POOR: "bold red"}
_DESCRIPTION = """\
Looks for some seconds at what this machine offers: how far the code of a change is kept from
everything else (the level, and 25 attacks that are really made), what the clocks can tell apart,
how noisy it is just now, and which interpreters there are. Changes nothing; always ends with 0."""


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``doctor``."""
    what = "what this machine offers: isolation, clocks, noise, interpreters"
    parser = add_command(commands, "doctor", what, _DESCRIPTION)
    parser.add_argument("--json", action="store_true", help="print it for a script")
    parser.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace, progress: Progress) -> int:
    found = tuple(examine(os.environ, progress.phase))
    if arguments.json:
        sys.stdout.write(json.dumps([asdict(each) for each in found], indent=2) + "\n")
    else:
        print_findings(found, console(sys.stdout, os.environ))
    return ExitStatus.PASS


def print_findings(found: Sequence[Finding], out: Console) -> None:
    """Print one row for each finding, and what to do below it.

    Args:
        found: What was found.
        out: A console made by `gate.report.terminal.console`.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in found:
        style = _STYLES[each.state]
        table.add_row(each.topic, Text(each.state, style), Text(terminal(each.found, _LONGEST)))
        if each.advice:
            table.add_row("", "", Text(terminal(each.advice, _LONGEST), "dim"))
    out.print(table)
