"""One request: what is tried again and after what pause, what is not, and where the token goes."""

from __future__ import annotations

import pytest

from gate.github.api.client import Client, Server
from gate.github.api.failures import (
    ApiError,
    ForbiddenError,
    LimitedError,
    NotThereError,
    RefusedError,
    UnansweredError,
)
from tests.api_model.fixtures import Waits
from tests.api_model.server import TOKEN, Api, Fault
from tests.api_model.state import NUMBER, REPOSITORY

PULL = f"repos/{REPOSITORY}/pulls/{NUMBER}"
COMMENTS = f"repos/{REPOSITORY}/issues/{NUMBER}/comments"


def always(api: Api, fault: Fault, times: int = 99) -> None:
    api.fault = lambda number, _: fault if number <= times else None


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.LOST, Fault.DROPPED, Fault.CUT, Fault.HALF])
def test_reading_is_tried_again_with_jitter_that_doubles(
    api: Api, client: Client, waits: Waits, fault: Fault
) -> None:
    always(api, fault, times=3)
    assert client.get(PULL)["number"] == NUMBER
    assert waits.pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.DROPPED, Fault.CUT, Fault.HALF])
def test_after_four_tries_it_is_given_up(api: Api, client: Client, fault: Fault) -> None:
    always(api, fault)
    with pytest.raises(UnansweredError):
        client.get(PULL)
    assert len(api.seen) == client.calls == 4


@pytest.mark.parametrize(
    ("fault", "pause"),
    [(Fault.TOO_MANY, 7.5), (Fault.PRIMARY, 30.5), (Fault.SECONDARY, 60.5)],
)
def test_a_limit_is_waited_for_as_the_server_asks(
    api: Api, client: Client, waits: Waits, fault: Fault, pause: float
) -> None:
    """Retry-After; else until the reset; else a minute, and always some chance on top."""
    always(api, fault, times=1)
    client.get(PULL)
    assert waits.pauses == [pause]


def test_waiting_for_a_limit_is_bounded(api: Api, client: Client, waits: Waits) -> None:
    always(api, Fault.SECONDARY)
    with pytest.raises(LimitedError):
        client.get(PULL)
    assert waits.pauses == [60.5]  # the second minute would be two, and too long together


def test_all_requests_together_wait_a_bounded_time(api: Api, client: Client, waits: Waits) -> None:
    api.fault = lambda number, _: Fault.PRIMARY if number % 2 else None
    for _ in range(5):
        client.get(PULL)
    with pytest.raises(LimitedError):
        client.get(PULL)
    assert sum(waits.pauses) == client.waited_s == 5 * 30.5


def test_what_a_limit_kept_from_being_made_is_made_later(
    api: Api, client: Client, waits: Waits
) -> None:
    always(api, Fault.TOO_MANY, times=2)
    client.post(COMMENTS, {"body": "x"})
    assert len(api.hub.comments) == 1
    assert len(waits.pauses) == 2


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.LOST, Fault.DROPPED, Fault.CUT, Fault.HALF])
def test_making_something_is_not_tried_again_where_it_may_have_been_made(
    api: Api, client: Client, fault: Fault
) -> None:
    always(api, fault, times=1)
    with pytest.raises(UnansweredError):
        client.post(COMMENTS, {"body": "x"})
    assert len(api.seen) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.READ_ONLY, ForbiddenError),
        (Fault.NOT_FOUND, NotThereError),
        (Fault.INVALID, RefusedError),
        (Fault.MOVED, RefusedError),
    ],
)
def test_what_will_not_change_is_asked_once(
    api: Api, client: Client, fault: Fault, kind: type[ApiError]
) -> None:
    always(api, fault)
    with pytest.raises(kind) as caught:
        client.get(PULL)
    assert len(api.seen) == 1
    assert TOKEN not in f"{caught.value.message}{caught.value.hint}"


def test_a_redirect_is_never_followed_with_the_token(api: Api, client: Client) -> None:
    always(api, Fault.MOVED)
    with pytest.raises(RefusedError, match="301"):
        client.get(PULL)
    assert [one.path for one in api.seen] == [f"/api/v3/{PULL}"]


def test_what_lies_elsewhere_is_fetched_without_the_token(api: Api, client: Client) -> None:
    number = api.hub.add_artifact("perf-gate", {"result.json": "{}"})
    place = client.location(f"repos/{REPOSITORY}/actions/artifacts/{number}/zip")
    assert client.download(place, 10_000).startswith(b"PK")
    assert [one.authorization for one in api.seen] == [f"Bearer {TOKEN}", None]


def test_a_download_beyond_its_size_is_refused(api: Api, client: Client) -> None:
    number = api.hub.add_artifact("perf-gate", {"result.json": "{}"})
    place = client.location(f"repos/{REPOSITORY}/actions/artifacts/{number}/zip")
    with pytest.raises(RefusedError, match="more than 10 bytes"):
        client.download(place, 10)


def test_a_place_that_is_no_address_is_not_gone_to(api: Api, client: Client) -> None:
    always(api, Fault.MOVED)
    with pytest.raises(RefusedError, match="does not lead to a place"):
        client.location(f"repos/{REPOSITORY}/actions/artifacts/1/zip")


def test_pages_are_read_to_the_last(api: Api, client: Client) -> None:
    for number in range(250):
        api.hub.add_comment(f"comment {number}")
    pages = list(client.pages(COMMENTS))
    assert [len(page) for page in pages] == [100, 100, 50]


def test_the_token_is_asked_once_whom_it_acts_as(api: Api, client: Client) -> None:
    api.hub.login = "own-app[bot]"
    assert client.viewer() == client.viewer() == "own-app[bot]"
    assert len(api.seen) == 1


def test_a_token_that_does_not_say_is_the_one_of_actions(api: Api, client: Client) -> None:
    always(api, Fault.READ_ONLY)
    assert client.viewer() == "github-actions[bot]"


@pytest.mark.parametrize(
    ("environment", "api_url", "graphql"),
    [
        ({}, "https://api.github.com", "https://api.github.com/graphql"),
        (
            {"GITHUB_API_URL": "https://ghe.example/api/v3/"},
            "https://ghe.example/api/v3",
            "https://ghe.example/api/graphql",
        ),
        (
            {"GITHUB_API_URL": "https://x/api/v3", "GITHUB_GRAPHQL_URL": "https://x/g"},
            "https://x/api/v3",
            "https://x/g",
        ),
    ],
)
def test_the_server_is_the_one_of_the_environment(
    environment: dict[str, str], api_url: str, graphql: str
) -> None:
    server = Server.named(environment, TOKEN)
    assert (server.api, server.graphql) == (api_url, graphql)
    assert TOKEN not in repr(server)


def test_a_token_that_cannot_be_sent_is_not_told(api: Api, waits: Waits) -> None:
    bad = "ghs_secret\nx: y"
    with (
        Client(Server.named(api.environment, bad), waits.patience) as client,
        pytest.raises(ApiError) as caught,
    ):
        client.get(PULL)
    assert "ghs_secret" not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert api.seen == []
