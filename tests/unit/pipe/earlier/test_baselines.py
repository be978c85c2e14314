"""What a check reads of a store: this machine's newest runs, and nothing that head cannot mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.baseline.record import Fingerprint, Record
from gate.pipe.earlier.baselines import LOOKED_AT, Baselines, Bounds, read_baselines
from tests.baselines import MACHINE, figure, record

BASE, HEAD = f"{1:040x}", f"{999:040x}"
LATE = 2_000_000_000
BOUNDS = Bounds(here=replace(MACHINE, python="none"), base=BASE, committed_s=LATE, head=HEAD)


def known(tmp_path: Path, records: Sequence[Record], bounds: Bounds = BOUNDS) -> Baselines:
    """What a folder with these records knows."""
    kept = Directory(folder=tmp_path / "kept")
    for one in records:
        store.add(kept, one)
    return read_baselines(kept, "dir:kept", bounds)


def test_the_newest_runs_of_this_machine_are_a_history_oldest_first(tmp_path: Path) -> None:
    runs = [record(n, measured_s=1000 + n) for n in range(1, LOOKED_AT + 6)]

    found = known(tmp_path, runs)

    assert found.machines == (MACHINE,)
    assert found.histories == {MACHINE: tuple(runs[-LOOKED_AT:])}
    assert found.past == tuple(runs[-LOOKED_AT:])


def test_a_history_is_in_the_order_of_the_commits(tmp_path: Path) -> None:
    """An old commit that was measured late is no news."""
    late = replace(record(1, measured_s=9000), committed_s=10)
    runs = [late, record(2, measured_s=1000), record(3, measured_s=2000)]

    assert known(tmp_path, runs).histories == {MACHINE: tuple(runs)}


def test_another_interpreter_is_a_history_of_its_own(tmp_path: Path) -> None:
    other = replace(MACHINE, python="CPython 3.13.1")

    found = known(tmp_path, [record(1), record(2, machine=other)])

    assert {machine: len(runs) for machine, runs in found.histories.items()} == {
        MACHINE: 1,
        other: 1,
    }


@pytest.mark.parametrize(
    "other",
    [
        replace(MACHINE, cpu="another one"),
        replace(MACHINE, cores=3),
        replace(MACHINE, libc="another one"),
        replace(MACHINE, image="another one"),
    ],
    ids=["cpu", "cores", "libc", "image"],
)
def test_another_machine_is_known_and_no_history(tmp_path: Path, other: Fingerprint) -> None:
    found = known(tmp_path, [record(1, machine=other)])

    assert (found.machines, found.histories) == ((other,), {})


def test_head_and_later_commits_are_left_out(tmp_path: Path) -> None:
    """A store may know a commit that head is not a change of, and head itself."""
    of_head = replace(record(5), revision=HEAD)
    later = record(6, measured_s=LATE + 61)

    found = known(tmp_path, [record(1), of_head, later])

    assert found.histories == {MACHINE: (record(1),)}


def test_what_base_has_is_known_from_any_machine(tmp_path: Path) -> None:
    other = replace(MACHINE, cpu="another one")
    of_base = replace(record(1, figure("test_x"), machine=other), revision=BASE)

    assert known(tmp_path, [record(2), of_base]).names_on_base == frozenset({"test_x"})


def test_without_a_run_of_base_nobody_knows_what_it_has(tmp_path: Path) -> None:
    assert known(tmp_path, [record(2)]).names_on_base is None


def test_what_is_unreadable_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    known(tmp_path, [record(1, measured_s=1000), record(2, measured_s=2000)])
    (newest,) = (tmp_path / "kept").glob("*/*-2000-*.json")
    newest.write_bytes(newest.read_bytes()[:-9])

    found = known(tmp_path, [record(1, measured_s=1000), record(3, measured_s=3000)])

    assert [one.measured_s for one in found.histories[MACHINE]] == [1000, 3000]
    assert len(found.notices) == 1
    assert newest.name in found.notices[0]
    assert "cut off" in found.notices[0]


def test_a_store_that_cannot_be_read_is_told_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")

    found = read_baselines(Directory(folder=tmp_path / "kept"), "dir:kept", BOUNDS)

    assert "cannot be read" in found.trouble
    assert not found.histories
