"""``perf-gate record`` as a user calls it: what is measured is stored once, whatever is in the way.

Each run installs pytest into two environments, so these need the package index (or its cache).
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.baseline.record import Record
from gate.errors import ExitStatus
from gate.model import Source
from tests.integration.store_git_server import TOKEN, GitServer, git_server
from tests.integration.store_writers import BRANCH, writer
from tests.repositories import Repository, empty, git
from tests.unit.history.drawing import chance

pytestmark = pytest.mark.network

BENCHMARKS = """\
def test_sum(benchmark):
    assert benchmark(sum, range(1000)) > 0


def test_broken(benchmark):
    raise ValueError("on purpose")
"""


@dataclass(frozen=True, slots=True)
class Project:
    repository: Repository
    folder: Path

    def record(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Call ``perf-gate record`` with little time."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        place = ["--repo", str(self.repository.folder), "--out", str(self.folder / "out")]
        return subprocess.run(
            [sys.executable, "-m", "gate", "record", *place, "--budget", "5s", *arguments],
            env={**os.environ, "XDG_CACHE_HOME": cache, "HOME": str(self.folder), **environ},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    repository = empty(tmp_path / "target")
    repository.commit("one", {"test_thing.py": BENCHMARKS})
    repository.write({"test_thing.py": "import nothing_that_there_is\n"})
    return Project(repository, tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with git_server(tmp_path / "server") as served:
        yield served


def test_a_commit_is_recorded_in_a_folder(project: Project) -> None:
    """HEAD, and not the working tree, which could not be measured here."""
    kept = Directory(folder=project.folder / "kept")

    done = project.record("--store", "dir:kept", GITHUB_RUN_ID="77", GITHUB_RUN_ATTEMPT="1")

    assert done.returncode == ExitStatus.PASS, done.stderr
    assert "test_thing.py::test_broken" in done.stdout
    (entry,) = store.survey(kept).entries
    (one,) = store.read(kept, [entry]).records.values()
    (figure,) = one.figures()
    assert (one.revision, one.run) == (project.repository.git("rev-parse", "HEAD"), "77-1")
    assert one.committed_s == 1767225600
    assert one.fingerprint.python.startswith("CPython 3.")
    assert (figure.name, figure.kind.source) == ("test_thing.py::test_sum", Source.PYTEST)
    assert 1e-7 < figure.value < 1e-2
    copy = Directory(folder=project.folder / "out" / "records")
    assert copy.names() == kept.names()
    assert entry.name in done.stdout


@pytest.mark.long
def test_a_record_says_which_shift_it_completes(project: Project) -> None:
    """Older commits were twice as fast, and two before this one were not: this is the third."""
    kept = Directory(folder=project.folder / "kept")
    assert project.record("--store", "dir:kept").returncode == ExitStatus.PASS
    (made,) = store.read(kept, store.survey(kept).entries).records.values()
    kept.remove(kept.names())
    for number in range(200):
        store.add(kept, earlier(made, number, slowness=0.5 if number < 198 else 1.0))

    done = project.record("--store", "dir:kept")

    assert done.returncode == ExitStatus.PASS, done.stderr
    (news,) = (line for line in done.stdout.splitlines() if line.startswith("new: "))
    assert news.startswith("new: test_thing.py::test_sum shifted by +")
    assert f" in 197{'a' * 7}..198{'a' * 7}, confidence 99.9%" in news


def earlier(made: Record, number: int, slowness: float) -> Record:
    """The record of one of 200 commits, an hour apart, that came before; they vary by 5 %."""
    (table,) = made.tables
    before_s = 3600 * (200 - number)
    slowness *= math.exp(chance(number).gauss(0, 0.05))
    return replace(
        made,
        revision=f"{number:03}" + "a" * 37,
        committed_s=made.committed_s - before_s,
        measured_s=made.measured_s - before_s,
        tables=(replace(table, values=tuple(slowness * one for one in table.values)),),
    )


def test_in_actions_a_commit_is_recorded_on_the_data_branch(
    project: Project, server: GitServer
) -> None:
    """The answer to the first push gets lost."""
    git(project.repository.folder, "remote", "add", "origin", server.url)
    server.loses = lambda: server.pushes == 1

    done = project.record(
        GITHUB_ACTIONS="true", PERF_GATE_TOKEN=TOKEN, GITHUB_SERVER_URL=server.address
    )

    assert done.returncode == ExitStatus.PASS, done.stderr
    assert (server.pushes, server.lost) == (1, 1)
    (entry,) = store.survey(writer(server, project.folder / "reader")).entries
    assert server.files(BRANCH) == [entry.name]
    assert TOKEN not in done.stdout + done.stderr


def test_a_store_that_refuses_costs_no_measurement(project: Project, server: GitServer) -> None:
    """Anybody may look at the branch, but pushing needs a token that is not there."""
    git(project.repository.folder, "remote", "add", "origin", server.url)

    done = project.record("--store", f"branch:{BRANCH}")

    copy = Directory(folder=project.folder / "out" / "records")
    assert done.returncode == ExitStatus.USAGE
    assert f"what was measured is kept in {copy.folder}" in done.stderr
    assert f"perf-gate store copy dir:{copy.folder} --store branch:{BRANCH}" in done.stderr
    assert len(store.survey(copy).entries) == 1
    assert server.pushes == 0


@pytest.mark.long
def test_the_action_records_what_was_pushed(project: Project) -> None:
    """By its inputs alone; the summary names the store, and nothing is called a regression."""
    commit = project.repository.git("rev-parse", "HEAD")
    event, outputs = project.folder / "event.json", project.folder / "outputs"
    event.write_text(f'{{"after": "{commit}"}}')
    workspace = project.repository.folder
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_WORKSPACE": str(workspace),
        "INPUT_MODE": "record",
        "INPUT_STORE": "dir:kept",
        "INPUT_BUDGET": "5s",
    }
    entrypoint = Path(__file__).parents[2] / "entrypoint.py"

    done = subprocess.run(
        [sys.executable, str(entrypoint)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert done.returncode == ExitStatus.PASS, done.stdout + done.stderr
    (entry,) = store.survey(Directory(folder=workspace / "kept")).entries
    assert entry.revision == commit
    said = f"Recorded 1 benchmark of {commit[:10]} in dir:kept."
    assert said in outputs.read_text()
    summary = (workspace / "perf-gate-out" / "summary.md").read_text()
    assert summary.startswith(f"## {said}")
    assert "not recorded: test_thing.py::" in summary


def test_a_dry_run_stores_nothing(project: Project) -> None:
    done = project.record("--store", "dir:kept", "--dry-run")

    assert done.returncode == ExitStatus.PASS, done.stderr
    assert not (project.folder / "kept").exists()
    assert [path.name for path in (project.folder / "out").iterdir() if path.is_dir()] == [
        "records"
    ]


def test_a_store_that_cannot_be_read_is_said_before_anything_is_measured(
    project: Project,
) -> None:
    (project.folder / "kept").write_text("a file")

    done = project.record("--store", "dir:kept")

    assert done.returncode == ExitStatus.USAGE
    assert "cannot be read" in done.stderr
    assert "install" not in done.stderr
