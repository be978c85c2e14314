"""The image in the workflows of one repository: a pull request, and a push that is recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gate.github.handover import OUTPUTS
from gate.pipe.earlier.places import DATA_BRANCH
from tests.api_model.server import TOKEN, Api
from tests.api_model.state import NEWER, NUMBER
from tests.end_to_end.runner import RUNNER_USER, Conclusion, Runner, Step
from tests.end_to_end.target import MODULE, Target, checked_out, owners
from tests.integration.store_git_server import GitServer
from tests.repositories import listing

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

MOST_CALLS = 10


def test_a_pull_request_has_one_comment_whatever_is_pushed(
    runner: Runner, target: Target, api: Api, server: GitServer, tmp_path: Path
) -> None:
    """Slow at first, mended by a second push; and once somebody pushes while it is measured."""
    pull = api.hub.pulls[NUMBER]
    mended = target.repository.commit("Add once", {"adder.py": f"{MODULE}\n"})
    checkout = checked_out(target, server, tmp_path / "checkout")
    context = {**api.environment, "GITHUB_SERVER_URL": server.address}
    step = Step(workspace=checkout, event=target.pull_request(), github=context, network="host")

    slow = runner.run(step)
    assert slow.status == 1, slow.log
    assert_told(slow)
    result = json.loads((checkout / slow.outputs["result-path"]).read_text(encoding="utf-8"))
    assert result["revisions"]["head"]["commit"] == target.head
    assert result["revisions"]["base"]["commit"] == target.base
    assert [comment["html_url"] for comment in api.hub.comments.values()] == [
        slow.outputs["comment-url"]
    ]
    assert [(run["head_sha"], run["conclusion"]) for run in api.hub.checks.values()] == [
        (target.head, "failure")
    ]
    assert len(api.seen) <= MOST_CALLS, api.seen

    pull.head = mended
    well = runner.run(replace(step, event=target.pull_request(mended)))
    assert (well.status, well.outputs["verdict"]) == (0, "pass"), well.log
    assert well.outputs["comment-url"] == slow.outputs["comment-url"]
    (comment,) = api.hub.comments.values()
    assert "Performance passed" in comment["body"]
    assert [run["conclusion"] for run in api.hub.checks.values()] == ["failure", "success"]

    pull.head, written = target.head, api.writes
    api.before = lambda _: setattr(pull, "head", NEWER)
    late = runner.run(step)
    assert (late.status, late.outputs["comment-url"]) == (1, ""), late.log
    assert f"pull request {NUMBER} has a newer head" in late.log
    assert api.writes == written

    assert owners(checkout, runner.temporary) == {RUNNER_USER}
    assert not (runner.temporary / "_github_home" / ".gitconfig").exists()


def assert_told(slow: Conclusion) -> None:
    """The runner knows the verdict, why, and at which benchmark; nobody knows the token."""
    assert set(slow.outputs) == set(OUTPUTS)
    assert (slow.outputs["verdict"], slow.outputs["regressions"]) == ("fail", "1")
    assert "test_total" in slow.summary
    assert {command.name for command in slow.commands} == {"error"}
    assert TOKEN not in slow.log + slow.summary + str(slow.outputs)


def test_a_push_is_recorded_on_the_data_branch(
    runner: Runner, target: Target, server: GitServer, tmp_path: Path
) -> None:
    """The checkout holds no credential and gets none: only the one push is given the token."""
    checkout = checked_out(target, server, tmp_path / "checkout")
    before = listing(checkout / ".git")
    step = Step(
        workspace=checkout,
        event_name="push",
        event=target.pushed(),
        inputs={"mode": "record", "budget": "5s"},
        github={"GITHUB_SERVER_URL": server.address},
        network="host",
    )
    ended = runner.run(step)
    assert (ended.status, ended.outputs["verdict"]) == (0, "pass"), ended.log
    assert ended.outputs["reason"].startswith(f"Recorded 3 benchmarks of {target.head[:10]}")
    (record,) = (name for name in server.files(DATA_BRANCH) if name.endswith(".json"))
    assert target.head in server.git("show", f"{DATA_BRANCH}:{record}")
    assert server.pushes == 1
    assert TOKEN not in ended.log
    assert listing(checkout / ".git") == before
    assert owners(checkout, runner.temporary) == {RUNNER_USER}
