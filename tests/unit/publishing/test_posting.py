"""A result is told to its pull request: few calls, nothing on a newer head, no verdict changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from gate.config.schema import Comment
from gate.github.api.client import Client
from gate.github.api.pulls import PullRequest
from gate.github.events import Occasion
from gate.model import Result, Revisions
from gate.publishing.posting import Order, post
from tests.api_model.server import Api, Fault, Seen
from tests.api_model.state import BASE, HEAD, NEWER, NUMBER, REPOSITORY
from tests.golden.results import CASES

MARKER = "<!-- perf-gate: default -->"
OLD = f"{MARKER}\nold"
RULES = ".perf-gate.yml"
PULL = PullRequest(repository=REPOSITORY, number=NUMBER, head=HEAD, base=BASE)
FILE = {
    "filename": "tests/bench/test_url.py",
    "status": "modified",
    "patch": "@@ -1 +1,2 @@\n x\n+y",
}
MOST_CALLS = 10


def order(**more: object) -> Order:
    occasion = Occasion(repository=REPOSITORY, run=5, head=HEAD, pull=PULL)
    usual = Order(occasion=occasion, report_id="default", configuration=PurePosixPath(RULES))
    return replace(usual, **more)  # type: ignore[arg-type]


def of_head(name: str) -> Result:
    """The result of a case, as if it had judged the head of the model's pull request."""
    one = CASES[name]
    assert one.revisions is not None
    head = replace(one.revisions.head, commit=HEAD)
    return replace(one, revisions=Revisions(base=one.revisions.base, head=head))


SLOW, WELL = of_head("regression"), of_head("all_well")


def bodies(api: Api) -> list[str]:
    return [one["body"] for one in api.hub.comments.values()]


@pytest.mark.parametrize("there", [[], [OLD]])
@pytest.mark.parametrize("rules", [None, "report: {comment: always}"])
def test_an_ordinary_run_asks_at_most_ten_times(
    api: Api, client: Client, there: list[str], rules: str | None
) -> None:
    api.hub.pulls[NUMBER].files.append(FILE)
    for body in there:
        api.hub.add_comment(body)
    if rules:
        api.hub.contents[BASE, RULES] = rules
    posted = post(SLOW, order(), client)
    assert posted.notes == ()
    assert posted.url.startswith("https://github.com/")
    assert client.calls == len(api.seen) <= MOST_CALLS


def test_comment_and_check_run_say_the_same_and_notes_stand_at_changed_lines(
    api: Api, client: Client
) -> None:
    api.hub.pulls[NUMBER].files.append(FILE)
    post(SLOW, order(), client)
    (body,), (check,) = bodies(api), api.hub.checks.values()
    assert body.startswith(MARKER)
    assert check["output"]["summary"] == body
    assert (check["head_sha"], check["conclusion"]) == (HEAD, "failure")
    assert {(one["path"], one["start_line"]) for one in check["output"]["annotations"]} == {
        ("tests/bench/test_url.py", 2)
    }


def test_silence_while_all_is_well_and_an_old_alarm_is_taken_back(api: Api, client: Client) -> None:
    assert post(WELL, order(), client).url == ""
    assert bodies(api) == []
    post(SLOW, order(), client)
    post(WELL, order(), client)
    (body,) = bodies(api)
    assert "Performance passed" in body


ALWAYS, NEVER = "report: {comment: always}", "report: {comment: never}"


@pytest.mark.parametrize(
    ("rules", "asked", "count"),
    [
        ({BASE: ALWAYS}, None, 1),
        ({BASE: NEVER, HEAD: ALWAYS}, None, 0),
        ({HEAD: ALWAYS}, None, 1),
        ({}, None, 0),
        ({BASE: ALWAYS}, Comment.NEVER, 0),
        ({BASE: "report: ["}, None, 0),
    ],
)
def test_bases_rules_say_when_to_comment_and_the_step_wins_over_them(
    api: Api, client: Client, rules: dict[str, str], asked: Comment | None, count: int
) -> None:
    api.hub.contents.update({(revision, RULES): text for revision, text in rules.items()})
    post(WELL, order(comment=asked), client)
    assert len(bodies(api)) == count


def test_the_rules_of_a_package_are_its_own(api: Api, client: Client) -> None:
    path = "packages/core/.perf-gate.yml"
    api.hub.contents[BASE, path] = "report: {comment: always}"
    post(WELL, order(configuration=PurePosixPath(path)), client)
    assert len(bodies(api)) == 1


def test_two_gates_have_a_comment_and_a_check_run_each(api: Api, client: Client) -> None:
    for name in ("default", "backend", "default"):
        post(SLOW, order(report_id=name), client)
    assert sorted(body.splitlines()[0] for body in bodies(api)) == [
        "<!-- perf-gate: backend -->",
        MARKER,
    ]
    assert len(api.hub.checks) == 2


def test_a_read_only_token_is_a_note_and_no_failure(api: Api, client: Client) -> None:
    api.fault = lambda _, seen: Fault.READ_ONLY if seen.writes else None
    posted = post(SLOW, order(), client)
    assert [note.partition(":")[0] for note in posted.notes] == [
        "no comment was posted",
        "no check run was made",
    ]
    assert "job summary" in posted.notes[0]


def test_without_the_right_to_comment_there_may_still_be_a_check_run(
    api: Api, client: Client
) -> None:
    api.fault = lambda _, seen: Fault.READ_ONLY if "/comments" in seen.path else None
    assert len(post(SLOW, order(), client).notes) == 1
    assert len(api.hub.checks) == 1


@pytest.mark.parametrize("moment", range(1, 11))
def test_once_there_is_a_newer_head_nothing_more_is_written(
    api: Api, client: Client, moment: int
) -> None:
    """Somebody pushes right before the Nth call: only what was looked at just before is written."""

    def push(_: Seen) -> None:
        if len(api.seen) + 1 == moment:
            api.hub.pulls[NUMBER].head = NEWER

    api.before = push
    api.hub.add_comment(OLD)
    post(SLOW, order(), client)
    assert [one for one in api.seen[moment:] if one.writes] == []


def test_a_result_of_another_revision_is_not_posted(api: Api, client: Client) -> None:
    posted = post(CASES["regression"], order(), client)
    assert posted.notes == ("not posted: the result is of another revision",)
    assert api.seen == []


def test_a_run_that_was_for_no_pull_request_is_not_posted(client: Client) -> None:
    run = Occasion(repository=REPOSITORY, run=5, head=HEAD)
    assert post(SLOW, order(occasion=run), client).notes[0].endswith("not for a pull request")


# --- forks: the pull request is found by the head revision of the run ---------------------------

FORK = Occasion(repository=REPOSITORY, run=5, head=HEAD, branch="contributor:feature")


def test_a_fork_is_commented_on_the_pull_request_that_has_its_head(client: Client) -> None:
    assert "/pull/7#" in post(SLOW, order(occasion=FORK), client).url


def test_of_two_pull_requests_with_one_head_the_first_gets_the_comment(
    api: Api, client: Client
) -> None:
    api.hub.pulls[9] = replace(api.hub.pulls[NUMBER], number=9)
    posted = post(SLOW, order(occasion=FORK), client)
    assert posted.notes == ("pull request 9 has the same head; it got no comment",)


@pytest.mark.parametrize("field", ["head", "branch", "state"])
def test_a_pull_request_that_moved_on_or_was_closed_gets_nothing(
    api: Api, client: Client, field: str
) -> None:
    setattr(api.hub.pulls[NUMBER], field, {"head": NEWER, "state": "closed"}.get(field, "x:y"))
    posted = post(SLOW, order(occasion=FORK), client)
    assert "no open pull request has the head" in posted.notes[0]
    assert api.writes == []


# --- whatever fails: nothing doubled, nothing lost, no exception ---------------------------------


PASSING = (Fault.LOST, Fault.HALF, Fault.DROPPED, Fault.TOO_MANY)
LASTING = (Fault.FAILED, Fault.CUT, Fault.SECONDARY, Fault.READ_ONLY, Fault.MOVED)


def fresh(api: Api, client: Client) -> None:
    client.waited_s = 0.0
    api.hub.comments.clear()
    api.hub.checks.clear()
    api.seen.clear()
    api.hub.add_comment(OLD)


@pytest.mark.parametrize("fault", PASSING)
def test_whichever_call_fails_once_everything_is_said_once(
    api: Api, client: Client, fault: Fault
) -> None:
    """The Nth call fails, for every N until no call is the Nth."""
    for failing in range(1, 30):
        fresh(api, client)
        api.fault = lambda number, _, at=failing: fault if number == at else None  # type: ignore[misc]
        assert post(SLOW, order(occasion=FORK), client).notes == ()
        (body,) = bodies(api)
        assert "Performance failed" in body
        assert len(api.hub.checks) == 1
        if len(api.seen) < failing:
            return
    raise AssertionError("it never ended without a failure")


@pytest.mark.parametrize("fault", LASTING)
def test_whatever_fails_from_some_call_on_what_was_not_said_is_a_note(
    api: Api, client: Client, fault: Fault
) -> None:
    for failing in range(1, 11):
        fresh(api, client)
        api.fault = lambda number, _, at=failing: fault if number >= at else None  # type: ignore[misc]
        notes = post(SLOW, order(occasion=FORK), client).notes
        assert len(bodies(api)) == 1
        assert len(api.hub.checks) <= 1
        assert notes or ("failed" in bodies(api)[0] and len(api.hub.checks) == 1)
