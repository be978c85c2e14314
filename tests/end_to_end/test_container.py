"""The image as a user starts it by hand, and how it ends where there is nothing to measure."""

from __future__ import annotations

import signal
from collections.abc import Sequence

import pytest

from tests.end_to_end.conftest import OFFLINE
from tests.end_to_end.engine import Engine
from tests.end_to_end.runner import CANCELLING, SEALED, Cancel, Runner, Step, start
from tests.end_to_end.target import Target, give_to_runner
from tests.repositories import listing

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

TERMINATED = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 60.0))
"""What ``docker stop`` does."""


def test_arguments_go_to_the_command_line(engine: Engine, image: str) -> None:
    shown = start(engine, image, "check", "--help")
    assert shown.status == 0, shown.log
    assert "usage: perf-gate check" in shown.log


def test_a_folder_that_is_no_repository_is_a_wrong_call(engine: Engine, image: str) -> None:
    refused = start(engine, image)
    assert refused.status == 2, refused.log
    assert "Traceback" not in refused.log


def test_a_dry_run_in_a_sealed_container_ends_in_a_verdict(runner: Runner, target: Target) -> None:
    """No network, no capability, nobody's user, a root and a checkout that cannot be written."""
    offline = [f"--env={name}={value}" for name, value in OFFLINE.items()]
    checkout = f"--volume={target.folder}:/github/workspace:ro"
    nobody = ("--user=65534:65534", "--env=INPUT_DRY-RUN=true")
    options = (*SEALED, *nobody, *offline, *runner.options, checkout)
    ended = start(runner.engine, runner.image, options=options)
    assert ended.status == 1, ended.log
    assert "test_total" in ended.log


def test_a_pull_request_target_is_refused_before_anything_runs(
    runner: Runner, target: Target
) -> None:
    step = Step(
        workspace=target.folder, event_name="pull_request_target", event=target.pull_request()
    )
    ended = runner.run(step)
    assert (ended.status, ended.outputs["verdict"]) == (2, "error"), ended.log
    assert [command.name for command in ended.commands] == ["error"]
    assert not (target.folder / "perf-gate-out").exists()


@pytest.mark.parametrize(
    ("at", "signals"), [("install", TERMINATED), ("measure", CANCELLING)], ids=["stop", "cancel"]
)
def test_a_cancelled_workflow_ends_in_time_and_leaves_nothing(
    runner: Runner, target: Target, at: str, signals: Sequence[tuple[signal.Signals, float]]
) -> None:
    """What is still there ten seconds later would be killed, with another status."""
    before = listing(give_to_runner(target.folder))
    step = Step(workspace=target.folder, event=target.pull_request())
    ended = runner.run(step, Cancel(at=at, signals=signals))
    assert ended.status == 130, ended.log
    assert (ended.outputs, ended.summary, ended.commands) == ({}, "", [])
    assert ended.left == ""
    assert listing(target.folder) == before
