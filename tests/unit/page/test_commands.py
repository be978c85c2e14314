"""``perf-gate report``: a result that was written before, in any format, without measuring."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.cli import main
from gate.errors import ExitStatus
from gate.page.files import FILES, Shape, rendered, write
from gate.page.records import past_of
from gate.report.documents.decode import CAP_BYTES
from tests.baselines import MACHINE, figure, record
from tests.golden.results import CASES
from tests.repositories import draw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that a failed check left behind."""
    write(CASES["regression"], tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("shape", [one for one in Shape if one is not Shape.TERMINAL])
def test_each_format_is_printed(
    shape: Shape, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the folder or from the file, the same."""
    for place in (folder, folder / "result.json"):
        assert main(["report", str(place), "--format", shape]) == ExitStatus.PASS
        assert capsys.readouterr().out == rendered(CASES["regression"], shape)


def test_without_options_it_is_printed_as_by_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the exit status says that printing worked, not that the gate failed."""
    assert main(["report", str(folder)]) == ExitStatus.PASS
    assert "✗ Performance failed: 2 of 6 benchmarks regressed" in capsys.readouterr().out


def test_all_formats_go_into_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is named; the document is the same as before, byte for byte."""
    again = folder / "again"
    assert main(["report", str(folder), "--out", str(again)]) == ExitStatus.PASS

    assert capsys.readouterr().out.split() == [str(again / name) for name in FILES.values()]
    assert (again / "result.json").read_bytes() == (folder / "result.json").read_bytes()
    assert (again / "report.html").read_bytes() == (folder / "report.html").read_bytes()


def test_several_gates_are_told_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["report", str(folder), "--format", "comment", "--report-id", "backend"]
    assert main(call) == ExitStatus.PASS
    assert capsys.readouterr().out.startswith("<!-- perf-gate: backend -->")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{}", "schema"),
        (b" " * (CAP_BYTES + 2), "larger than"),
    ],
)
def test_what_is_no_result_is_said(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit status 2, and what to do."""
    if content is not None:
        (tmp_path / "result.json").write_bytes(content)

    assert main(["report", str(tmp_path)]) == ExitStatus.USAGE
    told = capsys.readouterr().err
    assert said in told
    assert "hint:" in told


def test_a_store_adds_the_history_of_this_machine_to_the_page(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the benchmarks of the result; what is unreadable is named, and does no harm."""
    draw(tmp_path / "target", "main: A")
    kept = Directory(folder=tmp_path / "store")
    name = CASES["regression"].judgement.findings[0].benchmark.name
    for number in range(1, 5):
        moment = 1_750_000_000 + number * 86_400
        store.add(kept, record(number, figure(name), figure("other"), measured_s=moment))
    (kept.folder / "stranger.json").write_text("mine")
    place = ["--store", f"dir:{kept.folder}", "--repo", str(tmp_path / "target")]

    assert main(["report", str(folder), "--format", "html", *place]) == ExitStatus.PASS
    page = capsys.readouterr().out
    assert page.count('class="spark"') == 1
    assert '"labels":["0000000000, 2025-06-16"' in page


def test_histories_are_of_a_machine_like_that_of_the_result() -> None:
    """Of several, of the one that was recorded last; another processor's are never shown."""
    here = CASES["regression"].machine
    builds = [replace(MACHINE, python=f"{here.python} {build}") for build in ("old", "new")]
    others = [replace(MACHINE, cpu="another"), replace(MACHINE, python="CPython 3.12.33")]
    records = [
        record(index + 1, figure("a", 1.0 + index), measured_s=1000 + index, machine=machine)
        for index, machine in enumerate([*builds, *others])
    ]
    shown = past_of(records, here)

    assert [point.value for point in shown["a", "time"].series.points] == [2.0]
    assert past_of(records[2:], here) == {}
