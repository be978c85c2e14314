"""Writers that add to one branch at the same time; run as a program for a hundred of them.

python -m tests.integration.store_writers 100 0.3
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gate.baseline import store
from gate.baseline.branch import Branch, Patience, open_branch
from gate.baseline.store import StoreError
from gate.revisions.origin import Origin
from tests.baselines import record
from tests.integration.store_git_server import TOKEN, GitServer, git_server
from tests.samples import chance

BRANCH = "perf-gate-data"


@dataclass(frozen=True)
class Race:
    """How it ended."""

    acknowledged: list[str]
    """Names of the records whose writers were told that they are stored."""
    gave_up: int


def writer(
    server: GitServer, folder: Path, patience: Patience | None = None, token: str | None = TOKEN
) -> Branch:
    """A writer with a repository of its own."""
    origin = Origin(url=server.url, token=token, server=server.address)
    branch = open_branch(folder, origin, BRANCH, "sha1")
    if patience is not None:
        branch.patience = patience
    return branch


def race(server: GitServer, folder: Path, writers: int, patience: Patience) -> Race:
    """Let that many writers add one record each."""

    def write(number: int) -> str | None:
        one = writer(server, folder / str(number), patience)
        try:
            return store.add(one, record(number)).name
        except StoreError:
            return None

    with ThreadPoolExecutor(writers) as pool:
        names = list(pool.map(write, range(writers)))
    return Race([name for name in names if name], names.count(None))


def seeded(seed: int, probability: float) -> Random:
    """Chance for the losses of a server."""
    return chance(seed + int(1000 * probability))


def _main(writers: int, probability: float) -> None:
    dice = seeded(1, probability)
    with tempfile.TemporaryDirectory() as name, git_server(Path(name) / "server") as server:
        server.loses = lambda: dice.random() < probability
        began = time.monotonic()
        done = race(server, Path(name), writers, Patience())
        seconds = time.monotonic() - began
        there = server.files(BRANCH)
        history = server.git("log", "--format=%H", BRANCH).splitlines()
        print(  # noqa: T201 - a program for a person at a terminal
            f"{writers} writers, {probability:.0%} of the answers lost: "
            f"{len(done.acknowledged)} acknowledged, {done.gave_up} gave up, "
            f"{len({*done.acknowledged} - {*there})} lost, "
            f"{len(history) - len(there)} commits twice, {len(there)} records in the end; "
            f"{server.pushes} pushes, {server.lost} answers lost, {seconds:.0f} s"
        )


if __name__ == "__main__":
    _main(int(sys.argv[1]), float(sys.argv[2]))
