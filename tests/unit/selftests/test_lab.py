"""The copy of the target, and what is planted into it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from gate.job import Job
from gate.selftests.lab import Lab, Place, open_lab
from tests.repositories import Repository, empty

CODE = "def work(n):\r\n    return n\r\n"
STATEMENT = "for _planted in range(7): pass; del _planted"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = empty(tmp_path / "target")
    found.write({".gitignore": "kept.py\n", "kept.py": "KEPT = 1\n", "part/thing.py": CODE})
    found.git("add", "--force", "kept.py")
    found.commit("first")
    return found


@pytest.fixture
def lab(repository: Repository, tmp_path: Path) -> Lab:
    job = Job(
        repository=repository.folder,
        out=tmp_path / "out",
        head="HEAD",
        working_directory=PurePosixPath("part"),
    )
    folder = tmp_path / "work"
    folder.mkdir()
    return open_lab(job, folder)


def test_the_copy_holds_what_head_holds_ignored_files_too(lab: Lab) -> None:
    names = lab.git.line("ls-tree", "-r", "--name-only", "-z", "HEAD").rstrip("\0").split("\0")

    assert names == [".gitignore", "kept.py", "part/thing.py"]
    assert lab.project == lab.tree / "part"
    assert lab.job.repository == lab.tree


def test_a_planted_commit_differs_by_the_statement_alone(lab: Lab) -> None:
    place = Place(file=PurePosixPath("part/thing.py"), qualname="work")

    commit = lab.planted(place, STATEMENT)

    changed = lab.git.line("diff-tree", "-r", "--name-only", "HEAD", commit)
    assert changed == "part/thing.py"
    assert STATEMENT in lab.git.line("show", f"{commit}:part/thing.py")
    assert (lab.tree / "part/thing.py").read_bytes() == CODE.encode()


def test_each_slowdown_is_planted_into_the_target_as_it_is(lab: Lab) -> None:
    place = Place(file=PurePosixPath("part/thing.py"), qualname="work")
    lab.planted(place, "first = 1")

    second = lab.planted(place, "second = 2")

    assert "first" not in lab.git.line("show", f"{second}:part/thing.py")
    assert lab.git.line("rev-parse", f"{second}^") == lab.git.line("rev-parse", "HEAD")


def test_the_target_itself_is_not_touched(repository: Repository, lab: Lab) -> None:
    lab.planted(Place(file=PurePosixPath("part/thing.py"), qualname="work"), STATEMENT)

    assert repository.git("status", "--porcelain") == ""
    assert repository.git("log", "--format=%s", "--all") == "first"
