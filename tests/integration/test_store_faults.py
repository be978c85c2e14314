"""Bad luck with a branch as a store: a server that takes nothing, a full disk, other versions."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.branch import Patience
from gate.baseline.codec import encode
from gate.baseline.entries import entry_of
from gate.baseline.store import StoreError
from tests.baselines import MACHINE, record
from tests.integration.store_git_server import GitServer, git_server
from tests.integration.store_writers import writer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with git_server(tmp_path / "server") as served:
        yield served


@pytest.mark.parametrize(
    "said", ["GH006: Protected branch update failed", "No space left on device", "Read-only"]
)
def test_a_server_that_takes_nothing_is_said_at_once(
    said: str, server: GitServer, tmp_path: Path
) -> None:
    """Protected, full or read-only: what is there stays, and can still be read."""
    good = store.add(writer(server, tmp_path / "one"), record(1))
    hook = server.repository / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    hook.chmod(0o755)
    pauses: list[float] = []
    late = writer(server, tmp_path / "late", Patience(sleep=pauses.append))

    with pytest.raises(StoreError, match="tried 1 times") as caught:
        store.add(late, record(2))

    assert said in caught.value.message
    assert pauses == []
    assert store.survey(late).entries == (good,)


def test_a_disk_that_is_full_here_costs_nothing_there(server: GitServer, tmp_path: Path) -> None:
    good = store.add(writer(server, tmp_path / "one"), record(1))
    pauses: list[float] = []
    late = writer(server, tmp_path / "late", Patience(sleep=pauses.append))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(StoreError):
            store.add(late, record(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert pauses == []
    assert store.survey(late).entries == (good,)


def test_machines_clocks_and_versions_do_not_get_into_each_others_way(
    server: GitServer, tmp_path: Path
) -> None:
    """Two machines of one run, a clock set back, and a record of a later version."""
    one = writer(server, tmp_path / "one")
    machines = [replace(MACHINE, cores=cores) for cores in (2, 4)]
    entries = [store.add(one, record(1, machine=each)) for each in machines]
    entries.append(store.add(one, record(2, measured_s=500)))
    later = encode(record(3)).replace(b'baseline":1,', b'baseline":2,', 1)
    body = later.rpartition(b',"sha256"')[0]
    one.add(
        entry_of(record(3), encode(record(3))).name,
        b'%s,"sha256":"%s"}\n' % (body, sha256(body).hexdigest().encode()),
    )

    reading = store.read(one, store.survey(one).entries)

    assert {*reading.records} == {*entries}
    (bad,) = reading.quarantined
    assert (bad.name, bad.reason.partition(";")[0]) == (
        entry_of(record(3), encode(record(3))).name,
        "it has version 2",
    )
