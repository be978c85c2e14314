"""The model of the API is as strict as GitHub's own description: what it never saw is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gate.github.api.client import Client
from gate.github.api.failures import ApiError
from tests.api_model.description import operation_for, operations, problems_of_answer
from tests.api_model.server import Api
from tests.api_model.state import HEAD, NUMBER, REPOSITORY

PULL = f"repos/{REPOSITORY}/pulls/{NUMBER}"
CHECKS = f"repos/{REPOSITORY}/check-runs"
ANNOTATION = {"path": "a", "start_line": 1, "end_line": 1, "message": "x"}


def check(**output: object) -> dict[str, object]:
    return {"name": "x", "head_sha": HEAD, "output": {"title": "x", "summary": "x", **output}}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda client: client.get(PULL, surprise="1"),
        lambda client: client.get(f"{PULL}/surprise"),
        lambda client: client.post(f"repos/{REPOSITORY}/issues/7/comments", {"text": "x"}),
        lambda client: client.post(f"repos/{REPOSITORY}/issues/7/comments", {"body": 7}),
        lambda client: client.post(CHECKS, check(surprise=1)),
        lambda client: client.post(CHECKS, check(summary="x" * 65_536)),
        lambda client: client.post(CHECKS, check(annotations=[ANNOTATION])),
        lambda client: client.post(
            CHECKS, check(annotations=[{**ANNOTATION, "annotation_level": "notice"}] * 51)
        ),
    ],
)
def test_a_request_that_github_does_not_describe_is_refused_and_remembered(
    api: Api, client: Client, wrong: Callable[[Client], Any]
) -> None:
    with pytest.raises(ApiError):
        wrong(client)
    assert len(api.problems) >= 1
    api.problems.clear()


@pytest.mark.parametrize(
    "answer",
    [
        {"number": "7", "state": "open", "head": {"sha": HEAD, "ref": "a"}, "base": {}},
        {"number": 7, "state": "merged"},
        [],
    ],
)
def test_an_answer_that_github_would_not_give_is_noticed(answer: object) -> None:
    found = operation_for("GET", f"/{PULL}")
    assert found is not None
    assert problems_of_answer(found[0], 200, answer)


def test_all_operations_of_the_excerpt_are_known() -> None:
    assert len(operations()) == 13
