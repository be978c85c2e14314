"""Results of others are read under a cap, validated, and believed in nothing."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from gate.errors import UsageError
from gate.github.api.artifacts import member_of
from gate.github.api.client import Client
from gate.github.api.failures import RefusedError
from gate.publishing.collecting import from_files, from_run
from gate.publishing.parts import Arrived
from gate.report.documents import dumps
from gate.report.documents.decode import CAP_BYTES
from tests.api_model.server import Api, Fault
from tests.api_model.state import REPOSITORY
from tests.golden.results import CASES, HEAD

GOOD = dumps(CASES["all_well"])
BAD = dumps(CASES["regression"])
RUN = 33


def changed(**fields: Any) -> str:
    return json.dumps({**json.loads(GOOD), **fields})


def reason(arrived: Arrived) -> str:
    (one,) = arrived.unusable
    assert arrived.results == ()
    return one.reason


def part(index: int, count: int) -> dict[str, object]:
    return {"folder": "", "python": "", "index": index, "count": count}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        ("[]", "expected an object"),
        (GOOD[: len(GOOD) // 2], "not JSON"),
        (changed(surprise=1), "surprise: expected no such field"),
        (changed(verdict="green"), "verdict: expected one of"),
        (changed(exit_status=1), "its verdict and its exit status contradict"),
        (changed(verdict="fail"), "its verdict and its exit status contradict"),
        (changed(part=part(4, 3)), "there is no such shard"),
        (changed(part=part(0, 3)), "there is no such shard"),
        (changed(part=part(1, 10**9)), "there is no such shard"),
        (" " * (CAP_BYTES + 1), "larger than"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_result_is_named_and_not_used(
    tmp_path: Path, api: Api, client: Client, content: str, said: str
) -> None:
    """The same from a file and from an artifact."""
    (tmp_path / "result.json").write_text(content)
    assert said in reason(from_files([tmp_path], None))
    api.hub.add_artifact("perf-gate", {"result.json": content})
    if len(content) <= CAP_BYTES:
        assert said in reason(fetched(client))


def test_a_result_of_another_revision_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(GOOD)
    assert reason(from_files([tmp_path], "a" * 40)) == "it is of another revision"
    assert len(from_files([tmp_path], HEAD.commit).results) == 1


def test_results_are_files_or_folders_of_folders(tmp_path: Path) -> None:
    for name in ("perf-gate-1", "perf-gate-2"):
        (tmp_path / "all" / name).mkdir(parents=True)
        (tmp_path / "all" / name / "result.json").write_text(GOOD)
    (tmp_path / "alone.json").write_text(GOOD)
    arrived = from_files([tmp_path / "all", tmp_path / "alone.json"], None)
    assert (len(arrived.results), arrived.unusable) == (3, ())


@pytest.mark.parametrize("kind", ["absent", "link", "pipe", "folder", "empty folder"])
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "result.json"
    (tmp_path / "elsewhere.json").write_text(GOOD)
    match kind:
        case "link":
            place.symlink_to(tmp_path / "elsewhere.json")
        case "pipe":
            os.mkfifo(place)
        case "folder":
            place.mkdir()
    target = tmp_path if kind == "empty folder" else place
    assert "it " in reason(from_files([target], None))


def test_results_of_several_changes_do_not_belong_together(tmp_path: Path) -> None:
    document = json.loads(GOOD)
    document["revisions"]["head"]["commit"] = "c" * 40
    (tmp_path / "a.json").write_text(GOOD)
    (tmp_path / "b.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match="2 different revisions"):
        from_files([tmp_path / "a.json", tmp_path / "b.json"], None)


# --- artifacts of a run --------------------------------------------------------------------------


def fetched(client: Client, name: str = "perf-gate") -> Arrived:
    return from_run(client, REPOSITORY, RUN, name=name, head=None)


def test_only_artifacts_of_that_name_are_fetched(api: Api, client: Client) -> None:
    for name in ("perf-gate", "perf-gate-3.12", "perf-gates", "coverage"):
        api.hub.add_artifact(name, {"result.json": GOOD, "comment.md": "from the change"})
    assert len(fetched(client).results) == 2
    assert sum("/zip" in one.path for one in api.seen) == 2


def test_of_artifacts_of_one_name_the_newest_counts(api: Api, client: Client) -> None:
    """A job that ran again leaves another one."""
    api.hub.add_artifact("perf-gate", {"result.json": BAD})
    api.hub.add_artifact("perf-gate", {"result.json": GOOD})
    (one,) = fetched(client).results
    assert one.judgement.exit_status == 0


def test_an_expired_artifact_is_gone(api: Api, client: Client) -> None:
    number = api.hub.add_artifact("perf-gate", {"result.json": GOOD})
    api.hub.artifacts[number]["expired"] = True
    assert fetched(client) == Arrived()


def test_a_member_beyond_the_cap_is_not_unpacked(api: Api, client: Client) -> None:
    """A hundred megabytes of blanks are a few kilobytes in the archive."""
    api.hub.add_artifact("perf-gate", {"result.json": b" " * (CAP_BYTES + 1)})
    assert "more than" in reason(fetched(client))


def test_unpacking_stops_at_the_cap(api: Api) -> None:
    number = api.hub.add_artifact("perf-gate", {"result.json": b" " * 32 * 1024**2})
    archive = api.hub.archives[number]
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError, match="more than 1000 bytes"):
            member_of(archive, "result.json", 1000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 4 * 1024**2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"other.json": GOOD}, "expected one result.json in the artifact, found 0"),
        ({"a/result.json": GOOD, "b/result.json": GOOD}, "found 2"),
    ],
)
def test_an_artifact_holds_one_result(
    api: Api, client: Client, files: dict[str, str], said: str
) -> None:
    api.hub.add_artifact("perf-gate", files)
    assert said in reason(fetched(client))


@pytest.mark.parametrize("archive", [b"", b"PK\x03\x04 no archive", b"x" * 1000])
def test_what_is_no_archive_is_not_used(api: Api, client: Client, archive: bytes) -> None:
    number = api.hub.add_artifact("perf-gate", {"result.json": GOOD})
    api.hub.archives[number] = archive
    assert "not an archive" in reason(fetched(client))


def test_an_archive_that_is_damaged_anywhere_is_not_used(api: Api, client: Client) -> None:
    number = api.hub.add_artifact("perf-gate", {"result.json": GOOD})
    whole = api.hub.archives[number]
    for place in range(0, len(whole), 97):
        api.hub.archives[number] = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        arrived = fetched(client)
        assert [*map(dumps, arrived.results)] in ([], [GOOD])


def test_an_artifact_that_cannot_be_fetched_is_named(api: Api, client: Client) -> None:
    for name in ("perf-gate-1", "perf-gate-2"):
        api.hub.add_artifact(name, {"result.json": GOOD})
    (last,) = [number for number, one in api.hub.artifacts.items() if one["name"].endswith("2")]
    api.fault = lambda _, seen: Fault.FAILED if f"/{last}/zip" in seen.path else None
    arrived = fetched(client)
    assert len(arrived.results) == 1
    assert [one.origin for one in arrived.unusable] == ["perf-gate-2"]
