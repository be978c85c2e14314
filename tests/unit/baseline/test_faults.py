"""Bad luck with a store: full, read-only, spoilt anywhere, from the future, under a wrong clock."""

from __future__ import annotations

import errno
import os
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.codec import encode
from gate.baseline.directory import Directory
from gate.baseline.entries import Entry, entry_of
from gate.baseline.objects import Objects, open_objects
from gate.baseline.pruning import Policy
from gate.baseline.store import Store, StoreError
from gate.storing import keeping
from tests.baselines import MACHINE, record

NOTHING_STAYS = Policy(newest=1, days=0, every_days=1)
CONTENT = encode(record())
ENTRY = entry_of(record(), CONTENT)


@pytest.fixture(params=["folder", "objects"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Open a store, anew each time."""
    if request.param == "folder":
        return lambda: Directory(folder=tmp_path / "store")
    return lambda: open_objects(f"memory:/{tmp_path}")


def newer() -> tuple[Entry, bytes]:
    """A whole record as a later version would write it, and its name."""
    body = CONTENT.rpartition(b',"sha256"')[0].replace(b'baseline":1,', b'baseline":2,', 1)
    digits = sha256(body).hexdigest()
    content = b'%s,"sha256":"%s"}\n' % (body, digits.encode())
    return replace(ENTRY, digest=digits[:16]), content


# --- spoilt --------------------------------------------------------------------------------------


def test_a_record_spoilt_at_any_byte_is_named_and_neither_used_nor_overwritten(
    opened: Callable[[], Store],
) -> None:
    good = store.add(opened(), record(7))
    for at in range(len(CONTENT)):
        spoilt = CONTENT[:at] + bytes([CONTENT[at] ^ 0x20]) + CONTENT[at + 1 :]
        put(opened(), spoilt)

        reading = store.read(opened(), store.survey(opened()).entries)

        assert [*reading.records] == [good]
        assert [one.name for one in reading.quarantined] == [ENTRY.name]
        if at % 50 == 0:  # a folder is flushed to the disk each time
            with pytest.raises(StoreError):
                store.add(opened(), record())
        assert dict(opened().read([ENTRY.name])) == {ENTRY.name: spoilt}


def put(kept: Store, content: bytes) -> None:
    """Let a record have this content, whatever it had before."""
    if isinstance(kept, Directory):
        path = kept.folder / ENTRY.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    else:
        kept.remove([ENTRY.name])
        kept.add(ENTRY.name, content)


def test_a_record_of_a_later_version_is_named_and_stays(opened: Callable[[], Store]) -> None:
    """Through reading, pruning and copying, whatever the policy says."""
    entry, content = newer()
    opened().add(entry.name, content)
    store.add(opened(), record(8, measured_s=ENTRY.measured_s + 100))

    pruned = keeping.prune(opened(), NOTHING_STAYS, now_s=10.0**10)
    copied = keeping.copy(opened(), open_objects("memory://elsewhere"))

    assert dict(opened().read([entry.name])) == {entry.name: content}
    for reading in (pruned.quarantined, copied.quarantined):
        assert {(one.name, one.reason.partition(";")[0]) for one in reading} == {
            (entry.name, "it has version 2")
        }


# --- full and read-only --------------------------------------------------------------------------


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: the write itself fails, after a part of it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_after_any_byte_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    directory = Directory(folder=tmp_path / "store")
    good = store.add(directory, record(7))
    for size in range(0, len(CONTENT), 5):
        with room_for(size), pytest.raises(StoreError, match="cannot be written") as caught:
            store.add(directory, record())
        assert os.strerror(errno.EFBIG) in caught.value.message
        assert "with room" in caught.value.hint
        files = [path for path in directory.folder.rglob("*") if path.is_file()]
        assert [path.relative_to(directory.folder).as_posix() for path in files] == [good.name]
    with room_for(len(CONTENT)):
        assert store.add(directory, record()) == ENTRY


class _Refusing:
    """A file system of which one call fails."""

    def __init__(self, files: object, call: str, error: OSError) -> None:
        self._files, self._call, self._error = files, call, error

    def __getattr__(self, name: str) -> object:
        return self._refuse if name == self._call else getattr(self._files, name)

    def _refuse(self, *_: object, **__: object) -> None:
        raise self._error


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_objects_that_cannot_be_changed_are_said_and_stay(code: int, tmp_path: Path) -> None:
    healthy = open_objects(f"memory:/{tmp_path}")
    entry = store.add(healthy, record(7))
    said = f"cannot be written.*{re.escape(os.strerror(code))}"
    changes: dict[str, Callable[[Store], object]] = {
        "pipe_file": lambda kept: store.add(kept, record()),
        "rm": lambda kept: kept.remove([entry.name]),
    }
    for call, change in changes.items():
        files = _Refusing(healthy.files, call, OSError(code, os.strerror(code)))
        refusing = Objects(url=healthy.url, files=files, root=healthy.root)

        with pytest.raises(StoreError, match=said):
            change(refusing)
        assert store.survey(refusing).entries == (entry,)
        assert store.add(refusing, record(7)) == entry  # is there already: nothing is written


def test_a_folder_of_somebody_else_is_an_error_and_not_an_empty_store(tmp_path: Path) -> None:
    """As nobody, for root may read and write everything."""
    directory = Directory(folder=tmp_path / "store")
    store.add(directory, record(7))
    directory.folder.chmod(0o500)
    with as_nobody(tmp_path):
        with pytest.raises(StoreError, match="cannot be read"):
            directory.names()
        with pytest.raises(StoreError, match="cannot be written"):
            store.add(directory, record())
    directory.folder.chmod(0o555)
    with as_nobody(tmp_path):
        assert len(directory.names()) == 1
        with pytest.raises(StoreError, match="cannot be written"):
            store.add(directory, record())


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Be nobody in particular, who may pass through all folders above this one."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    above = [(one, one.stat().st_mode) for one in (folder, *folder.parents)]
    for one, mode in above:
        one.chmod(mode | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for one, mode in above:
            one.chmod(mode)


# --- clocks and machines -------------------------------------------------------------------------


def test_a_clock_that_is_set_back_costs_no_record(opened: Callable[[], Store]) -> None:
    """Not when it is added, though the clock runs before the commit, nor by a pruning."""
    later = store.add(opened(), record(1, measured_s=2_000_000_000))
    earlier = replace(record(1, measured_s=5), committed_s=1_900_000_000)

    sooner = store.add(opened(), earlier)
    pruned = keeping.prune(opened(), Policy(newest=1, days=1, every_days=1), now_s=1000.0)

    assert pruned.removed == ()
    assert [*store.survey(opened()).entries] == [sooner, later]
    assert store.read(opened(), [sooner]).records == {sooner: earlier}


def test_two_machines_of_one_run_are_two_records(opened: Callable[[], Store]) -> None:
    machines = [replace(MACHINE, cores=cores) for cores in (2, 4)]
    entries = [store.add(opened(), record(1, machine=one)) for one in machines]

    assert len({one.fingerprint for one in entries}) == 2
    reading = store.read(opened(), entries)
    assert [one.fingerprint for one in reading.records.values()] == machines
