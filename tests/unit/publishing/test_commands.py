"""``perf-gate publish``: merges files anywhere, posts where it is told, and never takes a token."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gate.cli import main
from gate.model import Part
from gate.report.documents import dumps, loads
from tests.api_model.server import TOKEN, Api
from tests.api_model.state import NEWER, NUMBER, REPOSITORY
from tests.unit.publishing.test_posting import of_head

SLOW, WELL = of_head("regression"), of_head("all_well")
ELSEWHERE = ["--repository", REPOSITORY, "--pull-request", str(NUMBER)]


@pytest.fixture(autouse=True)
def _nobody_says_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_TOKEN", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def with_token(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    for name, value in api.environment.items():
        monkeypatch.setenv(name, value)
    return api


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two of three shards, one of which is slower."""
    for index, one in ((1, WELL), (2, SLOW)):
        folder = tmp_path / "results" / f"perf-gate-{index}"
        folder.mkdir(parents=True)
        part = Part(index=index, count=3)
        (folder / "result.json").write_text(dumps(replace(one, part=part)))
    return tmp_path / "results"


def published(tmp_path: Path, *arguments: str | Path) -> int:
    return main(["publish", "--out", str(tmp_path / "out"), *map(str, arguments)])


def test_without_a_token_results_are_merged_and_written(tmp_path: Path, results: Path) -> None:
    assert published(tmp_path, results) == 1
    whole = loads((tmp_path / "out" / "result.json").read_text())
    assert whole.judgement.reason.endswith("; shard 3/3 is missing.")
    assert (tmp_path / "out" / "comment.md").read_text().startswith("<!-- perf-gate: default -->")


def test_nothing_passes_when_a_result_is_missing(tmp_path: Path, results: Path) -> None:
    one = results / "perf-gate-1" / "result.json"
    one.write_text(dumps(WELL))
    assert published(tmp_path, one) == 0
    assert published(tmp_path, one, one, "--expect", "2") == 4
    assert published(tmp_path, one, results / "absent.json") == 4


def test_elsewhere_than_in_actions_the_caller_names_the_pull_request(
    tmp_path: Path, results: Path, with_token: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    assert published(tmp_path, results, *ELSEWHERE) == 1
    assert len(with_token.hub.comments) == 1
    said = capsys.readouterr()
    assert "comment: https://github.com/octo/target/pull/7#issuecomment-" in said.out
    assert TOKEN not in said.out + said.err


def test_results_of_an_older_head_are_not_posted_as_if_they_were_of_the_new_one(
    tmp_path: Path, results: Path, with_token: Api
) -> None:
    with_token.hub.pulls[NUMBER].head = NEWER
    assert published(tmp_path, results, *ELSEWHERE) == 4
    assert "another revision" in next(iter(with_token.hub.comments.values()))["body"]


def test_a_dry_run_posts_nothing(tmp_path: Path, results: Path, with_token: Api) -> None:
    assert published(tmp_path, results, "--dry-run", *ELSEWHERE) == 1
    assert with_token.writes == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x.json", "--repository", REPOSITORY],
        ["x.json", "--pull-request", "7"],
        ["x", *ELSEWHERE],
    ],
)
def test_half_an_address_and_no_results_are_a_wrong_call(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert published(tmp_path, *arguments) == 2
    assert "hint:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [
        ["--token", TOKEN],
        ["--expect", "0"],
        ["--repository", "octo"],
        ["--pull-request", "x"],
        ["--comment", "sometimes"],
    ],
)
def test_what_cannot_be_meant_is_refused_and_there_is_no_argument_for_a_token(
    option: list[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["publish", *option])


def test_in_actions_the_event_names_the_pull_request(
    tmp_path: Path, results: Path, with_token: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"pull_request": {"number": 7, "head": {"sha": "a" * 40}, "base": {"sha": "b" * 40}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    for name, value in (
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", str(tmp_path / "event.json")),
        ("GITHUB_REPOSITORY", REPOSITORY),
    ):
        monkeypatch.setenv(name, value)
    assert published(tmp_path, results, "--report-id", "backend") == 1
    (body,) = [one["body"] for one in with_token.hub.comments.values()]
    assert body.startswith("<!-- perf-gate: backend -->")
