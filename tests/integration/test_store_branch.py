"""A branch as a store, on a real git server: nothing is lost or doubled, whoever else writes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.branch import Patience, open_branch
from gate.baseline.codec import encode
from gate.baseline.entries import entry_of
from gate.baseline.store import StoreError
from gate.revisions.git import Git
from gate.revisions.origin import Origin
from tests.baselines import record
from tests.integration.store_git_server import GitServer, git_server
from tests.integration.store_writers import BRANCH, race, seeded, writer


def impatient(tries: int, pauses: list[float] | None = None) -> Patience:
    """Patience for so many tries, on a clock of its own, without waiting."""
    ticks = itertools.count()
    return Patience(
        deadline_s=tries - 0.5,
        sleep=(pauses if pauses is not None else []).append,
        clock=lambda: float(next(ticks)),
        chance=lambda: 1.0,
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with git_server(tmp_path / "server") as served:
        yield served


def name_of(number: int) -> str:
    """The name of a record."""
    return entry_of(record(number), encode(record(number))).name


def test_a_record_that_was_added_is_read_by_others(server: GitServer, tmp_path: Path) -> None:
    entries = [store.add(writer(server, tmp_path / "one"), record(1))]

    reader = writer(server, tmp_path / "other", token=None)
    assert store.survey(reader).entries == tuple(entries)
    assert store.read(reader, entries).records == {entries[0]: record(1)}


def test_without_a_branch_the_store_is_empty(server: GitServer, tmp_path: Path) -> None:
    assert writer(server, tmp_path / "one").names() == ()


def test_a_hundred_writers_in_small(server: GitServer, tmp_path: Path) -> None:
    """12 writers, 30 % of the answers lost: each record is there, in one commit."""
    dice = seeded(7, 0.3)
    server.loses = lambda: dice.random() < 0.3

    done = race(server, tmp_path, 12, Patience(deadline_s=90, first_pause_s=0.05))

    assert done.gave_up == 0
    assert server.lost > 0
    assert sorted(done.acknowledged) == server.files(BRANCH) == sorted(map(name_of, range(12)))
    assert len(server.git("log", "--format=%H", BRANCH).splitlines()) == 12


def test_a_push_whose_answer_is_lost_is_not_repeated(server: GitServer, tmp_path: Path) -> None:
    server.loses = lambda: server.pushes == 1

    store.add(writer(server, tmp_path / "one", impatient(3)), record(1))

    assert (server.pushes, server.lost) == (1, 1)
    assert server.git("rev-list", "--count", BRANCH) == "1"


def test_adding_again_changes_nothing(server: GitServer, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        store.add(writer(server, tmp_path / folder), record(1))

    assert server.git("rev-list", "--count", BRANCH) == "1"


def test_many_records_are_one_commit_also_for_who_is_overtaken(
    server: GitServer, tmp_path: Path
) -> None:
    """What is there is not added again, and what somebody else pushed meanwhile stays."""
    store.add(writer(server, tmp_path / "before"), record(0))

    def overtake() -> None:
        server.before_push = lambda: None
        store.add(writer(server, tmp_path / "other"), record(200))

    server.before_push = overtake
    many = [record(number) for number in range(150)]
    entries = store.add_all(writer(server, tmp_path / "one", impatient(5)), many)

    assert server.files(BRANCH) == sorted(map(name_of, (*range(150), 200)))
    assert server.git("rev-list", "--count", BRANCH) == "3"
    reader = writer(server, tmp_path / "reader")
    assert [*store.read(reader, entries).records.values()] == many


def test_of_many_records_none_is_added_where_one_name_is_taken(
    server: GitServer, tmp_path: Path
) -> None:
    writer(server, tmp_path / "other").add(name_of(2), b"something else")

    with pytest.raises(StoreError, match="something else than what belongs there"):
        store.add_all(writer(server, tmp_path / "one"), [record(1), record(2)])

    assert server.files(BRANCH) == [name_of(2)]


def test_whoever_is_overtaken_adds_to_what_the_other_pushed(
    server: GitServer, tmp_path: Path
) -> None:
    """Between fetch and push somebody else is quicker, twice; pauses grow."""
    others = iter([2, 3])
    pauses: list[float] = []

    def overtake() -> None:
        server.before_push = lambda: None
        if (number := next(others, None)) is not None:
            store.add(writer(server, tmp_path / f"other {number}"), record(number))
            server.before_push = overtake

    server.before_push = overtake
    store.add(writer(server, tmp_path / "one", impatient(5, pauses)), record(1))

    assert server.files(BRANCH) == sorted(map(name_of, (1, 2, 3)))
    assert pauses == [0.4, 0.8]


def test_history_is_not_fetched(server: GitServer, tmp_path: Path) -> None:
    for number in range(3):
        store.add(writer(server, tmp_path / str(number)), record(number))
    late = writer(server, tmp_path / "late")

    store.add(late, record(9))

    assert late.git.line("rev-list", "--count", "refs/store/tip") == "1"
    assert server.git("rev-list", "--count", BRANCH) == "4"


def blobs(git: Git) -> int:
    """How many contents are at hand."""
    told = git.run("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
    return told.split().count(b"blob")


def test_only_what_is_read_is_fetched(server: GitServer, tmp_path: Path) -> None:
    """And adding needs no content at all but its own."""
    for number in range(5):
        store.add(writer(server, tmp_path / f"writer-{number}"), record(number))
    reader = writer(server, tmp_path / "reader")

    entries = store.survey(reader).entries
    before = blobs(reader.git)
    read = store.read(reader, entries[1:3])
    store.add(reader, record(7))

    assert (before, blobs(reader.git)) == (0, 3)
    assert read.records == {entry: read.records[entry] for entry in entries[1:3]}
    assert len(store.read(reader, store.survey(reader).entries).records) == 6


def test_a_server_that_cannot_leave_contents_out_sends_them_all(
    server: GitServer, tmp_path: Path
) -> None:
    server.git("config", "uploadpack.allowFilter", "false")
    entries = [store.add(writer(server, tmp_path / f"{n}"), record(n)) for n in range(3)]
    reader = writer(server, tmp_path / "reader")

    assert len(store.survey(reader).entries) == blobs(reader.git) == 3
    assert store.read(reader, entries).records == {e: record(n) for n, e in enumerate(entries)}


@pytest.mark.parametrize("token", ["wrong", None])
def test_a_wrong_token_is_refused_at_once_and_is_not_shown(
    token: str | None, server: GitServer, tmp_path: Path
) -> None:
    pauses: list[float] = []
    one = writer(server, tmp_path / "one", impatient(5, pauses), token=token)

    with pytest.raises(StoreError, match=r"tried 1 times.*403") as caught:
        store.add(one, record(1))
    assert pauses == []
    assert "contents: write" in caught.value.hint
    assert "wrong" not in caught.value.message


def test_a_server_that_cannot_be_reached_is_tried_for_a_while(tmp_path: Path) -> None:
    """For writing until the deadline, for reading a few times."""
    pauses: list[float] = []
    origin = Origin(url="http://127.0.0.1:1/data.git", token=None)
    one = open_branch(tmp_path / "one", origin, BRANCH, "sha1")
    one.patience = replace(impatient(8, pauses), looks=3)

    for action, tries in ((one.names, 3), (lambda: store.add(one, record(1)), 8)):
        pauses.clear()
        with pytest.raises(StoreError, match=f"tried {tries} times"):
            action()
        assert pauses == [0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20.0][: tries - 1]


def test_another_file_by_that_name_is_left_alone(server: GitServer, tmp_path: Path) -> None:
    one = writer(server, tmp_path / "one")
    one.add(name_of(1), b"something else")

    with pytest.raises(StoreError, match="something else than what belongs there"):
        store.add(one, record(1))
    assert list(one.read([name_of(1)])) == [(name_of(1), b"something else")]


def test_a_file_in_the_place_of_a_folder_is_said_at_once(server: GitServer, tmp_path: Path) -> None:
    pauses: list[float] = []
    one = writer(server, tmp_path / "one", impatient(5, pauses))
    one.add(name_of(1)[:2], b"mine")

    with pytest.raises(StoreError, match="something else"):
        store.add(one, record(1))
    assert pauses == []
    assert server.files(BRANCH) == [name_of(1)[:2]]


def test_strange_files_are_named_and_stay(server: GitServer, tmp_path: Path) -> None:
    one = writer(server, tmp_path / "one")
    strange = ("a 'b' \"c\" \\n d", "notes ü\n.txt", "x\nD x")
    for name in strange:
        one.add(name, name.encode())
    entry = store.add(one, record(1))

    found = store.survey(one)

    assert found.entries == (entry,)
    assert found.strangers == strange
    assert dict(one.read(strange)) == {name: name.encode() for name in strange}
    one.remove([strange[0], strange[1]])
    assert store.survey(one).strangers == strange[2:]


def test_removing_and_compacting_leave_one_commit_with_the_rest(
    server: GitServer, tmp_path: Path
) -> None:
    one = writer(server, tmp_path / "one")
    entries = [store.add(one, record(n)) for n in range(4)]

    one.remove([entries[0].name, "no/such.json"])
    one.compact()
    pushes = server.pushes
    one.compact()

    assert server.git("log", "--format=%s", BRANCH) == "Compact"
    assert server.pushes == pushes
    assert server.files(BRANCH) == sorted(entry.name for entry in entries[1:])
    assert store.read(one, entries).records == {e: record(n) for n, e in enumerate(entries) if n}


def test_whoever_writes_while_the_branch_is_compacted_loses_nothing(
    server: GitServer, tmp_path: Path
) -> None:
    for number in range(3):
        store.add(writer(server, tmp_path / str(number)), record(number))

    def compact() -> None:
        server.before_push = lambda: None
        writer(server, tmp_path / "pruner").compact()

    server.before_push = compact
    store.add(writer(server, tmp_path / "late", impatient(3)), record(9))

    assert server.files(BRANCH) == sorted(map(name_of, (0, 1, 2, 9)))
    assert server.git("log", "--format=%s", BRANCH).splitlines()[1:] == ["Compact"]


def test_a_damaged_record_is_set_aside(server: GitServer, tmp_path: Path) -> None:
    one = writer(server, tmp_path / "one")
    one.add(name_of(1), encode(record(1))[:-9])
    good = store.add(one, record(2))

    reading = store.read(one, store.survey(one).entries)

    assert list(reading.records) == [good]
    assert [each.name for each in reading.quarantined] == [name_of(1)]


class _KilledError(Exception):
    """The writer is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _MortalGit(Git):
    """git whose caller is killed at one of its calls."""

    calls: Iterator[int]
    last: int

    def run(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> bytes:
        if next(self.calls) == self.last:
            raise _KilledError
        return Git.run(self, *arguments, stdin=stdin, environment=environment)


def test_a_writer_killed_at_any_call_leaves_the_state_before_or_after(
    server: GitServer, tmp_path: Path
) -> None:
    reader = writer(server, tmp_path / "reader", token=None)
    expected = {store.add(writer(server, tmp_path / "first"), record(0)): record(0)}
    for last in range(30):
        one = writer(server, tmp_path / str(last))
        one.git = _MortalGit(
            git_dir=one.git.git_dir, home=one.git.home, calls=itertools.count(), last=last
        )
        killed = False
        try:
            expected |= {store.add(one, record(last + 1)): record(last + 1)}
        except _KilledError:
            killed = True
        assert store.read(reader, store.survey(reader).entries).records == expected
        if not killed:
            break
    assert 4 < last < 29
