"""``perf-gate import`` as a user calls it: history into a store, or figures into a result."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.baseline.entries import digest
from gate.baseline.record import Record
from gate.cli import main
from gate.errors import ExitStatus
from gate.foreign import Facts, Format
from gate.importing.records import fingerprint_of
from gate.model import Clock, Metric
from gate.pipe.earlier.baselines import Bounds, read_baselines
from gate.report.documents import loads
from tests.baselines import MACHINE, record
from tests.repositories import draw
from tests.unit.foreign.test_written import BASE, FOLDER, HEAD


class Shell:
    """Calls the program beside one repository, with a store in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.repository, _ = draw(folder / "target", "main: A")
        self.directory = Directory(folder=folder / "store")
        self._capsys = capsys

    def bring(self, *arguments: str, status: ExitStatus = ExitStatus.PASS) -> list[str]:
        """What a call of ``perf-gate import`` prints, line by line; files are of the data here."""
        words = [str(FOLDER / one) if (FOLDER / one).exists() else one for one in arguments]
        place = () if "--result" in words else ("--store", f"dir:{self.directory.folder}")
        repository = ("--repo", str(self.repository.folder))
        assert main(["import", *words, *repository, *place]) == status
        printed = self._capsys.readouterr()
        return (printed.out if status is ExitStatus.PASS else printed.err).splitlines()

    def records(self) -> list[Record]:
        """All that is in the store, none of it unreadable."""
        reading = store.read(self.directory, store.survey(self.directory).entries)
        assert reading.quarantined == ()
        return list(reading.records.values())


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


# --- history -------------------------------------------------------------------------------------


def test_a_history_becomes_a_record_for_each_run(shell: Shell) -> None:
    said = shell.bring("data.js")

    assert said[0] == "github-action-benchmark: 8 figures of 4 runs; 2 revisions named"
    assert said[-1] == f"added 4 records to dir:{shell.directory.folder}; 0 were there before"
    assert sum(line.startswith("left out: ") for line in said) == 2
    records = shell.records()
    assert sorted(one.revision for one in records) == sorted([BASE, HEAD] * 2)
    assert len({digest(one.fingerprint) for one in records}) == 2
    (start,) = next(one for one in records if "Start" in one.fingerprint.image).figures()
    assert (start.name, start.value, start.pairs, start.spread) == ("start", 0.0505, 1, None)
    assert (start.kind.metric, start.kind.unit, start.kind.clock) == (Metric.TIME, "s", Clock.WALL)


def test_importing_again_adds_only_what_is_new(shell: Shell, tmp_path: Path) -> None:
    """Though the file has grown, and the runs stand elsewhere in it."""
    grown = json.loads((FOLDER / "data.js").read_text().partition("=")[2])
    old = {**grown, "entries": {name: runs[1:] for name, runs in grown["entries"].items()}}
    file = tmp_path / "data.js"
    for document, added, known in ((old, 2, 0), (grown, 2, 2), (grown, 0, 4)):
        file.write_text(f"window.BENCHMARK_DATA = {json.dumps(document)};\n")
        assert shell.bring(str(file))[-1].startswith(f"added {added} record"), (added, known)

    assert len(shell.records()) == 4


def test_asv_is_read_from_its_folder_or_that_of_one_machine(shell: Shell) -> None:
    assert "added 2 records" in shell.bring("asv")[-1]
    assert "2 were there before" in shell.bring("asv/vm")[-1]

    assert {one.revision for one in shell.records()} == {BASE, HEAD}
    kinds = {table.kind.metric for one in shell.records() for table in one.tables}
    assert kinds == {Metric.TIME, Metric.MEMORY}


@pytest.mark.parametrize("tool", Format)
@pytest.mark.parametrize("facts", [Facts(), Facts(series="none"), Facts(cpu=MACHINE.cpu, cores=4)])
def test_what_is_imported_is_of_no_machine_that_we_measure_on(tool: Format, facts: Facts) -> None:
    """Whatever a file says, the machine has a mark that no measurement of ours has."""
    claimed = replace(facts, python=MACHINE.python)

    assert fingerprint_of(tool, claimed).image.startswith(f"imported from {tool}")
    assert digest(fingerprint_of(tool, claimed)) != digest(MACHINE)


def test_what_is_imported_judges_nothing_and_does_not_tell_what_base_has(shell: Shell) -> None:
    """Else a benchmark that another tool never measured could vanish unnoticed."""
    shell.bring("pytest-benchmark-base.json", "data.js")
    here = replace(MACHINE, cpu="AMD EPYC", cores=2)
    bounds = Bounds(here=here, base=BASE, committed_s=2_000_000_000, head=HEAD)

    known = read_baselines(shell.directory, "here", bounds)

    assert known.histories == {}
    assert known.names_on_base is None
    store.add(shell.directory, replace(record(), revision=BASE))
    known = read_baselines(shell.directory, "here", bounds)
    assert known.names_on_base == frozenset({"test_a", "test_b"})


def test_a_revision_is_said_where_the_file_has_none(shell: Shell) -> None:
    said = shell.bring("pyperf.json", "hyperfine.json", status=ExitStatus.USAGE)
    assert said[-2:] == [
        "perf-gate: pyperf does not say here which revision was measured",
        "  hint: Say it with --revision.",
    ]
    assert not shell.directory.folder.exists()

    shell.bring("pyperf.json", "hyperfine.json", "--revision", "main")

    commit = shell.repository.git("rev-parse", "main")
    records = shell.records()
    assert [one.revision for one in records] == [commit] * 2
    committed_s = int(shell.repository.git("show", "-s", "--format=%ct", commit))
    assert {one.committed_s for one in records} == {committed_s}
    by_tool = {one.fingerprint.image: one for one in records}
    assert by_tool["imported from hyperfine"].measured_s == committed_s
    assert by_tool["imported from pyperf"].measured_s > committed_s


def test_a_revision_picks_out_of_a_file_that_has_many(shell: Shell) -> None:
    unknown = shell.bring("data.js", "--revision", "main", status=ExitStatus.USAGE)

    assert "of 4 runs none is of revision" in unknown[-1]
    assert not shell.directory.folder.exists()


def test_a_dry_run_writes_nothing(shell: Shell) -> None:
    assert shell.bring("data.js", "--dry-run")[-1].startswith("would add 4 records")
    assert not shell.directory.folder.exists()


def test_every_file_that_cannot_be_read_is_named_and_nothing_is_imported(
    shell: Shell, tmp_path: Path
) -> None:
    shutil.copytree(FOLDER / "asv", tmp_path / "asv")
    first, second = sorted((tmp_path / "asv" / "vm").glob("*-*.json"))
    first.write_text("{")
    second.write_text('{"name": "something else"}')
    missing = tmp_path / "missing.json"
    tree = tmp_path / "empty"
    tree.mkdir()

    files = (str(tmp_path / "asv"), str(missing), str(tree), "data.js")
    said = "\n".join(shell.bring(*files, status=ExitStatus.USAGE))

    for expected in (
        f"{first} is not JSON",
        f"{second}: no format that is known",
        f"{missing} cannot be read: No such file",
        f"{tree} holds no results of asv",
    ):
        assert expected in said
    assert "Known are: github-action-benchmark, pytest-benchmark" in said
    assert not shell.directory.folder.exists()


# --- a result ------------------------------------------------------------------------------------


def test_figures_become_a_result_that_claims_nothing(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "result.json"

    said = shell.bring("pytest-benchmark-head.json", "--result", str(file))

    assert said[-1] == f"3 figures in {file}"
    result = loads(file.read_text())
    assert result.revisions is not None
    assert result.revisions.head.commit == HEAD
    assert result.judgement.verdict == "inconclusive"
    assert result.judgement.noise.blind == "imported from pytest-benchmark"
    assert result.machine.cpu == "AMD EPYC"
    assert [one.head for one in result.judgement.findings] == pytest.approx(
        [1.53e-5, 1.42e-4, 1.47e-5], rel=0.01
    )
    assert {one.base for one in result.judgement.findings} == {None}


def test_a_result_is_of_one_revision_of_one_tool(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    for files, said in (
        (("data.js",), "holds 4 runs of 2 revisions; one is needed"),
        (("pyperf.json", "hyperfine.json"), "a result is of one tool"),
        (
            ("pyperf.json", "pyperf-memory.json"),
            "holds 2 runs that name no revision; one is needed",
        ),
    ):
        assert said in " ".join(shell.bring(*files, "--result", str(file), status=ExitStatus.USAGE))
    nowhere = str(tmp_path / "nowhere" / "result.json")
    said = " ".join(shell.bring("pyperf.json", "--result", nowhere, status=ExitStatus.USAGE))
    assert "cannot be written: No such file" in said
    assert not file.exists()
