"""Sides that were measured elsewhere: what can be compared, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gate.errors import UsageError
from gate.foreign import CAP_BYTES, Format, read
from gate.judge import judge
from gate.model import Outcome, Threshold, VerdictKind
from gate.pipe.brought import LACKS, Brought, brought, caveats, joined, revisions_of
from gate.pipe.stored import measurements_of
from gate.report.documents import dumps
from tests.unit.foreign.test_written import BASE, FILES, FOLDER, HEAD

SINGLE = [name for name in FILES if name != "data.js"]


@pytest.mark.parametrize("name", [name for name in SINGLE if "memory" not in name])
def test_no_file_alone_shows_a_change(name: str) -> None:
    """Compared with itself, or with one in which everything takes twice as long."""
    side = brought(FOLDER / name)
    findings = side.result.judgement.findings
    slow = tuple(replace(one, head=2 * (one.head or 0.0)) for one in findings)
    slower = replace(side.result, judgement=replace(side.result.judgement, findings=slow))
    for head in (side.result, slower):
        measurements = measurements_of(side.result, head)
        judgement = judge(measurements, lambda *_: Threshold(tolerate=0.01, max_change=0.03))

        assert judgement.verdict is VerdictKind.INCONCLUSIVE
        assert {one.outcome for one in judgement.findings} == {Outcome.INCONCLUSIVE}
        assert all(one.change for one in judgement.findings)


@pytest.mark.parametrize("name", SINGLE)
def test_it_is_said_what_the_files_cannot_show(name: str) -> None:
    side = brought(FOLDER / name)

    said = caveats(side, side)

    assert side.format is not None
    assert f"base is of {side.format}: {LACKS[side.format]}" in said
    names_machine = side.format in {Format.PYTEST_BENCHMARK, Format.ASV, Format.PYPERF}
    assert any("one machine is not known" in one for one in said) is not names_machine
    assert any("no times" in one for one in said) is (name.startswith("asv") or "memory" in name)


def test_every_format_says_what_it_lacks() -> None:
    assert LACKS.keys() == {*Format}


def test_sides_of_two_machines_and_two_tools_are_told_apart() -> None:
    base = brought(FOLDER / "pytest-benchmark-base.json")
    machine = replace(base.result.machine, cpu="Other", cores=64)
    moved = Brought(result=replace(base.result, machine=machine), format=Format.PYPERF)

    said = caveats(base, moved)

    assert "the machines differ: cpu AMD EPYC -> Other" in said
    assert "the machines differ: cores 2 -> 64" in said
    assert any("two tools, pytest-benchmark and pyperf" in one for one in said)


def test_what_is_compared_are_the_revisions_of_both_files(tmp_path: Path) -> None:
    base, head = (brought(FOLDER / f"pytest-benchmark-{side}.json") for side in ("base", "head"))

    both = revisions_of(base, head)

    assert both is not None
    assert (both.base.commit, both.head.commit) == (BASE, HEAD)
    assert revisions_of(base, brought(FOLDER / "hyperfine.json")) is None
    ours = tmp_path / "result.json"
    ours.write_text(dumps(head.result))
    assert brought(ours) == replace(head, result=brought(ours).result)


def test_a_file_of_many_revisions_is_no_side(tmp_path: Path) -> None:
    for path in (FOLDER / "data.js", FOLDER / "asv"):
        with pytest.raises(UsageError, match="of 2 revisions; one is needed") as caught:
            brought(path)
        assert "--revision" in caught.value.hint
    unknown = tmp_path / "x.json"
    unknown.write_text('{"name": 1}')
    with pytest.raises(UsageError, match=r"result\.json"):
        brought(unknown)


def test_a_file_beyond_all_bounds_is_not_even_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(CAP_BYTES + 1)

    with pytest.raises(UsageError, match="larger than"):
        brought(huge)


def test_of_each_series_the_latest_run_of_a_revision_counts() -> None:
    """Series are joined, unless they have a benchmark in common."""
    document = json.loads((FOLDER / "data.js").read_text().partition("=")[2])
    suite = document["entries"]["Start and size"]
    again = json.loads(json.dumps(suite[1]))
    again["date"] += 5000
    again["benches"][0]["value"] = 99
    suite.insert(0, again)
    found = read(json.dumps(document), "data.js")

    assert found is not None
    run = joined(found.runs, "data.js", HEAD)
    assert {one.name: one.value for one in run.amounts}["start"] == pytest.approx(0.099)
    assert len(run.amounts) == 4

    document["entries"]["Other"] = suite
    twice = read(json.dumps(document), "data.js")
    assert twice is not None
    with pytest.raises(UsageError, match="'start' in several series"):
        joined(twice.runs, "data.js", HEAD)
