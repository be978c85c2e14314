"""Recordings survive their file, and nothing else is taken for one."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from gate.errors import UsageError
from study.record.recording import header, parse, read, walk_line, write
from study.record.stress import QUIET, STRESS
from study.record.tasks import tasks
from tests.study.recordings import SMALL, made


def test_a_recording_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Times to five digits, everything else to the last bit."""
    recording = made(wait=0.3)
    write(tmp_path / "one.jsonl.xz", recording)

    found = read(tmp_path / "one.jsonl.xz")

    assert found.facts == recording.facts
    for one, other in zip(found.walks, recording.walks, strict=True):
        assert (one.seed, one.core, one.base_first) == (other.seed, other.core, other.base_first)
        assert one.takes.keys() == other.takes.keys()
        for name, take in one.takes.items():
            for a, b in zip(take.head, other.takes[name].head, strict=True):
                assert a.wall_s == pytest.approx(b.wall_s, rel=1e-4)
                assert a.cpu_s == pytest.approx(b.cpu_s, rel=1e-4)
                assert (a.loops, a.voluntary, a.involuntary) == (b.loops, 3, b.involuntary)


def test_writing_what_was_read_gives_the_same_file(tmp_path: Path) -> None:
    write(tmp_path / "again.jsonl.xz", read(SMALL))

    assert read(tmp_path / "again.jsonl.xz") == read(SMALL)


def test_a_recording_without_its_last_walk_is_refused(tmp_path: Path) -> None:
    """Even if it was cut between two lines, and compressed anew."""
    whole = lzma.decompress(SMALL.read_bytes()).splitlines(keepends=True)
    path = tmp_path / "cut.jsonl.xz"
    path.write_bytes(lzma.compress(b"".join(whole[:-2])))

    with pytest.raises(UsageError, match=r"cut\.jsonl\.xz is cut off"):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (SMALL.read_bytes()[:-100], "cannot be read"),
        (b"no archive", "cannot be read"),
        (lzma.compress(b""), "is not a recording"),
        (lzma.compress(b"\xff\xfe"), "cannot be read"),
        (lzma.compress(b"[1]\n"), "is not a recording"),
        (lzma.compress(b'{"format": "something else", "version": 1}\n'), "is not a recording"),
        (
            lzma.compress(b'{"format": "perf-gate recording", "version": 9}\n'),
            "is of version 9, not 1",
        ),
        (
            lzma.compress(b'{"format": "perf-gate recording", "version": 1, "facts": {}}\n'),
            "does not say what was recorded",
        ),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "foreign.jsonl.xz"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=message) as caught:
        read(path)

    assert "take it again" in caught.value.hint


def test_an_interrupted_recording_keeps_its_whole_walks() -> None:
    """The last line was being written when the power went."""
    recording = made()
    lines = [walk_line(recording.facts, walk) for walk in recording.walks[:3]]

    found = parse(Path("some"), [header(recording.facts), *lines[:2], lines[2][:-40]])

    assert [walk.number for walk in found.walks] == [0, 1]


def test_names_are_data() -> None:
    """Whatever a target calls its benchmarks, a line holds one walk."""
    recording = made(names=('a\n"b"', "c\u2028d"))
    line = walk_line(recording.facts, recording.walks[0])

    assert "\n" not in line
    found = parse(Path("some"), [header(recording.facts), line])
    assert set(found.walks[0].takes) == {'a\n"b"', "c\u2028d"}


def test_no_two_recordings_have_the_same_name() -> None:
    names = [task.name for condition in (QUIET, STRESS) for task in tasks(condition)]

    assert len(names) == len(set(names))


def test_the_header_is_for_people_too() -> None:
    facts = json.loads(header(read(SMALL).facts))["facts"]

    assert facts["library"] == "tomlkit"
    assert "/" not in facts["machine"]
