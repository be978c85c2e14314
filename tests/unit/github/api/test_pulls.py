"""What a pull request changes, which file holds its rules, and when nothing may be written."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from gate.github.api.client import Client
from gate.github.api.failures import ApiError, OutdatedError
from gate.github.api.pulls import (
    Lines,
    PullRequest,
    changed_lines,
    file_of,
    first_added,
    guard,
    pull_request,
)
from tests.api_model.server import Api, Fault
from tests.api_model.state import BASE, HEAD, NEWER, NUMBER, REPOSITORY

PULL = PullRequest(repository=REPOSITORY, number=NUMBER, head=HEAD, base=BASE)


@pytest.mark.parametrize(
    ("patch", "lines"),
    [
        ("@@ -1 +1,2 @@\n x\n+y", (2, 2)),
        ("@@ -0,0 +1,3 @@\n+a\n+b\n+c", (1, 3)),
        ("@@ -10,4 +12,6 @@ def f():\n a\n-b\n+c\n+d\n e\n+f", (13, 14)),
        (
            "@@ -3,2 +3,1 @@\n-gone\n x\n@@ -9 +8,2 @@\n x\n+late\n\\ No newline at end of file",
            (9, 9),
        ),
        ("@@ -1,2 +1,1 @@\n-a\n b", None),
        ("", None),
    ],
)
def test_the_first_stretch_of_added_lines(patch: str, lines: tuple[int, int] | None) -> None:
    assert first_added(patch) == (lines and Lines(first=lines[0], last=lines[1]))


def test_files_without_lines_have_no_place_for_a_note(api: Api, client: Client) -> None:
    """Binary files and too large ones come without a patch, renamed ones without a change."""
    api.hub.pulls[NUMBER].files += [
        {"filename": "a.png", "status": "added"},
        {"filename": "b.py", "status": "modified", "patch": "@@ -1 +1 @@\n-x\n+y"},
    ]
    assert changed_lines(client, PULL) == {"b.py": Lines(first=1, last=1)}


def test_of_a_change_of_very_many_files_the_first_three_hundred_are_looked_at(
    api: Api, client: Client
) -> None:
    api.hub.pulls[NUMBER].files += [
        {"filename": f"{number}.py", "status": "added", "patch": "@@ -0,0 +1 @@\n+x"}
        for number in range(450)
    ]
    assert len(changed_lines(client, PULL)) == 300
    assert len(api.seen) == 3


@pytest.mark.parametrize("where", [(BASE, HEAD), (BASE,), (HEAD,), ()])
def test_the_rules_are_bases_and_only_else_heads(
    api: Api, client: Client, where: tuple[str, ...]
) -> None:
    for revision in where:
        api.hub.contents[revision, "a b#?/.perf-gate.yml"] = revision
    found = file_of(client, PULL, PurePosixPath("a b#?/.perf-gate.yml"))
    assert found == (where[0] if where else None)


def test_rules_that_cannot_be_fetched_are_no_rules_of_head(api: Api, client: Client) -> None:
    api.hub.contents[HEAD, "x"] = "head"
    api.fault = lambda number, _: Fault.FAILED if number <= 4 else None
    with pytest.raises(ApiError):
        file_of(client, PULL, PurePosixPath("x"))


def test_the_guard_lets_through_the_head_that_was_judged_only(api: Api, client: Client) -> None:
    check = guard(client, pull_request(client, REPOSITORY, NUMBER))
    check()
    api.hub.pulls[NUMBER].head = NEWER
    with pytest.raises(OutdatedError):
        check()
