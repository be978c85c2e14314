"""One check run a commit, gate and run: made once, whatever becomes of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.github.api.checks import MOST_ANNOTATIONS, Annotation, Check, report_check
from gate.github.api.client import Client
from gate.github.api.failures import ApiError, OutdatedError
from gate.github.api.pulls import Lines
from tests.api_model.server import DONE, Api, Fault
from tests.api_model.state import HEAD, REPOSITORY

NOTE = Annotation(path="a.py", lines=Lines(first=1, last=2), level="warning", message="slower")
CHECK = Check(
    name="Performance",
    key="perf-gate:default:5.1",
    conclusion="failure",
    title="Performance failed",
    summary="**slower**",
    annotations=(NOTE,),
)


def nobody_pushed() -> None:
    """The head is as it was."""


def report(client: Client, check: Check = CHECK) -> None:
    report_check(client, REPOSITORY, HEAD, check, nobody_pushed)


def test_it_is_made_with_its_notes(api: Api, client: Client) -> None:
    report(client)
    (check,) = api.hub.checks.values()
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert len(check["output"]["annotations"]) == 1


def test_the_same_run_changes_its_own_and_adds_no_notes_again(api: Api, client: Client) -> None:
    report(client)
    report(client, replace(CHECK, conclusion="success"))
    (check,) = api.hub.checks.values()
    assert check["conclusion"] == "success"
    assert len(check["output"]["annotations"]) == 1


def test_a_job_of_that_name_is_left_alone(api: Api, client: Client) -> None:
    job = {"id": 1, "head_sha": HEAD, "name": "Performance", "external_id": "a job"}
    api.hub.checks[1] = {**job, "status": "in_progress", "conclusion": None}
    report(client)
    assert api.hub.checks[1]["conclusion"] is None
    assert len(api.hub.checks) == 2


def test_more_notes_than_fit_are_left_out(api: Api, client: Client) -> None:
    report(client, replace(CHECK, annotations=(NOTE,) * 80))
    (check,) = api.hub.checks.values()
    assert len(check["output"]["annotations"]) == MOST_ANNOTATIONS


@pytest.mark.parametrize("fault", [*sorted(DONE), Fault.FAILED, Fault.DROPPED, Fault.TOO_MANY])
def test_whichever_call_fails_once_there_is_one(api: Api, client: Client, fault: Fault) -> None:
    for failing in (1, 2, 3):
        api.hub.checks.clear()
        api.seen.clear()
        client.waited_s = 0.0
        api.fault = lambda number, _, at=failing: fault if number == at else None  # type: ignore[misc]
        report(client)
        assert len(api.hub.checks) == 1


@pytest.mark.parametrize("fault", Fault)
def test_whatever_fails_for_good_is_told_and_there_is_at_most_one(
    api: Api, client: Client, fault: Fault
) -> None:
    api.fault = lambda _, seen: fault if seen.writes else None
    with pytest.raises(ApiError):
        report(client)
    assert len(api.hub.checks) == (fault in DONE)


def test_nothing_is_made_on_a_newer_head(api: Api, client: Client) -> None:
    def pushed() -> None:
        raise OutdatedError("a newer head")

    with pytest.raises(OutdatedError):
        report_check(client, REPOSITORY, HEAD, CHECK, pushed)
    assert api.writes == []
