"""The command ``publish``: its arguments, and what it prints."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

from gate.arguments import Commands, add_command
from gate.config.schema import Comment
from gate.errors import UsageError
from gate.github.action import Mode, Request
from gate.github.api.client import Client, Server
from gate.github.api.patience import Patience
from gate.github.api.pulls import pull_request
from gate.github.events import Occasion, is_repository, occasion_of
from gate.github.serve import read_event
from gate.job import Job
from gate.model import Result
from gate.publishing import serving
from gate.publishing.collecting import from_files
from gate.report.files import written_below
from gate.report.terminal import console, print_view
from gate.report.view import DEFAULT_REPORT_ID, view_of
from gate.system.progress import Progress
from gate.text import terminal
from gate.usage import PUBLISH, STATUSES

TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
"""A credential is never an argument: everybody on the machine can read those."""


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``publish``."""
    what = "merge results into one verdict, and post it"
    parser = add_command(commands, "publish", what, PUBLISH, STATUSES)
    parser.set_defaults(run=_publish)
    parser.add_argument("results", nargs="*", type=Path, metavar="RESULT", help="see above")
    parser.add_argument("--expect", type=_count, metavar="N", help="how many results there must be")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("perf-gate-out"),
        metavar="DIR",
        help="folder of the merged result.json and the reports (default: perf-gate-out)",
    )
    parser.add_argument("--repository", type=_repository, metavar="OWNER/NAME")
    parser.add_argument("--pull-request", type=_count, metavar="N", help="its number")
    parser.add_argument(
        "--comment",
        type=Comment,
        choices=list(Comment),
        help="when to comment (default: report.comment of the base revision)",
    )
    parser.add_argument(
        "--report-id",
        default=DEFAULT_REPORT_ID,
        metavar="NAME",
        help="name of this gate where a repository has several",
    )
    parser.add_argument("--dry-run", action="store_true", help="post nothing")


def _count(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,8}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, got {text!r}")


def _repository(text: str) -> str:
    if is_repository(text):
        return text
    raise argparse.ArgumentTypeError(f"expected OWNER/NAME, got {text!r}")


def _publish(arguments: argparse.Namespace, progress: Progress) -> int:
    patience = Patience()
    request = _request(arguments, os.environ, patience)
    progress.phase("merge")
    result = _merged(arguments, request, patience)
    _show(result, arguments.out)
    progress.phase("post")
    posted = serving.tell(request, result, patience)
    _say([f"comment: {posted.url}"] if posted.url else [])
    _say([f"note: {note}" for note in posted.notes])
    return result.judgement.exit_status


def _merged(arguments: argparse.Namespace, request: Request, patience: Patience) -> Result:
    if not arguments.results:
        return serving.publish(request, patience)
    head = request.occasion.head if request.occasion else None
    return serving.merged(request, from_files(arguments.results, head))


def _request(
    arguments: argparse.Namespace, environment: Mapping[str, str], patience: Patience
) -> Request:
    token = environment.get(TOKEN, "").strip()
    server = Server.named(environment, token) if token else None
    return Request(
        job=Job(
            repository=Path(),
            out=arguments.out,
            dry_run=arguments.dry_run,
            report_id=arguments.report_id,
        ),
        token=token,
        mode=Mode.PUBLISH,
        occasion=_occasion(arguments, environment, server, patience),
        server=server,
        comment=arguments.comment,
        expected=arguments.expect,
    )


def _occasion(
    arguments: argparse.Namespace,
    environment: Mapping[str, str],
    server: Server | None,
    patience: Patience,
) -> Occasion | None:
    if arguments.pull_request is None and arguments.repository is None:
        return occasion_of(environment, read_event(environment.get("GITHUB_EVENT_PATH")))
    if arguments.pull_request is None or arguments.repository is None or server is None:
        raise UsageError(
            f"a pull request is posted to with --repository, --pull-request and {TOKEN}",
            hint="Give all three; or none of the options, in Actions.",
        )
    with Client(server, patience) as client:
        pull = pull_request(client, arguments.repository, arguments.pull_request)
    return Occasion(repository=arguments.repository, run=0, head=pull.head, pull=pull)


def _show(result: Result, out: Path) -> None:
    if isinstance(sys.stdout, TextIOWrapper):  # names may hold what the terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")
    print_view(view_of(result), console(sys.stdout, os.environ), written_below(out))


def _say(lines: list[str]) -> None:
    sys.stdout.writelines(f"{terminal(line, 1000)}\n" for line in lines)
