"""The front door publishes: forks by two jobs, a matrix by one more; the token stays in."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from gate.github.action import Request
from gate.github.serve import Post, serve
from gate.model import Judgement, Part, Result
from gate.publishing import serving
from gate.report.documents import dumps
from tests.api_model.fixtures import Waits
from tests.api_model.server import TOKEN, Api, Fault, Seen
from tests.api_model.state import BASE, HEAD, NEWER, NUMBER, REPOSITORY
from tests.runner_model import commands_in, key_values
from tests.unit.publishing.test_posting import of_head

PULL_REQUEST = {"pull_request": {"number": NUMBER, "head": {"sha": HEAD}, "base": {"sha": BASE}}}
AFTER = {
    "workflow_run": {
        "id": 33,
        "run_attempt": 1,
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "feature",
        "head_repository": {"owner": {"login": "contributor"}},
        "pull_requests": [],
    }
}
SLOW, WELL = of_head("regression"), of_head("all_well")


@dataclass
class Runner:
    """One job: its files, its log, and the model of the API that it talks to."""

    folder: Path
    api: Api
    log: io.StringIO = field(default_factory=io.StringIO)

    def environment(self, name: str, event: Mapping[str, Any], **inputs: str) -> dict[str, str]:
        (self.folder / "event.json").write_text(json.dumps(event))
        return {
            **self.api.environment,
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "44",
            "GITHUB_WORKSPACE": str(self.folder),
            "INPUT_TOKEN": TOKEN,
            **{f"INPUT_{key.upper()}": value for key, value in inputs.items()},
        }

    def serve(
        self, environment: Mapping[str, str], pipe: Callable[[Request], Judgement], post: Post
    ) -> int:
        return serve(environment, pipe, post, folder=self.folder, log=self.log)

    @property
    def outputs(self) -> Mapping[str, str]:
        return key_values((self.folder / "output").read_text())

    @property
    def comments(self) -> list[str]:
        return [one["body"] for one in self.api.hub.comments.values()]


@pytest.fixture
def runner(tmp_path: Path, api: Api) -> Runner:
    return Runner(tmp_path, api)


def published(runner: Runner, waits: Waits, name: str = "workflow_run", **inputs: str) -> int:
    """What the action does with ``mode: publish``, without waiting for real."""
    event = AFTER if name == "workflow_run" else PULL_REQUEST
    found: list[Result] = []

    def pipe(request: Request) -> Judgement:
        found.append(serving.publish(request, waits.patience))
        return found[0].judgement

    return runner.serve(
        runner.environment(name, event, **{"mode": "publish", **inputs}),
        pipe,
        lambda request: serving.tell(request, found[0], waits.patience),
    )


def shard(one: Result, index: int, count: int = 3) -> str:
    return dumps(replace(one, part=Part(index=index, count=count)))


# --- forks ---------------------------------------------------------------------------------------


def test_what_a_fork_found_is_posted_by_the_second_job(runner: Runner, waits: Waits) -> None:
    runner.api.hub.add_artifact("perf-gate", {"result.json": dumps(SLOW), "comment.md": "evil"})
    assert published(runner, waits) == 1
    (body,) = runner.comments
    assert "Performance failed" in body
    assert "evil" not in body
    assert runner.outputs["verdict"] == "fail"
    assert runner.outputs["comment-url"].endswith(f"-{max(runner.api.hub.comments)}")
    assert (runner.folder / "summary").read_text().strip()
    assert len(runner.api.hub.checks) == 1


def test_the_artifact_does_not_say_where_it_is_posted(runner: Runner, waits: Waits) -> None:
    """It claims to be of another commit, whose pull request is somebody else's."""
    runner.api.hub.pulls[9] = replace(runner.api.hub.pulls[NUMBER], number=9, head=NEWER)
    assert SLOW.revisions is not None
    other = replace(SLOW.revisions, head=replace(SLOW.revisions.head, commit=NEWER))
    runner.api.hub.add_artifact("perf-gate", {"result.json": dumps(replace(SLOW, revisions=other))})
    assert published(runner, waits) == 4
    assert all("/pulls/9" not in one.path for one in runner.api.seen)
    assert "it is of another revision" in runner.outputs["reason"]


def test_hostile_results_are_never_a_pass(runner: Runner, waits: Waits) -> None:
    runner.api.hub.add_artifact("perf-gate-1", {"result.json": dumps(WELL)})
    runner.api.hub.add_artifact("perf-gate-2", {"result.json": '{"verdict": "pass"}'})
    assert published(runner, waits) == 4
    assert runner.outputs["verdict"] == "error"
    assert [name.name for name in commands_in(runner.log.getvalue())] == ["error"]


def test_a_run_that_left_nothing_is_not_judged(runner: Runner, waits: Waits) -> None:
    assert published(runner, waits) == 4
    assert "no result was found" in runner.comments[0]


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.READ_ONLY, Fault.NOT_FOUND])
def test_artifacts_that_cannot_be_listed_are_no_pass(
    runner: Runner, waits: Waits, fault: Fault
) -> None:
    runner.api.fault = lambda _, seen: fault if "/artifacts" in seen.path else None
    assert published(runner, waits) == 4
    assert runner.comments == []


def test_failing_to_post_changes_no_verdict(runner: Runner, waits: Waits) -> None:
    runner.api.hub.add_artifact("perf-gate", {"result.json": dumps(WELL)})
    runner.api.fault = lambda _, seen: Fault.READ_ONLY if seen.writes else None
    assert published(runner, waits, comment="always") == 0
    assert "no comment was posted" in runner.log.getvalue()
    assert runner.outputs["comment-url"] == ""
    assert TOKEN not in runner.log.getvalue()


def test_a_fork_costs_few_calls(runner: Runner, waits: Waits) -> None:
    runner.api.hub.add_artifact("perf-gate", {"result.json": dumps(SLOW)})
    runner.api.hub.contents[BASE, ".perf-gate.yml"] = "report: {comment: always}"
    published(runner, waits)
    assert sum(one.authorization is not None for one in runner.api.seen) <= 12


# --- a matrix ------------------------------------------------------------------------------------


def test_a_matrix_of_three_becomes_one_comment(runner: Runner, waits: Waits) -> None:
    for index, one in ((3, WELL), (1, WELL), (2, SLOW)):
        runner.api.hub.add_artifact(f"perf-gate-{index}", {"result.json": shard(one, index)})
    assert published(runner, waits, "pull_request", shard="3") == 1
    assert published(runner, waits, "pull_request", shard="3") == 1
    assert len(runner.comments) == 1
    assert len(runner.api.hub.checks) == 1


def test_a_shard_that_is_missing_is_named_in_the_comment(runner: Runner, waits: Waits) -> None:
    for index in (1, 3):
        runner.api.hub.add_artifact(f"perf-gate-{index}", {"result.json": shard(WELL, index)})
    assert published(runner, waits, "pull_request") == 4
    assert "shard 2/3" in runner.comments[0]


def test_gates_of_one_repository_read_their_own_artifacts(runner: Runner, waits: Waits) -> None:
    runner.api.hub.add_artifact("perf-gate+backend", {"result.json": dumps(WELL)})
    runner.api.hub.add_artifact("perf-gate+frontend", {"result.json": dumps(SLOW)})
    assert published(runner, waits, **{"report-id": "backend", "comment": "always"}) == 0
    assert runner.comments[0].startswith("<!-- perf-gate: backend -->")


# --- check posts itself --------------------------------------------------------------------------


def checked(runner: Runner, waits: Waits, result: Result, **inputs: str) -> int:
    return runner.serve(
        runner.environment("pull_request", PULL_REQUEST, **inputs),
        lambda _: result.judgement,
        lambda request: serving.tell(request, result, waits.patience),
    )


def test_a_check_with_a_token_posts_what_it_found(runner: Runner, waits: Waits) -> None:
    assert checked(runner, waits, SLOW) == 1
    assert runner.outputs["comment-url"].startswith("https://github.com/")


@pytest.mark.parametrize("moment", range(1, 6))
def test_after_a_cancellation_nothing_is_posted(runner: Runner, waits: Waits, moment: int) -> None:
    """SIGTERM arrives while the Nth answer is awaited; the first write would be the fourth."""

    def cancel(_: Seen) -> None:
        if len(runner.api.seen) + 1 == moment:
            os.kill(os.getpid(), signal.SIGTERM)

    runner.api.before = cancel
    assert checked(runner, waits, SLOW, comment="always") == 130
    assert [one for one in runner.api.seen[moment:] if one.writes] == []
    assert runner.outputs["comment-url"] == ""


@pytest.mark.parametrize("inputs", [{"dry-run": "true"}, {"token": ""}, {"shard": "1/3"}])
def test_what_is_dry_or_without_a_token_or_only_a_shard_asks_nothing(
    runner: Runner, waits: Waits, inputs: dict[str, str]
) -> None:
    one = replace(SLOW, part=Part(index=1, count=3)) if "shard" in inputs else SLOW
    assert checked(runner, waits, one, **inputs) == 1
    assert runner.api.seen == []


def test_on_push_there_is_no_pull_request_to_tell(runner: Runner, waits: Waits) -> None:
    environment = runner.environment("push", {"before": BASE, "after": HEAD})
    tell: Post = lambda request: serving.tell(request, SLOW, waits.patience)  # noqa: E731
    assert runner.serve(environment, lambda _: SLOW.judgement, tell) == 1
    assert runner.api.seen == []


def test_a_defect_while_posting_changes_no_verdict(runner: Runner) -> None:
    def defective(_: Request) -> Any:
        raise ZeroDivisionError

    environment = runner.environment("pull_request", PULL_REQUEST)
    assert runner.serve(environment, lambda _: WELL.judgement, defective) == 0
    assert "a defect of perf-gate: ZeroDivisionError" in runner.log.getvalue()


# --- the token -----------------------------------------------------------------------------------


def test_the_front_door_publishes_and_never_says_the_token(runner: Runner) -> None:
    """The program that the image starts, as the runner starts it: without arguments."""
    runner.api.hub.add_artifact("perf-gate", {"result.json": dumps(SLOW)})
    program = Path(__file__).parents[3] / "entrypoint.py"
    ended = subprocess.run(
        [sys.executable, str(program)],
        env={"PATH": os.defpath, **runner.environment("workflow_run", AFTER)},
        cwd=runner.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "Performance failed" in runner.comments[0]
    assert runner.outputs["comment-url"].startswith("https://github.com/")
    assert TOKEN not in ended.stdout
