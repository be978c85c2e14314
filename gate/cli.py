"""The command line: arguments -> one of the pipes -> exit status."""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path

import shtab

from gate.accepting import commands as accepting
from gate.arguments import Commands, add_command, add_interpreter, add_place, duration, job_of
from gate.beginning import commands as beginning
from gate.config.problems import ConfigurationError
from gate.doctor import commands as doctor
from gate.errors import ExitStatus, GateError, Interrupted
from gate.importing import commands as importing
from gate.job import Format
from gate.main import check
from gate.page import commands as page
from gate.publishing import commands as publishing
from gate.report.documents import dumps
from gate.report.files import written_below
from gate.report.render import render_summary
from gate.report.terminal import console, print_view
from gate.report.view import view_of
from gate.selftests import commands as selftests
from gate.storing import commands as storing
from gate.system.progress import Progress, progress_for
from gate.system.signals import interruptible
from gate.usage import DESCRIPTION, EXAMPLES, STATUSES


def main(argv: list[str] | None = None) -> int:
    """Run one command; return the exit status (never raises, but for SystemExit of ``--help``)."""
    arguments = parser().parse_args(argv)
    try:
        with interruptible(), progress_for(sys.stderr) as progress:
            return int(arguments.run(arguments, progress))
    except GateError as error:
        return _say(error)
    except KeyboardInterrupt:
        return _say(Interrupted("interrupted; nothing was written"))
    except Exception:  # noqa: BLE001 - the last line of defence: a defect has its own status
        traceback.print_exc()
        print("perf-gate: this is a defect of perf-gate; please report it", file=sys.stderr)  # noqa: T201
        return ExitStatus.DEFECT


def _say(error: GateError) -> int:
    if isinstance(error, ConfigurationError):
        lines = ["perf-gate: the configuration cannot be used", error.message]
    else:
        lines = [f"perf-gate: {error.message}"]
    if error.hint:
        lines.append(f"  hint: {error.hint}")
    sys.stderr.write("\n".join(lines) + "\n")
    return error.status


def _check(arguments: argparse.Namespace, progress: Progress) -> int:
    job = job_of(arguments)
    result = check(job, progress)
    if isinstance(sys.stdout, TextIOWrapper):  # names may hold what the terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")
    if job.format is Format.JSON:
        sys.stdout.write(dumps(result))
    elif job.format is Format.MARKDOWN:
        sys.stdout.write(render_summary(view_of(result)))
    else:
        print_view(view_of(result), console(sys.stdout, os.environ), written_below(job.out))
    return result.judgement.exit_status


def parser() -> argparse.ArgumentParser:
    """The whole command line: ``run`` of what it parses is the command."""
    whole = argparse.ArgumentParser(
        prog="perf-gate",
        description=DESCRIPTION,
        epilog=EXAMPLES + STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"perf-gate {version('perf-gate')}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands)
    page.add_commands(commands)
    accepting.add_commands(commands)
    storing.add_commands(commands)
    publishing.add_commands(commands)
    importing.add_commands(commands)
    selftests.add_commands(commands)
    doctor.add_commands(commands)
    beginning.add_commands(commands)
    _add_completion(commands)
    return whole


def _add_completion(commands: Commands[argparse.ArgumentParser]) -> None:
    description = "Prints a completion script: perf-gate completion bash > FILE, then source it."
    what = "print a completion script for a shell"
    completion = add_command(commands, "completion", what, description)
    completion.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)
    completion.set_defaults(run=_completion)


def _completion(arguments: argparse.Namespace, _progress: Progress) -> int:
    sys.stdout.write(shtab.complete(parser(), arguments.shell) + "\n")
    return ExitStatus.PASS


def _add_check(commands: Commands[argparse.ArgumentParser]) -> None:
    what = "the main job: measure base and head, judge, report"
    check_parser = add_command(commands, "check", what, DESCRIPTION, EXAMPLES + STATUSES)
    check_parser.set_defaults(run=_check)
    _add_what(check_parser.add_argument_group("what is compared"))
    _add_how(check_parser.add_argument_group("how it is measured"))
    _add_output(check_parser.add_argument_group("what comes out"))


def _add_what(group: argparse._ArgumentGroup) -> None:
    add_place(group)
    group.add_argument(
        "--base", metavar="REV", help="default: merge base of head with the default branch"
    )
    group.add_argument("--head", metavar="REV", help="default: the working tree")
    group.add_argument(
        "--results",
        nargs=2,
        type=Path,
        metavar=("BASE", "HEAD"),
        help="judge two result.json files instead of measuring (they show less)",
    )
    group.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="wins over .perf-gate.yml of base (a change cannot loosen its own rules)",
    )


def _add_how(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--budget",
        type=duration,
        metavar="TIME",
        help="time for measuring, as 90s or 3m (default: 3m)",
    )
    group.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only benchmarks whose name matches, as test_parse*; may be repeated",
    )
    group.add_argument(
        "--shard",
        type=_shard,
        metavar="I/N",
        help="only the I-th of N parts of the benchmarks, for a matrix",
    )
    group.add_argument(
        "--no-proof",
        dest="proof",
        action="store_false",
        help="measure everything, also what executes the same instructions on both sides",
    )
    add_interpreter(group)


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--out",
        type=Path,
        default=Path("perf-gate-out"),
        metavar="DIR",
        help="folder of result.json and the reports (default: perf-gate-out)",
    )
    group.add_argument(
        "--format",
        type=Format,
        choices=list(Format),
        default=Format.TERMINAL,
        help="what is printed (default: terminal)",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="do everything, write nowhere but below --out"
    )


def _shard(text: str) -> tuple[int, int]:
    """``I/N`` with 1 <= I <= N."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match and 1 <= int(match[1]) <= int(match[2]):
        return int(match[1]), int(match[2])
    raise argparse.ArgumentTypeError(f"expected I/N with I from 1 to N, as 2/3, got {text!r}")
