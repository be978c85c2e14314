"""Recordings are taken from living processes, and an interrupted one goes on where it was.

Each run installs pytest into two environments, so these need the package index (or its cache).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.guest.controls import NAMES as CONTROLS
from study.__main__ import main
from study.record.recording import SUFFIX, header, read, walk_line
from study.record.stress import QUIET
from study.record.take import record
from study.record.tasks import Task
from study.settings import Settings
from tests.repositories import Repository, empty

pytestmark = pytest.mark.network

TASK = Task(library="thing", head="base", condition=QUIET, walks=2)
FILES = {
    "thing.py": "def work(n):\n    return sum(range(n))\n",
    "pyproject.toml": '[project]\nname = "thing"\nversion = "1"\n'
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    '[tool.setuptools]\npy-modules = ["thing"]\n',
    "test_thing.py": "import thing\n\n\ndef test_work(benchmark):\n    benchmark(thing.work, 9)\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Where a prepared library lies, of one benchmark."""
    folder = tmp_path / "real" / "thing"
    folder.mkdir(parents=True)
    repository: Repository = empty(folder)
    repository.write(FILES)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "base")
    repository.git("tag", "base")
    return Settings(
        repositories=tmp_path / "real",
        recordings=tmp_path / "recordings",
        results=tmp_path / "results",
    )


def test_a_recording_is_taken_once_and_goes_on_where_it_was(settings: Settings) -> None:
    path = settings.recordings / f"{TASK.name}{SUFFIX}"
    record([TASK], settings)
    taken = read(path)

    names = {*CONTROLS, "test_thing.py::test_work"}
    assert [set(walk.takes) for walk in taken.walks] == [names, names]
    assert [walk.base_first for walk in taken.walks] == [True, False]
    assert all(one.seconds > 0 for walk in taken.walks for one in walk.takes.values())

    record([TASK], settings)
    assert read(path) == taken

    _interrupt(settings, path)
    record([TASK], settings)
    assert read(path).walks[0] == taken.walks[0]
    assert len(read(path).walks) == 2
    assert read(path).walks[1] != taken.walks[1]


def _interrupt(settings: Settings, path: Path) -> None:
    """As if the power had gone in the second walk."""
    taken = read(path)
    path.unlink()
    first, second = (walk_line(taken.facts, walk) for walk in taken.walks)
    unfinished = settings.results / "unfinished" / f"{TASK.name}.jsonl"
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_text(f"{header(taken.facts)}\n{first}\n{second[:-9]}", encoding="utf-8")


def test_nothing_is_begun_when_the_time_is_up(tmp_path: Path) -> None:
    folder = tmp_path / "real" / "tomlkit"
    folder.mkdir(parents=True)
    call = ["--only", "record", "--library", "tomlkit", "--minutes", "0"]
    places = ["--repositories", str(tmp_path / "real"), "--recordings", str(tmp_path / "kept")]

    assert main([*call, *places, "--results", str(tmp_path / "results")]) == 0
    assert not tmp_path.joinpath("kept").exists()
