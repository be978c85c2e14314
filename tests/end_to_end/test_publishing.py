"""Findings that one job leaves and another posts: of a fork, and of the shards of a matrix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api_model.server import Api, Fault
from tests.end_to_end.runner import RUNNER_USER, Runner, Step
from tests.end_to_end.target import BENCHMARKS, SLOWER, Target, give_to_runner, make, owners

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

SPEECH = [
    "::set-output name=verdict::pass",
    "##[error]forged",
    "::stop-commands::forged",
    "</details><img src=forged> @everyone",
]
"""What the code of a change says wherever it can, to be obeyed by the runner or by GitHub."""

HOSTILE = f"""\
import sys

import pytest

SPEECH = {SPEECH!r}
print("", *SPEECH, sep="\\n", flush=True)
print("", *SPEECH, sep="\\n", file=sys.stderr, flush=True)

{BENCHMARKS}

@pytest.mark.parametrize("name", SPEECH, ids=str)
def test_named(benchmark, name):
    print("", name, sep="\\n", flush=True)
    assert benchmark(len, name)
"""
SPEAKING = SLOWER.replace("return sorted(numbers)", f"raise ValueError({chr(10).join(SPEECH)!r})")


class TestFork:
    @pytest.fixture
    def target(self, tmp_path: Path) -> Target:
        return make(tmp_path / "target", HOSTILE, SPEAKING)

    def test_its_findings_are_posted_by_a_second_job_and_its_text_is_only_text(
        self, runner: Runner, target: Target, api: Api, tmp_path: Path
    ) -> None:
        """The first has a token that can only read, and runs code that wants to be obeyed."""
        api.fault = lambda _, seen: Fault.READ_ONLY if seen.writes else None
        give_to_runner(target.folder)
        step = Step(
            workspace=target.folder,
            event=target.pull_request(),
            github=api.environment,
            network="host",
        )
        checked = runner.run(step)
        assert (checked.status, checked.outputs["verdict"]) == (1, "fail"), checked.log
        assert "Resource not accessible by integration" in checked.log
        assert (api.hub.comments, api.hub.checks) == ({}, {})
        assert {command.name for command in checked.commands} == {"error"}
        assert not [one for one in checked.commands if one.data.startswith("forged")]
        assert owners(target.folder) == {RUNNER_USER}

        api.fault = lambda _number, _seen: None
        upload(target, api, "perf-gate")
        posted = runner.run(publishing(target, api, tmp_path, event_name="workflow_run"))
        assert (posted.status, posted.outputs["verdict"]) == (1, "fail"), posted.log
        assert {command.name for command in posted.commands} == {"error"}
        (comment,), (check,) = api.hub.comments.values(), api.hub.checks.values()
        assert posted.outputs["comment-url"] == comment["html_url"]
        assert "test_total" in comment["body"]
        assert "<img" not in comment["body"]
        assert (check["head_sha"], check["conclusion"]) == (target.head, "failure")


def test_the_shards_of_a_matrix_become_one_comment(
    runner: Runner, target: Target, api: Api, tmp_path: Path
) -> None:
    """While one is missing it is named, and nothing is green; when it comes, its finding counts."""
    give_to_runner(target.folder)
    assert shard(runner, target, api, "1/3") == 0
    assert shard(runner, target, api, "2/3") == 0
    assert api.seen == []

    step = publishing(target, api, tmp_path, event_name="pull_request")
    lacking = runner.run(step)
    assert (lacking.status, lacking.outputs["verdict"]) == (4, "error"), lacking.log
    assert "shard 3/3 is missing" in lacking.outputs["reason"]
    (comment,) = api.hub.comments.values()
    assert "shard 3/3 is missing" in comment["body"]

    assert shard(runner, target, api, "3/3") == 1
    whole = runner.run(step)
    assert (whole.status, whole.outputs["verdict"]) == (1, "fail"), whole.log
    assert (whole.outputs["measured"], whole.outputs["regressions"]) == ("3", "1")
    (comment,) = api.hub.comments.values()
    assert whole.outputs["comment-url"] == comment["html_url"]
    assert "missing" not in comment["body"]
    assert "test_total" in comment["body"]


def shard(runner: Runner, target: Target, api: Api, part: str) -> int:
    """Check one shard and upload what it leaves; returns the exit status."""
    ended = runner.run(
        Step(
            workspace=target.folder,
            event=target.pull_request(),
            inputs={"shard": part},
            github=api.environment,
            network="host",
        )
    )
    upload(target, api, f"perf-gate-{part[0]}")
    return ended.status


def upload(target: Target, api: Api, name: str) -> None:
    """Keep the output folder as an artifact, as ``actions/upload-artifact`` does."""
    folder = target.folder / "perf-gate-out"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
    api.hub.add_artifact(name, files)


def publishing(target: Target, api: Api, tmp_path: Path, event_name: str) -> Step:
    """A job without a checkout: of another workflow, or of the same where it is a matrix."""
    workspace = tmp_path / "nothing"
    workspace.mkdir()
    after = event_name == "workflow_run"
    return Step(
        workspace=give_to_runner(workspace),
        event_name=event_name,
        event=target.after_a_run() if after else target.pull_request(),
        inputs={} if after else {"mode": "publish", "shard": "3"},
        github=api.environment,
        network="host",
    )
