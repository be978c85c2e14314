"""Environment and event payload become a Job, or a list of everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from gate.config.schema import Comment, Store, StoreKind
from gate.errors import UsageError
from gate.github.action import INPUTS, Mode, Request, read_request
from gate.job import Job

REPOSITORY = Path("/github/workspace")
OUT = REPOSITORY / "perf-gate-out"
BASE, HEAD, MERGE = "b" * 40, "a" * 40, "c" * 40
NOBODY = "0" * 40
PULL_REQUEST = {"pull_request": {"head": {"sha": HEAD}, "base": {"sha": BASE}}}


def request(environment: Mapping[str, str], event: Mapping[str, Any] | None = None) -> Request:
    return read_request(environment, event or {}, repository=REPOSITORY, out=OUT)


def job(environment: Mapping[str, str], event: Mapping[str, Any] | None = None) -> Job:
    return request(environment, event).job


def on(event_name: str, **more: str) -> dict[str, str]:
    github = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event_name, "GITHUB_SHA": MERGE}
    return github | more


def test_outside_of_actions_the_working_tree_is_judged_against_its_merge_base() -> None:
    assert job({}) == Job(repository=REPOSITORY, out=OUT)


@pytest.mark.parametrize(
    ("event_name", "event", "sides"),
    [
        ("pull_request", PULL_REQUEST, (BASE, HEAD, True)),
        ("push", {"before": BASE, "after": HEAD}, (BASE, HEAD, False)),
        ("push", {"before": NOBODY, "after": HEAD}, (None, HEAD, False)),
        ("push", {}, (None, MERGE, False)),
        ("push", {"before": "--upload-pack=x", "after": 7}, (None, MERGE, False)),
        ("schedule", {}, (None, "HEAD", False)),
        ("workflow_dispatch", PULL_REQUEST, (None, "HEAD", False)),
    ],
)
def test_the_event_says_which_sides_are_compared(
    event_name: str, event: Mapping[str, Any], sides: tuple[str | None, str, bool]
) -> None:
    found = job(on(event_name), event)
    assert (found.base, found.head, found.base_is_branch) == sides


def test_the_input_base_wins_over_the_event_and_is_taken_as_it_is() -> None:
    found = job(on("pull_request", INPUT_BASE="v1.2"), PULL_REQUEST)
    assert (found.base, found.head, found.base_is_branch) == ("v1.2", HEAD, False)


@pytest.mark.parametrize("spelling", ["hyphens", "underscores"])
def test_every_input_arrives(spelling: str) -> None:
    inputs = {
        "mode": "check",
        "config": "ci/gate.yml",
        "working-directory": "packages/a",
        "python-version": "3.12",
        "budget": "1h30m",
        "shard": "2/3",
        "store": "branch:data/perf",
        "dry-run": "True",
    }
    environment = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    if spelling == "underscores":
        environment = {name.replace("-", "_"): value for name, value in environment.items()}
    assert job(environment) == Job(
        repository=REPOSITORY,
        out=OUT,
        config=REPOSITORY / "ci/gate.yml",
        working_directory=PurePosixPath("packages/a"),
        python="3.12",
        budget_s=5400,
        shard=(2, 3),
        store=Store(kind=StoreKind.BRANCH, location="data/perf"),
        dry_run=True,
    )


def test_an_empty_input_is_an_absent_one() -> None:
    """The runner sets every declared input, also those that nobody gave."""
    assert job({f"INPUT_{name.upper()}": "" for name in INPUTS}) == job({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "sing"),
        ("store", "branch:a..b"),
        ("store", "dir:../elsewhere"),
        ("comment", "sometimes"),
        ("report-id", "a b"),
        ("report-id", "-->"),
        ("working-directory", "/etc"),
        ("working-directory", "a/../.."),
        ("python-version", "3.1"),
        ("python-version", "latest"),
        ("budget", "soon"),
        ("budget", "0s"),
        ("budget", "7h"),
        ("shard", "0/3"),
        ("shard", "4/3"),
        ("shard", "3"),
        ("dry-run", "maybe"),
    ],
)
def test_a_wrong_input_is_named_with_what_was_found(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        job({f"INPUT_{name.upper()}": value})
    assert f"{name}: expected" in caught.value.message
    assert repr(value) in caught.value.message


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        job(on("pull_request", INPUT_BUDGET="soon", INPUT_SHARD="9"), {})
    named = [line.split(":")[0].strip() for line in caught.value.message.splitlines()[1:]]
    assert named == ["pull_request", "budget", "shard"]


@pytest.mark.parametrize(
    ("event_name", "asked", "mode"),
    [
        ("pull_request", "auto", Mode.CHECK),
        ("pull_request", "publish", Mode.PUBLISH),
        ("merge_group", "", Mode.CHECK),
        ("push", "auto", Mode.CHECK),
        ("push", "record", Mode.RECORD),
        ("schedule", "check", Mode.CHECK),
        ("workflow_dispatch", "", Mode.CHECK),
        ("workflow_run", "", Mode.PUBLISH),
        ("workflow_run", "auto", Mode.PUBLISH),
    ],
)
def test_the_event_says_what_is_done_where_nobody_else_does(
    event_name: str, asked: str, mode: Mode
) -> None:
    assert request(on(event_name, INPUT_MODE=asked), PULL_REQUEST).mode is mode


@pytest.mark.parametrize("mode", ["check", "record"])
def test_no_code_of_a_change_runs_beside_the_token_of_workflow_run(mode: str) -> None:
    with pytest.raises(UsageError, match="its token can write"):
        job(on("workflow_run", INPUT_MODE=mode))


def test_a_pull_request_is_not_recorded() -> None:
    """Recording needs a token that can write, and runs what it records."""
    with pytest.raises(UsageError, match="record on push"):
        job(on("pull_request", INPUT_MODE="record"), PULL_REQUEST)


def test_a_merge_group_is_compared_with_what_it_is_merged_into() -> None:
    group = {"merge_group": {"head_sha": HEAD, "base_sha": BASE}}
    found = job(on("merge_group"), group)
    assert (found.base, found.head, found.base_is_branch) == (BASE, HEAD, False)


def test_to_publish_shard_says_how_many_results_there_must_be() -> None:
    found = request(on("workflow_run", INPUT_SHARD="6"))
    assert (found.expected, found.job.shard) == (6, None)
    with pytest.raises(UsageError, match="how many results there must be"):
        request(on("workflow_run", INPUT_SHARD="1/6"))


def test_the_report_is_named_and_commented_as_the_step_says() -> None:
    found = request(
        on("pull_request", INPUT_COMMENT="failures", **{"INPUT_REPORT-ID": "x"}), PULL_REQUEST
    )
    assert (found.comment, found.job.report_id) == (Comment.FAILURES, "x")


def test_without_a_token_there_is_nobody_to_post_to() -> None:
    assert request({}).server is None
    named = request({"INPUT_TOKEN": "ghs_secret", "GITHUB_API_URL": "https://ghe/api/v3"})
    assert named.server is not None
    assert named.server.api == "https://ghe/api/v3"


def test_pull_request_target_is_refused_with_the_reason() -> None:
    """It would run the change's code beside secrets."""
    with pytest.raises(UsageError, match=r"secrets.*use the event pull_request"):
        job(on("pull_request_target"), PULL_REQUEST)


@pytest.mark.parametrize("event", [{}, {"pull_request": None}, {"pull_request": {"head": []}}])
def test_a_pull_request_without_its_commits_is_refused(event: Mapping[str, Any]) -> None:
    with pytest.raises(UsageError, match="does not name its head and base"):
        job(on("pull_request"), event)


def test_the_token_is_neither_shown_nor_part_of_the_job() -> None:
    found = request({"INPUT_TOKEN": "ghs_secret"})
    assert found.token == "ghs_secret"  # noqa: S105 - no real one
    assert "ghs_secret" not in repr(found)
    assert "ghs_secret" not in repr(found.job)
