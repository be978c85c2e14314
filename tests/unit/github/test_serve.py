"""However a run ends, the runner is told just that, and only that."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gate.errors import InstallError
from gate.github.action import Request
from gate.github.serve import Pipe, serve
from gate.job import Job
from gate.model import Judgement, Noise, VerdictKind
from tests.runner_model import commands_in, key_values


def slow(request: Request) -> Judgement:
    """Stands for a run that finds a regression and writes its reports."""
    request.job.out.mkdir(exist_ok=True)
    (request.job.out / "result.json").write_text("{}")
    (request.job.out / "summary.md").write_text("# slower\n")
    return Judgement(
        findings=(),
        verdict=VerdictKind.FAIL,
        reason="one benchmark became slower",
        exit_status=1,
        noise=Noise(floor=0.0, false_failure=0.01, smallest_detectable=None),
    )


def no_install(_: Request) -> Judgement:
    raise InstallError("head cannot be installed:\n::error::forged", hint="look above")


def defective(request: Request) -> Judgement:
    raise ZeroDivisionError(f"##[error]forged in {request.job.repository}")


def interrupted(request: Request) -> Judgement:
    os.kill(os.getpid(), signal.SIGTERM)
    return slow(request)


@dataclass(frozen=True)
class Runner:
    """The files of a runner, and the log."""

    folder: Path
    log: io.StringIO = field(default_factory=io.StringIO)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def start(self, pipe: Pipe, **more: str) -> int:
        self.workspace.mkdir()
        (self.folder / "event.json").write_text(json.dumps({"before": "b" * 40, "after": "a" * 40}))
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_WORKSPACE": str(self.workspace),
        }
        return serve(environment | more, pipe, folder=Path("/nowhere"), log=self.log)

    @property
    def outputs(self) -> Mapping[str, str]:
        return key_values((self.folder / "output").read_text())

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(command.name, command.data) for command in commands_in(self.log.getvalue())]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_a_judgement_reaches_the_runner_in_every_form(runner: Runner) -> None:
    assert runner.start(slow) == 1
    assert runner.outputs["verdict"] == "fail"
    assert runner.outputs["result-path"] == "perf-gate-out/result.json"
    assert (runner.folder / "summary").read_text().startswith("# slower\n")
    assert runner.told == [("error", "one benchmark became slower")]


def test_the_pipe_gets_what_the_event_says(runner: Runner) -> None:
    jobs: list[Job] = []

    def remember(request: Request) -> Judgement:
        jobs.append(request.job)
        return slow(request)

    runner.start(remember)
    (job,) = jobs
    assert (job.base, job.head) == ("b" * 40, "a" * 40)
    assert (job.repository, job.out) == (runner.workspace, runner.workspace / "perf-gate-out")


def test_a_failed_installation_is_an_error_and_no_verdict_about_speed(runner: Runner) -> None:
    assert runner.start(no_install) == 3
    assert (runner.outputs["verdict"], runner.outputs["measured"]) == ("error", "0")
    assert [name for name, _ in runner.told] == ["error"]


def test_a_defect_has_its_own_status_and_shows_where_it_is(runner: Runner) -> None:
    assert runner.start(defective) == 70
    assert "in defective" in runner.log.getvalue()
    assert runner.outputs["reason"].startswith("this is a defect of perf-gate: ZeroDivisionError")
    assert [name for name, _ in runner.told] == ["error"]


def test_after_an_interruption_the_runner_is_told_nothing(runner: Runner) -> None:
    assert runner.start(interrupted) == 130
    assert not (runner.folder / "output").exists()
    assert not (runner.folder / "summary").exists()
    assert runner.told == []


def test_failing_to_tell_the_runner_does_not_change_the_verdict(runner: Runner) -> None:
    assert runner.start(slow, GITHUB_OUTPUT=str(runner.folder)) == 1
    assert "the runner could not be told" in runner.log.getvalue()


def test_an_event_payload_that_cannot_be_read_is_a_wrong_call(runner: Runner) -> None:
    assert runner.start(slow, GITHUB_EVENT_PATH=str(runner.folder / "absent")) == 2
    assert not (runner.workspace / "perf-gate-out").exists()


def test_outside_of_actions_there_are_no_commands(tmp_path: Path) -> None:
    log = io.StringIO()
    assert serve({}, no_install, folder=tmp_path, log=log) == 3
    assert commands_in(log.getvalue()) == []
    assert "head cannot be installed" in log.getvalue()


def test_a_workspace_that_is_not_there_does_not_hide_what_went_wrong(tmp_path: Path) -> None:
    assert serve({}, no_install, folder=tmp_path / "absent", log=io.StringIO()) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_was_written_before_a_failure_is_given_back_too(tmp_path: Path) -> None:
    def half(request: Request) -> Judgement:
        slow(request)
        return defective(request)

    os.chown(tmp_path, 1001, 1001)
    serve({}, half, folder=tmp_path, log=io.StringIO())
    assert (tmp_path / "perf-gate-out" / "result.json").stat().st_uid == 1001
