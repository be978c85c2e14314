"""The image as a user gets it: built, started by hand and by the runner, without network."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gate.github.handover import OUTPUTS
from tests import repositories
from tests.end_to_end.engine import Engine
from tests.end_to_end.runner import RUNNER_USER, SEALED, TOKEN, Step, run_step, start
from tests.repositories import Repository

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
WHEELS = "--volume={}:/wheels:ro"
OFFLINE = {"UV_FIND_LINKS": "/wheels", "UV_NO_INDEX": "1"}

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
"""
BENCHMARK = """\
from adder import total

def test_total(benchmark):
    assert benchmark(total, range(2000)) == 1999000
"""
CONFIGURATION = """\
version: 1
suite: {run: false}
measure: {budget: 20s}
"""


class Target:
    """A small repository whose branch ``feature`` adds up twice."""

    def __init__(self, folder: Path) -> None:
        self.repository: Repository = repositories.empty(folder)
        self.base = self.repository.commit(
            "Add numbers",
            {
                "pyproject.toml": PYPROJECT,
                "adder.py": MODULE,
                "tests/test_adder.py": BENCHMARK,
                ".perf-gate.yml": CONFIGURATION,
            },
        )
        self.repository.git("checkout", "--quiet", "-b", "feature")
        slower = MODULE.replace("numbers:", "[*numbers, *numbers]:")
        halved = slower.replace("return found", "return found // 2")
        self.head = self.repository.commit("Add twice", {"adder.py": halved})

    @property
    def folder(self) -> Path:
        return self.repository.folder

    def pull_request(self) -> dict[str, object]:
        """The payload of an event that asks to merge ``feature``."""
        return {"pull_request": {"head": {"sha": self.head}, "base": {"sha": self.base}}}


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(tmp_path / "target")


def test_arguments_go_to_the_command_line(engine: Engine, image: str) -> None:
    shown = start(engine, image, "check", "--help")
    assert shown.status == 0, shown.log
    assert "usage: perf-gate check" in shown.log


def test_a_folder_that_is_no_repository_is_a_wrong_call(engine: Engine, image: str) -> None:
    refused = start(engine, image)
    assert refused.status == 2, refused.log
    assert "Traceback" not in refused.log


def test_a_dry_run_in_a_sealed_container_ends_in_a_verdict(
    engine: Engine, image: str, wheels: Path, target: Target
) -> None:
    """No network, a root and a checkout that cannot be written, no capability."""
    offline = [f"--env={name}={value}" for name, value in OFFLINE.items()]
    checkout = f"--volume={target.folder}:/github/workspace:ro"
    options = (*SEALED, *offline, WHEELS.format(wheels), checkout, "--env=INPUT_DRY-RUN=true")
    ended = start(engine, image, options=options)
    assert ended.status == 1, ended.log
    assert "test_total" in ended.log


def test_the_runner_gets_outputs_summary_annotations_and_its_files(
    engine: Engine, image: str, wheels: Path, target: Target, tmp_path: Path
) -> None:
    """In a pull request; the checkout belongs to the runner's user, and so do the results."""
    give_to_runner(target.folder)
    step = Step(workspace=target.folder, event=target.pull_request(), environment=OFFLINE)
    (tmp_path / "temporary").mkdir()
    ended = run_step(
        engine,
        image,
        step,
        action=ACTION,
        temporary=tmp_path / "temporary",
        options=[WHEELS.format(wheels)],
    )
    assert ended.status == 1, ended.log
    assert set(ended.outputs) == set(OUTPUTS)
    assert (ended.outputs["verdict"], ended.outputs["regressions"]) == ("fail", "1")
    assert "test_total" in ended.summary
    assert {command.name for command in ended.commands} >= {"error"}
    assert TOKEN not in ended.log
    result = target.folder / ended.outputs["result-path"]
    assert json.loads(result.read_text())["revisions"]["head"]["commit"] == target.head
    assert {path.stat().st_uid for path in result.parent.rglob("*")} == {RUNNER_USER}


def test_a_pull_request_target_is_refused_before_anything_runs(
    engine: Engine, image: str, target: Target, tmp_path: Path
) -> None:
    (tmp_path / "temporary").mkdir()
    step = Step(
        workspace=target.folder, event_name="pull_request_target", event=target.pull_request()
    )
    ended = run_step(engine, image, step, action=ACTION, temporary=tmp_path / "temporary")
    assert (ended.status, ended.outputs["verdict"]) == (2, "error"), ended.log
    assert [command.name for command in ended.commands] == ["error"]
    assert not (target.folder / "perf-gate-out").exists()


def test_a_cancelled_workflow_ends_by_itself_and_leaves_nothing(
    engine: Engine, image: str, wheels: Path, target: Target, tmp_path: Path
) -> None:
    """The runner sends SIGINT, and kills what is still there ten seconds later."""
    (tmp_path / "temporary").mkdir()
    ended = run_step(
        engine,
        image,
        Step(workspace=target.folder, event=target.pull_request(), environment=OFFLINE),
        action=ACTION,
        temporary=tmp_path / "temporary",
        options=[WHEELS.format(wheels)],
        cancel_at="measure",
    )
    assert ended.status == 130, ended.log
    assert (ended.outputs, ended.summary, ended.commands) == ({}, "", [])
    assert not (target.folder / "perf-gate-out").exists()


def give_to_runner(folder: Path) -> None:
    """Make the runner's user the owner of a checkout, as it is after ``actions/checkout``."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, RUNNER_USER, RUNNER_USER, follow_symlinks=False)
