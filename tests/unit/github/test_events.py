"""What an event is about: nothing malformed gets into an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gate.github.api.pulls import PullRequest
from gate.github.events import Occasion, occasion_of

HEAD, BASE = "a" * 40, "b" * 40
ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "octo/target",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
}
PULL = {"number": 7, "head": {"sha": HEAD}, "base": {"sha": BASE}}
RUN = {
    "id": 33,
    "run_attempt": 4,
    "event": "pull_request",
    "head_sha": HEAD,
    "head_branch": "feature/a&b",
    "head_repository": {"owner": {"login": "contributor"}},
    "pull_requests": [],
}


def of(name: str, event: Mapping[str, Any], **more: str) -> Occasion | None:
    return occasion_of({**ACTIONS, "GITHUB_EVENT_NAME": name, **more}, event)


def test_a_pull_request_is_named_by_its_event() -> None:
    pull = PullRequest(repository="octo/target", number=7, head=HEAD, base=BASE)
    assert of("pull_request", {"pull_request": PULL}) == Occasion(
        repository="octo/target", run=77, attempt=2, head=HEAD, pull=pull
    )


def test_after_a_run_it_is_that_run_and_its_head_that_count() -> None:
    """Not our own run, which is of the default branch."""
    assert of("workflow_run", {"workflow_run": RUN}) == Occasion(
        repository="octo/target", run=33, attempt=4, head=HEAD, branch="contributor:feature/a&b"
    )


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch", None, 7])
def test_a_run_for_something_else_is_of_no_pull_request(event: object) -> None:
    found = of("workflow_run", {"workflow_run": {**RUN, "event": event}})
    assert found is not None
    assert (found.branch, found.pull) == (None, None)


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", "merge_group"])
def test_other_events_are_of_no_pull_request(name: str) -> None:
    found = of(name, {})
    assert found == Occasion(repository="octo/target", run=77, attempt=2)


@pytest.mark.parametrize(
    "name", ["", "octo", "octo/target/x", "../target", "octo/..", "o/t?x", "o/t\n"]
)
def test_what_is_no_repository_is_nothing(name: str) -> None:
    assert of("push", {}, GITHUB_REPOSITORY=name) is None


def test_outside_of_actions_there_is_no_occasion() -> None:
    assert of("pull_request", {"pull_request": PULL}, GITHUB_ACTIONS="") is None


@pytest.mark.parametrize(
    "broken",
    [
        {"number": "7/../8"},
        {"number": True},
        {"number": -7},
        {"head": {"sha": "HEAD"}},
        {"base": 3},
    ],
)
def test_a_malformed_pull_request_is_none(broken: Mapping[str, Any]) -> None:
    found = of("pull_request", {"pull_request": {**PULL, **broken}})
    assert found is not None
    assert found.pull is None


@pytest.mark.parametrize("payload", [{}, {"workflow_run": None}, {"workflow_run": {"id": "x"}}])
def test_a_malformed_run_is_of_nothing(payload: Mapping[str, Any]) -> None:
    assert of("workflow_run", payload) == Occasion(repository="octo/target", run=0)
