"""A small repository with benchmarks, as the runner checks it out, and the events about it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import repositories
from tests.api_model.state import NUMBER
from tests.end_to_end.runner import RUN, RUNNER_USER
from tests.integration.store_git_server import GitServer
from tests.repositories import Repository

PYPROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "adder"
version = "1"

[project.optional-dependencies]
test = ["pytest", "pytest-benchmark"]
"""
MODULE = """\
def total(numbers):
    found = 0
    for number in numbers:
        found += number
    return found


def largest(numbers):
    return max(numbers)


def ordered(numbers):
    return sorted(numbers)
"""
SLOWER = MODULE.replace("numbers:", "[*numbers, *numbers]:").replace(
    "return found", "return found // 2"
)
BENCHMARKS = """\
from adder import largest, ordered, total


def test_total(benchmark):
    assert benchmark(total, range(2000)) == 1999000


def test_largest(benchmark):
    assert benchmark(largest, range(2000)) == 1999


def test_ordered(benchmark):
    assert benchmark(ordered, range(2000))[0] == 0
"""
# A run stops when all is decided: on a quiet machine a quarter of the budget is enough.
CONFIGURATION = """\
version: 1
suite: {run: false}
benchmarks: {imports: []}
measure: {budget: 60s}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A repository, its base, and a head whose ``total`` takes twice as long."""

    repository: Repository
    base: str
    head: str

    @property
    def folder(self) -> Path:
        return self.repository.folder

    def pull_request(self, head: str = "") -> dict[str, Any]:
        """The payload of an event that asks to merge a commit."""
        ends = {"head": {"sha": head or self.head}, "base": {"sha": self.base}}
        return {"number": NUMBER, "pull_request": {"number": NUMBER, **ends}}

    def after_a_run(self) -> dict[str, Any]:
        """The payload of the event that comes when the run of a fork's pull request has ended."""
        run = {
            "id": RUN,
            "run_attempt": 1,
            "event": "pull_request",
            "head_sha": self.head,
            "head_branch": "feature",
            "head_repository": {"owner": {"login": "contributor"}},
        }
        return {"workflow_run": run}

    def pushed(self) -> dict[str, Any]:
        """The payload of a push of head onto base."""
        return {"before": self.base, "after": self.head, "ref": "refs/heads/main"}


def make(folder: Path, benchmarks: str = BENCHMARKS, changed: str = SLOWER) -> Target:
    """Make a repository whose branch ``feature`` changes the module: it adds up twice."""
    repository = repositories.empty(folder)
    files = {
        "pyproject.toml": PYPROJECT,
        "adder.py": MODULE,
        "tests/test_adder.py": benchmarks,
        ".perf-gate.yml": CONFIGURATION,
    }
    base = repository.commit("Add numbers", files)
    repository.git("checkout", "--quiet", "-b", "feature")
    head = repository.commit("Add twice", {"adder.py": changed})
    return Target(repository=repository, base=base, head=head)


def checked_out(target: Target, server: GitServer, folder: Path) -> Path:
    """Clone one commit, as ``actions/checkout`` does: the runner's user is its owner."""
    target.repository.git("push", "--quiet", str(server.repository), "main", "feature")
    options = ("--quiet", "--depth=1", "--branch=feature")
    repositories.git(folder.parent, "clone", *options, server.url, folder.name)
    return give_to_runner(folder)


def give_to_runner(folder: Path) -> Path:
    """Make the runner's user the owner of all that is in a folder."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, RUNNER_USER, RUNNER_USER, follow_symlinks=False)
    return folder


def owners(*folders: Path) -> set[int]:
    """Whose the files below some folders are."""
    return {path.lstat().st_uid for folder in folders for path in folder.rglob("*")}
