"""One comment, whatever happens: found by marker and author, edited, deleted, never doubled."""

from __future__ import annotations

import pytest

from gate.github.api.client import Client
from gate.github.api.comments import Move, Thread
from gate.github.api.failures import ApiError, ForbiddenError, OutdatedError
from gate.github.api.pulls import PullRequest, guard
from tests.api_model.server import DONE, Api, Fault, Seen
from tests.api_model.state import BASE, HEAD, NEWER, NUMBER, REPOSITORY

PULL = PullRequest(repository=REPOSITORY, number=NUMBER, head=HEAD, base=BASE)
MARKER = "<!-- perf-gate: default -->"
OLD, NEW = f"{MARKER}\nold", f"{MARKER}\nnew"


@pytest.fixture
def thread(client: Client) -> Thread:
    return Thread(client=client, pull=PULL, marker=MARKER, guard=guard(client, PULL))


def bodies(api: Api) -> list[str]:
    return [one["body"] for one in api.hub.comments.values()]


def test_the_first_comment_is_posted(api: Api, thread: Thread) -> None:
    url = thread.settle(Move.POST, NEW)
    assert bodies(api) == [NEW]
    assert url.startswith("https://github.com/octo/target/pull/7#issuecomment-")


def test_our_comment_is_found_behind_500_others_and_edited(api: Api, thread: Thread) -> None:
    for number in range(500):
        api.hub.add_comment(f"chat {number}", "somebody")
    ours = api.hub.add_comment(OLD)
    assert thread.settle(Move.POST, NEW).endswith(f"-{ours}")
    assert bodies(api)[-1] == NEW
    assert len(bodies(api)) == 501


def test_what_is_said_already_is_not_said_again(api: Api, thread: Thread) -> None:
    api.hub.add_comment(NEW.replace("\n", "\r\n") + "\n")
    thread.settle(Move.POST, NEW)
    assert api.writes == []


@pytest.mark.parametrize("body", [OLD, f"{MARKER}-2\nx", f"quoted: {OLD}"])
def test_a_copied_marker_of_another_author_or_place_is_not_ours(
    api: Api, thread: Thread, body: str
) -> None:
    api.hub.add_comment(body, "mallory")
    thread.settle(Move.POST, NEW)
    assert bodies(api) == [body, NEW]


def test_another_gate_has_a_comment_of_its_own(api: Api, thread: Thread) -> None:
    other = "<!-- perf-gate: backend -->\nfine"
    api.hub.add_comment(other)
    thread.settle(Move.POST, NEW)
    assert bodies(api) == [other, NEW]


def test_a_personal_token_finds_the_comments_of_its_person(api: Api, thread: Thread) -> None:
    api.hub.login = "release-manager"
    api.hub.add_comment(OLD, "github-actions[bot]")
    api.hub.add_comment(OLD)
    thread.settle(Move.POST, NEW)
    assert bodies(api) == [OLD, NEW]


def test_doubles_are_removed_and_the_oldest_stays(api: Api, thread: Thread) -> None:
    first = api.hub.add_comment(OLD)
    api.hub.add_comment(OLD)
    api.hub.add_comment(NEW)
    thread.settle(Move.POST, NEW)
    assert list(api.hub.comments) == [first]
    assert bodies(api) == [NEW]


def test_somebody_who_posts_at_the_same_moment_leaves_one_comment(api: Api, thread: Thread) -> None:
    """Two runs of one gate look, see nothing, and post: the next look keeps the older one."""

    def other(seen: Seen) -> None:
        if seen.method == "POST":
            api.before = lambda _: None
            api.hub.add_comment(OLD)

    api.before = other
    thread.settle(Move.POST, NEW)
    assert bodies(api) == [NEW]


@pytest.mark.parametrize(
    ("there", "move", "left"),
    [
        ([], Move.EDIT, []),
        ([OLD], Move.EDIT, [NEW]),
        ([], Move.DELETE, []),
        ([OLD, OLD], Move.DELETE, []),
    ],
)
def test_what_becomes_of_a_comment_that_is_there_or_not(
    api: Api, thread: Thread, there: list[str], move: Move, left: list[str]
) -> None:
    for body in there:
        api.hub.add_comment(body)
    thread.settle(move, NEW)
    assert bodies(api) == left


def test_a_comment_that_is_deleted_meanwhile_is_posted_again(api: Api, thread: Thread) -> None:
    ours = api.hub.add_comment(OLD)

    def other(seen: Seen) -> None:
        if seen.method == "PATCH":
            api.hub.comments.pop(ours, None)

    api.before = other
    thread.settle(Move.POST, NEW)
    assert bodies(api) == [NEW]


@pytest.mark.parametrize("move", Move)
def test_nothing_is_written_on_a_newer_head(api: Api, thread: Thread, move: Move) -> None:
    api.hub.add_comment(OLD)
    api.hub.pulls[NUMBER].head = NEWER
    with pytest.raises(OutdatedError, match="newer head, dddddddddd"):
        thread.settle(move, NEW)
    assert api.writes == []


def test_a_read_only_token_is_told_at_once(api: Api, thread: Thread) -> None:
    api.fault = lambda _, seen: Fault.READ_ONLY if seen.writes else None
    with pytest.raises(ForbiddenError):
        thread.settle(Move.POST, NEW)
    assert len(api.writes) == 1


LOSING = (Fault.FAILED, Fault.LOST, Fault.DROPPED, Fault.CUT, Fault.HALF, Fault.TOO_MANY)


@pytest.mark.parametrize("there", [[], [OLD], [OLD, OLD]])
@pytest.mark.parametrize("fault", LOSING)
def test_whichever_call_fails_once_there_is_one_comment_in_the_end(
    api: Api, thread: Thread, fault: Fault, there: list[str]
) -> None:
    """The Nth call fails, for every N: nothing is doubled, nothing is lost."""
    api.fault = lambda number, _: fault if number == failing else None
    for failing in range(1, 30):
        api.hub.comments.clear()
        api.seen.clear()
        thread.client.waited_s = 0.0
        for body in there:
            api.hub.add_comment(body)
        thread.settle(Move.POST, NEW)
        assert bodies(api) == [NEW]
        if len(api.seen) < failing:
            return
    raise AssertionError("it never ended without a failure")


@pytest.mark.parametrize("fault", [*LOSING, Fault.NOT_FOUND, Fault.INVALID])
def test_whatever_fails_for_good_there_is_at_most_one_new_comment(
    api: Api, thread: Thread, fault: Fault
) -> None:
    """From the Nth call on nothing works: what was not posted is told, what was posted is one."""
    for failing in (1, 2, 3):
        api.hub.comments.clear()
        api.seen.clear()
        thread.client.waited_s = 0.0
        api.fault = lambda number, _, first=failing: fault if number >= first else None  # type: ignore[misc]
        with pytest.raises(ApiError):
            thread.settle(Move.POST, NEW)
        possibly_done = failing == 3 and fault in DONE
        assert bodies(api) == ([NEW] if possibly_done else [])


@pytest.mark.parametrize("fault", Fault)
def test_what_was_posted_is_told_though_nothing_works_afterwards(
    api: Api, thread: Thread, fault: Fault
) -> None:
    api.fault = lambda number, _: fault if number > 3 else None
    assert "#issuecomment-" in thread.settle(Move.POST, NEW)
    assert bodies(api) == [NEW]
