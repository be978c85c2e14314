"""``perf-gate check`` against stored runs and the last release, as a user calls it.

What is stored are shifted copies of one real recording, so that no noise can change what comes out.
Each call installs pytest into environments, so these need the package index (or its cache).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.baseline.record import Record, Table
from gate.errors import ExitStatus
from tests.repositories import Repository, empty

pytestmark = pytest.mark.network

BENCHMARKS = """\
def test_sum(benchmark):
    assert benchmark(sum, range(1000)) > 0
"""
RUNS = 10
BUDGET = "40s"
"""Far more than is used, but where the machine is busy."""


@dataclass(frozen=True, slots=True)
class Project:
    repository: Repository
    folder: Path
    recorded: Record

    @property
    def page(self) -> str:
        """The page that the last check wrote."""
        return (self.folder / "out" / "report.html").read_text()

    def check(
        self, rules: str, factor: float, *arguments: str
    ) -> tuple[int, Mapping[str, Any], str]:
        """Check HEAD against its parent, where stored runs took so much longer than today.

        Returns:
            The exit status, ``result.json``, and all notices.
        """
        kept = self.repository.folder / ".kept"
        for number in range(RUNS):
            store.add(Directory(folder=kept), self._run(number, factor))
        (self.folder / "rules.yml").write_text(f"suite: {{run: false}}\nbaseline: {{{rules}}}\n")
        out = self.folder / "out"
        options = ["--config", str(self.folder / "rules.yml"), "--out", str(out), "--head", "HEAD"]
        status, _ = call(self.repository, self.folder, "check", *options, *arguments)
        result = json.loads((out / "result.json").read_text())
        return status, result, "\n".join(result["notices"])

    def _run(self, number: int, factor: float) -> Record:
        scale = factor * (1 + number % 3 / 1000)
        tables = tuple(scaled(table, scale) for table in self.recorded.tables)
        parent = self.repository.git("rev-parse", "HEAD~1")
        revision = f"{number:040x}" if number else parent
        return replace(self.recorded, tables=tables, run=f"run {number}", revision=revision)


def scaled(table: Table, factor: float) -> Table:
    """The same benchmarks, slower by a factor."""
    return replace(table, values=tuple(value * factor for value in table.values))


def call(repository: Repository, folder: Path, *arguments: str) -> tuple[int, str]:
    """Call perf-gate with little time; return the exit status and all that it said."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    place = ["--repo", str(repository.folder), "--budget", BUDGET]
    done = subprocess.run(
        [sys.executable, "-m", "gate", *arguments, *place],
        env={**os.environ, "XDG_CACHE_HOME": cache, "HOME": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A real recording of this machine."""
    folder = tmp_path_factory.mktemp("recorded")
    repository = empty(folder / "target")
    repository.commit("one", {"test_thing.py": BENCHMARKS})
    status, said = call(repository, folder, "record", "--store", "dir:kept", "--out", "out")
    assert status == ExitStatus.PASS, said
    kept = Directory(folder=folder / "kept")
    (one,) = store.read(kept, store.survey(kept).entries).records.values()
    return one


@pytest.fixture
def project(tmp_path: Path, recorded: Record) -> Project:
    repository = empty(tmp_path / "target")
    repository.commit("one", {"test_thing.py": BENCHMARKS, "other.py": "x = 1\n"})
    repository.commit("two", {"other.py": "x = 2\n"})
    return Project(repository, tmp_path, recorded)


def test_what_the_history_acquits_needs_no_base(project: Project) -> None:
    status, result, notices = project.check("compare: stored, store: dir:.kept", 3.0)

    (row,) = result["benchmarks"]
    assert "base was not measured" in notices
    assert (status, result["verdict"], row["outcome"]) == (ExitStatus.PASS, "pass", "unchanged")
    assert (row["pairs"], row["against"][0]["what"], row["against"][0]["count"]) == (
        0,
        "stored",
        RUNS,
    )


@pytest.mark.long
def test_what_looks_slower_than_its_history_is_measured_beside_base(project: Project) -> None:
    """The history alone would say +200 %; base shows that nothing changed."""
    status, result, notices = project.check(
        "compare: stored, store: dir:.kept", 1 / 3, "--no-proof"
    )

    (row,) = result["benchmarks"]
    assert status == ExitStatus.PASS
    assert "stored runs leave 1 of 1 benchmark open" in notices
    assert row["outcome"] in {"unchanged", "inconclusive"}
    assert row["pairs"] > 0


@pytest.mark.long
def test_a_benchmark_that_head_lost_is_missing_without_a_look_at_base(project: Project) -> None:
    text = BENCHMARKS.replace("test_sum", "test_total")
    project.repository.commit("three", {"test_thing.py": text})

    status, result, _ = project.check("compare: stored, store: dir:.kept", 3.0)

    assert status == ExitStatus.NOTHING_MEASURED
    outcomes = {row["name"].partition("::")[2]: row["outcome"] for row in result["benchmarks"]}
    assert outcomes["test_sum"] == "missing"


@pytest.mark.long
def test_beside_base_a_history_warns_and_fails_nothing(project: Project) -> None:
    project.repository.git("tag", "v1.0", "HEAD~1")
    project.repository.commit("three", {"other.py": "x = 3\n"})

    status, result, notices = project.check(
        "compare: both, store: dir:.kept, release: true", 1 / 3, "--no-proof"
    )

    (row,) = result["benchmarks"]
    assert status == ExitStatus.PASS
    assert "slower than usual is 1 of 1 benchmark" in notices
    assert "against the last release v1.0, measured here beside head" in notices
    assert 'class="spark"' in project.page
    assert "against 10 stored runs of this machine" in project.page
    assert [(one["what"], one["slower"]) for one in row["against"]] == [
        ("stored", True),
        ("release", False),
    ]


@pytest.mark.long
def test_where_base_alone_decides_a_folder_is_drawn_and_judges_nothing(project: Project) -> None:
    status, result, notices = project.check("compare: base, store: dir:.kept", 1 / 3, "--no-proof")

    (row,) = result["benchmarks"]
    assert status == ExitStatus.PASS
    assert "against" not in row
    assert "stored" not in notices
    assert 'class="spark"' in project.page


@pytest.mark.long
def test_an_empty_store_is_said_and_base_is_measured(project: Project) -> None:
    status, result, notices = project.check("compare: stored, store: dir:empty", 1.0)

    assert (status, result["verdict"]) == (ExitStatus.PASS, "pass")
    assert "stored runs cannot stand for it: dir:empty has none" in notices
    assert "not compared with stored baselines: there are none in dir:empty yet" in notices
