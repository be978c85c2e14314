"""What is said of a store's histories: on the command line, as JSON, and when a record is added."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.baseline.record import Record
from gate.cli import main
from gate.errors import ExitStatus, UsageError
from gate.history.series import Shift
from gate.revisions import clone
from gate.storing import recording
from gate.storing.histories import histories, news_of, release_s
from gate.storing.telling import told
from tests.baselines import MACHINE, figure, record
from tests.repositories import draw
from tests.unit.history.drawing import HOUR_S, START_S, levels

SHIFTED = 40
VALUES = levels(1, (SHIFTED, 0.0), (20, 0.1))
STILL = levels(2, (len(VALUES), 0.0))
OTHER = replace(MACHINE, cpu="another one")


def records(count: int = len(VALUES)) -> list[Record]:
    """One an hour: `test_slow` shifts by 10 %, `test_still` does not."""
    return [
        replace(
            record(
                number,
                figure("test_slow[\x1b]", slow),
                figure("test_still", still),
                measured_s=START_S + HOUR_S * number,
            ),
            revision=revision(number),
        )
        for number, (slow, still) in enumerate(zip(VALUES[:count], STILL, strict=False))
    ]


def revision(number: int) -> str:
    """The name of a commit that begins with its number."""
    return f"{number:03}" + "a" * 37


def kept(folder: Path, some: list[Record]) -> Directory:
    """A store that has some records."""
    directory = Directory(folder=folder)
    for one in some:
        store.add(directory, one)
    return directory


def test_a_shift_is_told_with_the_record_that_shows_it_and_not_again(tmp_path: Path) -> None:
    every, directory = records(SHIFTED + 8), kept(tmp_path, records(SHIFTED))
    said: list[list[str]] = []
    for made in every[SHIFTED:]:
        store.add(directory, made)
        said.append([*told(news_of(directory, made, None))])

    (sentence,) = (line for lines in said for line in lines)
    assert sentence.startswith("new: test_slow[\x1b] shifted by +1")
    assert f" in {revision(SHIFTED - 1)[:10]}..{revision(SHIFTED)[:10]}, " in sentence
    assert sentence.endswith("confidence 99.9%")
    assert 2 <= [bool(lines) for lines in said].index(True) <= 6


def test_the_record_need_not_be_in_the_store_yet(tmp_path: Path) -> None:
    *before, made = records(SHIFTED + 8)

    there = news_of(kept(tmp_path / "with", [*before, made]), made, None)

    assert news_of(kept(tmp_path / "without", before), made, None) == there


def test_another_machine_has_a_history_of_its_own(tmp_path: Path) -> None:
    """Twice as slow a machine is no shift, in either history."""
    here, there = records(SHIFTED), records(SHIFTED)[20:]
    slower = [
        record(100 + k, figure("test_still", 2e-3), measured_s=one.measured_s, machine=OTHER)
        for k, one in enumerate(there)
    ]

    found = histories([*here, *slower], (), None)

    assert [len(one.series.points) for one in found if one.series.name == "test_still"] == [20, 40]
    assert all(one.shifts == () for one in found)
    assert news_of(kept(tmp_path, [*here, *slower[:-1]]), slower[-1], None) == ()


def test_the_order_is_that_of_the_commits_whenever_they_were_measured() -> None:
    backwards = [
        replace(one, measured_s=START_S + HOUR_S * (1000 - number))
        for number, one in enumerate(records())
    ]

    found = histories(backwards, ["test_slow*"], None)

    (shift,) = found[0].shifts
    assert abs(shift.index - SHIFTED) <= 1


def test_runs_of_one_revision_are_one_point() -> None:
    again = [replace(one, run="again", measured_s=one.measured_s + 60) for one in records()]

    (found,) = histories([*records(), *again], ["test_still"], None)

    assert len(found.series.points) == len(VALUES)


@pytest.fixture
def target(tmp_path: Path) -> None:
    draw(tmp_path / "target", "main: A")


def history(folder: Path, directory: Directory, *arguments: str) -> int:
    """Call ``perf-gate store history``."""
    place = ["--repo", str(folder / "target"), "--store", f"dir:{directory.folder}"]
    return main(["store", "history", *place, *arguments])


@pytest.mark.usefixtures("target")
def test_a_table_has_series_with_their_shifts_and_drift(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = kept(tmp_path / "store", records())

    assert history(tmp_path, directory) == ExitStatus.PASS

    first, shift, drift, still, moved, last = capsys.readouterr().out.splitlines()
    assert first.startswith("test_slow[\\x1b]  time by cpu  ")
    assert "  60 revisions  now 1.1" in first
    assert shift.startswith("  shifted by +10.")
    assert drift.startswith("  moved by +10.")
    assert ", of which shifts +10." in drift
    assert still.startswith("test_still  ")
    assert moved.startswith("  moved by ")
    assert last == f"2 series in dir:{directory.folder}"


@pytest.mark.usefixtures("target")
def test_json_has_points_commits_and_fractions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = kept(tmp_path / "store", records())
    (directory.folder / "mine.txt").write_text("a stranger")

    assert history(tmp_path, directory, "--json", "--benchmark", "test_slow*") == ExitStatus.PASS

    said = json.loads(capsys.readouterr().out)
    (series,) = said["series"]
    (shift,) = series["shifts"]
    assert (said["schema"], series["name"], series["unit"]) == (1, "test_slow[\x1b]", "s")
    assert [one["value"] for one in series["points"]] == VALUES
    assert [one["first"] for one in series["levels"]] == [revision(0), shift["first_after"]]
    assert (shift["last_before"], shift["first_after"]) == (revision(39), revision(40))
    assert shift["change"]["low"] < 0.105 < shift["change"]["high"]
    assert series["drift"]["explained"] == shift["change"]["point"]
    assert list(said["machines"]) == [series["machine"]]
    assert said["quarantined"][0]["name"] == "mine.txt"


@pytest.mark.usefixtures("target")
def test_an_empty_store_has_no_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(tmp_path, Directory(folder=tmp_path / "store")) == ExitStatus.PASS
    assert capsys.readouterr().out == f"0 series in dir:{tmp_path / 'store'}\n"


def test_the_last_release_is_the_nearest_tag_before_the_commit(tmp_path: Path) -> None:
    repository, _ = draw(tmp_path / "target", "main: A")
    repository.git("fast-import", "--quiet", stdin="".join(map(commit, range(1, 5))))
    for tag, back in (("v1.0", 3), ("v1.1", 1), ("v1.2", 0)):
        repository.git("tag", tag, f"history~{back}")
    source = clone(repository.folder, tmp_path / "git")

    def released(back: int, said: str | None = None) -> int | None:
        return release_s(source, repository.git("rev-parse", f"history~{back}"), said)

    assert [released(back) for back in range(4)] == [3000, 1000, 1000, None]
    assert released(0, "v1.0") == 1000
    with pytest.raises(UsageError):
        released(0, "v9")


def commit(number: int) -> str:
    """An empty commit, for fast-import: a thousand seconds after the one before."""
    return f"commit refs/heads/history\ncommitter A <a@b> {1000 * number} +0000\ndata 0\n\n"


@pytest.mark.usefixtures("target")
def test_a_history_that_cannot_be_read_is_said_and_spoils_no_record(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    source = clone(tmp_path / "target", tmp_path / "git")
    commit = source.resolve("main")
    made = replace(record(), revision=commit)

    found, notices = recording._news(Directory(folder=tmp_path / "store"), made, source)

    assert found == ()
    assert [one.partition(":")[0] for one in notices] == ["the history could not be looked at"]


def test_shifts_are_data() -> None:
    """Reports rely on it: two readings of the same records are equal."""
    (one,), (other,) = (histories(records(), ["test_slow*"], None)[0].shifts for _ in range(2))

    assert one == other
    assert isinstance(one, Shift)
