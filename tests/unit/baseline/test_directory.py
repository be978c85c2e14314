"""A folder as a store: files appear as a whole or not at all, and are never written over."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.codec import encode
from gate.baseline.directory import Directory
from gate.baseline.entries import entry_of
from gate.baseline.store import Quarantined, StoreError
from tests.baselines import MACHINE, record

CONTENT = encode(record())
ENTRY = entry_of(record(), CONTENT)


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return Directory(folder=tmp_path / "a store")


def files_in(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_without_a_folder_the_store_is_empty(directory: Directory) -> None:
    assert directory.names() == ()
    assert list(directory.read([ENTRY.name])) == []
    directory.remove([ENTRY.name])
    directory.compact()
    assert not directory.folder.exists()


def test_records_come_back(directory: Directory) -> None:
    entries = [store.add(directory, record(number)) for number in range(20)]

    assert {*store.survey(directory).entries} == {*entries}
    reading = store.read(directory, entries)
    assert list(reading.records.values()) == [record(number) for number in range(20)]
    assert reading.quarantined == ()


def test_adding_again_changes_nothing(directory: Directory) -> None:
    store.add(directory, record())
    path = directory.folder / ENTRY.name
    before = path.stat()

    store.add(directory, record())

    assert path.stat() == before
    assert files_in(directory.folder) == {ENTRY.name: CONTENT}
    assert stat.S_IMODE(before.st_mode) == 0o644


@pytest.mark.parametrize("old", [b"", CONTENT[:-1], b"something else"])
def test_what_has_the_name_already_is_left_alone(old: bytes, directory: Directory) -> None:
    directory.add(ENTRY.name, old)

    with pytest.raises(StoreError, match="left alone"):
        store.add(directory, record())
    assert files_in(directory.folder) == {ENTRY.name: old}


def test_many_writers_lose_and_double_nothing(directory: Directory) -> None:
    """Each record is added by two at once."""
    with ThreadPoolExecutor(16) as pool:
        added = list(pool.map(lambda n: store.add(directory, record(n // 2)), range(100)))

    assert {*added} == {*store.survey(directory).entries}
    assert len(files_in(directory.folder)) == 50


@pytest.mark.parametrize("call", ["mkdir", "link", "fsync", "open", "fchmod", "unlink"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_fails_leaves_the_state_before_or_after(
    call: str, code: int, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The n-th call of a kind fails, for each n: full, read-only, broken."""
    first = store.add(directory, record(0))
    before = files_in(directory.folder)
    for last in range(1, 20):
        one = record(last)
        failing = _Failing(getattr(os, call), last, code)
        with monkeypatch.context() as patched:
            patched.setattr(os, call, failing)
            try:
                store.add(directory, one)
                said = ""
            except StoreError as error:
                said = error.message
        reading = store.read(directory, store.survey(directory).entries)
        assert first in reading.records
        assert reading.quarantined == ()
        assert before.items() <= files_in(directory.folder).items()
        if failing.calls < last:
            assert one in reading.records.values()
            break
        assert os.strerror(code) in said or one in reading.records.values()
    assert failing.calls < last


class _Failing:
    """A call of the system that fails once."""

    def __init__(self, real: Callable[..., object], last: int, code: int) -> None:
        self.real, self.last, self.code, self.calls = real, last, code, 0

    def __call__(self, *args: object, **options: object) -> object:
        self.calls += 1
        if self.calls == self.last:
            raise OSError(self.code, os.strerror(self.code))
        return self.real(*args, **options)


def test_where_there_are_no_links_files_are_renamed(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    for _ in range(2):
        store.add(directory, record())

    assert files_in(directory.folder) == {ENTRY.name: CONTENT}


def test_unusable_records_are_set_aside_named_and_kept(directory: Directory) -> None:
    """Cut, damaged, newer, renamed, foreign: each with its reason, and the good one is read."""
    good = store.add(directory, record(9))
    damaged = CONTENT.replace(b"test_a", b"test_x")
    newer = record(3)
    other = entry_of(newer, encode(newer))
    for entry, content in (
        (ENTRY, CONTENT[:-5]),
        (replace(ENTRY, measured_s=7), damaged),
        (replace(ENTRY, measured_s=8), CONTENT),
        (other, b'{"name": "something else"}'),
    ):
        directory.add(entry.name, content)
    before = files_in(directory.folder)

    reading = store.read(directory, store.survey(directory).entries)

    assert list(reading.records) == [good]
    assert {one.name: one.reason for one in reading.quarantined} == {
        ENTRY.name: "it is cut off: its end is missing",
        replace(ENTRY, measured_s=7).name: "it is damaged: its checksum does not hold",
        replace(ENTRY, measured_s=8).name: "it is another record than its name says",
        other.name: "it is no record of perf-gate",
    }
    assert files_in(directory.folder) == before


def test_files_of_others_are_named(directory: Directory) -> None:
    store.add(directory, record())
    (directory.folder / "README.md").write_text("mine")
    (directory.folder / "elsewhere").symlink_to("/")

    found = store.survey(directory)

    assert found.entries == (ENTRY,)
    assert found.strangers == ("README.md", "elsewhere")
    assert store.stranger("README.md") == Quarantined(
        name="README.md", reason="it does not have the name of a record"
    )


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_is_set_aside_without_waiting(kind: str, directory: Directory) -> None:
    store.add(directory, record(2))
    path = directory.folder / ENTRY.name
    path.parent.mkdir(exist_ok=True)
    if kind == "link":
        target = directory.folder.parent / "elsewhere.json"
        target.write_bytes(CONTENT)
        path.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()

    (bad,) = store.read(directory, [ENTRY]).quarantined
    assert bad.name == ENTRY.name


def test_a_file_in_the_place_of_the_folder_is_an_error(directory: Directory) -> None:
    directory.folder.write_text("a file")

    with pytest.raises(StoreError, match="cannot be read"):
        directory.names()
    with pytest.raises(StoreError, match="cannot be written"):
        store.add(directory, record())


def test_removing_leaves_the_rest(directory: Directory) -> None:
    entries = [store.add(directory, record(number)) for number in range(3)]

    directory.remove([entries[0].name, entries[0].name])

    assert {*store.survey(directory).entries} == {*entries[1:]}
    assert [*store.read(directory, entries).records] == entries[1:]


def test_compacting_takes_only_what_killed_writers_left(directory: Directory) -> None:
    store.add(directory, record())
    shard = (directory.folder / ENTRY.name).parent
    (shard / ".unfinished-old").write_bytes(b"half")
    (shard / ".unfinished-new").write_bytes(b"half")
    long_ago = time.time() - 7200
    os.utime(shard / ".unfinished-old", (long_ago, long_ago))
    os.utime(shard / ENTRY.name.split("/")[1], (long_ago, long_ago))

    directory.compact()

    assert sorted(path.name for path in shard.iterdir()) == [
        ".unfinished-new",
        ENTRY.name.split("/")[1],
    ]
    assert directory.names() == (ENTRY.name,)


def test_two_machines_of_one_run_are_both_kept(directory: Directory) -> None:
    for cores in (2, 4):
        store.add(directory, record(1, machine=replace(MACHINE, cores=cores)))

    assert len(store.survey(directory).entries) == 2
