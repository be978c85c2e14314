"""Measures the gate on this machine, part by part, and prints the tables; goes on where it was.

Parts: ``record`` and ``stress`` take recordings of real libraries, ``jobs`` runs `perf-gate check`
itself, ``precision`` runs pytest-benchmark, ``replays`` runs schedule and judgement on the
recordings, ``peers`` the rules of other tools. What is there already is not measured again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from gate.errors import GateError, Interrupted
from gate.system.signals import interruptible
from study.jobs.tables import jobs
from study.peers.tables import peers
from study.precision.tables import precision
from study.record.stress import QUIET, STRESS
from study.record.take import record
from study.record.tasks import tasks
from study.replay.tables import replays
from study.settings import RECORDINGS, REPOSITORIES, Settings, say


def _record(settings: Settings) -> Iterator[str]:
    record([one for one in tasks(QUIET) if settings.wanted(one.library)], settings)
    yield from ()


def _stress(settings: Settings) -> Iterator[str]:
    record([one for one in tasks(STRESS) if settings.wanted(one.library)], settings)
    yield from ()


PARTS: Mapping[str, Callable[[Settings], Iterator[str]]] = {
    "record": _record,
    "stress": _stress,
    "jobs": jobs,
    "precision": precision,
    "replays": replays,
    "peers": peers,
}
"""What measures comes first: it goes on where it was, while what calculates begins anew."""


def main(argv: list[str] | None = None) -> int:
    """Run the parts that are asked for; return 0, 130 if interrupted, or the error's status."""
    arguments = _parser().parse_args(argv)
    settings = Settings(
        repositories=arguments.repositories,
        recordings=arguments.recordings,
        results=arguments.results,
        libraries=tuple(arguments.library),
        pairs=arguments.pairs,
        runs=arguments.runs,
        rounds=arguments.rounds,
        minutes=arguments.minutes,
    )
    try:
        with interruptible():
            _run(arguments.only or PARTS, settings)
    except Interrupted as error:
        say(f"{error.message} What is complete is kept; run it again to go on.")
        return int(error.status)
    except GateError as error:
        say(f"{error.message}; {error.hint}" if error.hint else error.message)
        return int(error.status)
    return 0


def _run(parts: Iterable[str], settings: Settings) -> None:
    for part in parts:
        if settings.left_s() <= 0:
            say(f"the time is up before part {part}")
            return
        say(f"part {part}")
        for text in PARTS[part](settings):
            print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m study",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--only", action="append", choices=PARTS, help="a part (default: all); may be repeated")
    add("--minutes", type=float, help="begin nothing new after so long; run it again to go on")
    add("--library", action="append", default=[], help="only this one; may be repeated")
    add("--runs", type=int, default=20_000, help="replays without a change (default: %(default)s)")
    add("--rounds", type=int, default=2, help="of jobs: quiet, stress, ... (default: %(default)s)")
    add("--pairs", type=int, help="of a recording (default: by recording)")
    kept = "recordings and results of jobs (default: study/recordings)"
    add("--recordings", type=Path, default=RECORDINGS, help=kept)
    add("--repositories", type=Path, default=REPOSITORIES, help="default: %(default)s")
    add(
        "--results",
        type=Path,
        default=REPOSITORIES / ".study",
        help="unfinished recordings (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
