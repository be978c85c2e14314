"""``perf-gate store`` as a user calls it: what is in a store, what may go, and another place."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.codec import encode
from gate.baseline.directory import Directory
from gate.baseline.entries import entry_of
from gate.cli import main
from gate.errors import ExitStatus
from tests.baselines import record
from tests.repositories import draw

OLD_S = 1_000_000_000


class Shell:
    """Calls the program beside one repository."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.directory = Directory(folder=folder / "store")
        self._capsys = capsys

    def store(self, *arguments: str, status: ExitStatus = ExitStatus.PASS) -> list[str]:
        """What a call of ``perf-gate store`` prints, line by line."""
        place = () if "--store" in arguments else ("--store", f"dir:{self.directory.folder}")
        repository = ("--repo", str(self.folder / "target"))
        assert main(["store", *arguments, *repository, *place]) == status
        printed = self._capsys.readouterr()
        return (printed.out or printed.err).splitlines()


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    draw(tmp_path / "target", "main: A")
    return Shell(tmp_path, capsys)


def test_a_list_has_records_machines_and_what_is_unreadable(shell: Shell) -> None:
    store.add(shell.directory, record(1, measured_s=OLD_S))
    bad = record(2)
    shell.directory.add(entry_of(bad, encode(bad)).name, encode(bad)[:-3])
    (shell.directory.folder / "\x1b[2J ::error::x").write_text("mine")

    said = shell.store("list")

    assert said[0].startswith("2001-09-09 01:46  0000000000  ")
    assert said[0].endswith("  2 figures")
    assert "AMD EPYC 7763" in said[1]
    assert said[2] == f"1 record of 1 machine in dir:{shell.directory.folder}"
    assert sorted(said[3:]) == [
        r"quarantined: \x1b[2J : :error::x: it does not have the name of a record",
        f"quarantined: {entry_of(bad, encode(bad)).name}: it is cut off: its end is missing",
    ]


def test_pruning_removes_what_no_rule_keeps_and_never_what_is_unreadable(shell: Shell) -> None:
    old = [store.add(shell.directory, record(n, measured_s=OLD_S + n)) for n in range(9)]
    spoilt = shell.directory.folder / old[0].name
    spoilt.write_bytes(b"spoilt")
    rules = ("--newest", "2", "--days", "1", "--every-days", "1")

    assert shell.store("prune", "--dry-run", *rules)[0].startswith("would remove 6 records of ")
    assert len(shell.directory.names()) == 9

    said = shell.store("prune", *rules)

    assert said[0] == f"removed 6 records of dir:{shell.directory.folder}, 2 stay"
    assert said[1:] == [f"quarantined: {old[0].name}: it is no record of perf-gate"]
    assert {*shell.directory.names()} == {one.name for one in (old[0], *old[-2:])}
    assert spoilt.read_bytes() == b"spoilt"


def test_copying_twice_leaves_each_record_once(shell: Shell) -> None:
    entries = [store.add(shell.directory, record(n)) for n in range(3)]
    (shell.directory.folder / "notes.txt").write_text("mine")
    other = shell.folder / "other"

    for _ in range(2):
        said = shell.store("copy", f"dir:{shell.directory.folder}", "--store", f"dir:{other}")

    assert said[0] == f"copied 3 records from dir:{shell.directory.folder} to dir:{other}"
    assert said[1].startswith("quarantined: notes.txt")
    assert {*Directory(folder=other).names()} == {entry.name for entry in entries}


def test_the_configuration_says_which_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(tmp_path / "target", "main: A")
    file = tmp_path / "rules.yml"
    file.write_text("baseline: {store: dir:kept}\n")
    store.add(Directory(folder=tmp_path / "target" / "kept"), record())
    repository = str(tmp_path / "target")

    assert main(["store", "list", "--repo", repository, "--config", str(file)]) == ExitStatus.PASS
    assert "1 record of 1 machine in dir:kept\n" in capsys.readouterr().out


def test_a_store_that_cannot_be_read_is_a_wrong_call(shell: Shell) -> None:
    shell.directory.folder.write_text("a file")

    said = shell.store("list", status=ExitStatus.USAGE)

    assert any("cannot be read" in line for line in said)
    assert any(line.startswith("  hint: ") for line in said)


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5"])
def test_a_policy_that_keeps_nothing_is_refused(value: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["store", "prune", "--newest", value])
