"""The front door of the image: PID 1 of the container, or called by hand."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gate import cli
from gate.github.action import Request
from gate.github.serve import serve
from gate.main import check
from gate.model import Judgement
from gate.report.files import written_below
from gate.report.terminal import console, print_view
from gate.report.view import view_of
from gate.system.processes import become_unreadable
from gate.system.progress import PlainProgress


def main(arguments: list[str]) -> int:
    """Follow arguments, or without any what the environment asks; return the exit status."""
    if arguments:
        return cli.main(arguments)
    become_unreadable()  # our environment holds the token
    return serve(os.environ, _judge, folder=Path.cwd(), log=sys.stdout)


def _judge(request: Request) -> Judgement:
    if request.token:
        # Only a shallow clone that must be deepened looks at it.
        os.environ["PERF_GATE_TOKEN"] = request.token
    result = check(request.job, PlainProgress(sys.stdout, time.monotonic))
    print_view(view_of(result), console(sys.stdout, os.environ), written_below(request.job.out))
    return result.judgement


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
