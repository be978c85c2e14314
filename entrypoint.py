"""The front door of the image: PID 1 of the container, or called by hand."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gate import cli
from gate.github.action import Mode, Request
from gate.github.api.patience import Patience
from gate.github.commands import untrusted
from gate.github.handover import Posted
from gate.github.serve import serve
from gate.main import check
from gate.model import Judgement, Result
from gate.publishing import serving
from gate.report.files import written_below
from gate.report.terminal import console, print_view
from gate.report.view import view_of
from gate.storing.serving import record_for
from gate.system.processes import become_unreadable
from gate.system.progress import PlainProgress


def main(arguments: list[str]) -> int:
    """Follow arguments, or without any what the environment asks; return the exit status."""
    if arguments:
        return cli.main(arguments)
    become_unreadable()  # our environment held the token, and our memory does
    environment = dict(os.environ)
    os.environ.pop("INPUT_TOKEN", None)
    session = Session()
    return serve(environment, session.judge, session.post, folder=Path.cwd(), log=sys.stdout)


class Session:
    """One start: what was found is kept in memory, where the target's code cannot change it."""

    def __init__(self) -> None:
        self._result: Result | None = None

    def judge(self, request: Request) -> Judgement:
        """Check, record or publish, and show the result."""
        if request.mode is Mode.RECORD:
            return _record(request)
        result = _publish(request) if request.mode is Mode.PUBLISH else _check(request)
        print_view(view_of(result), console(sys.stdout, os.environ), written_below(request.job.out))
        self._result = result
        return result.judgement

    def post(self, request: Request) -> Posted:
        """Say on GitHub what was found."""
        if self._result is None:
            return Posted()
        return serving.tell(request, self._result, Patience())


def _publish(request: Request) -> Result:
    return serving.publish(request, Patience())


def _record(request: Request) -> Judgement:
    _lend_token(request)
    judgement = record_for(request.job, _progress())
    sys.stdout.writelines(f"{untrusted(line)}\n" for line in (judgement.reason, *judgement.notices))
    return judgement


def _check(request: Request) -> Result:
    _lend_token(request)
    return check(serving.as_labelled(request, Patience(tries=1)).job, _progress())


def _lend_token(request: Request) -> None:
    if request.token:
        # Only a shallow clone that must be deepened looks at it, and a store on a branch.
        os.environ["PERF_GATE_TOKEN"] = request.token


def _progress() -> PlainProgress:
    return PlainProgress(sys.stdout, time.monotonic)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
