"""Jobs are planned so that a stop hurts little, and what they plant does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from study.jobs.plan import STILL, planned
from study.jobs.planted import MODULE, PLACES, SOURCE, Kind, Place, comment_into, plant_into
from study.jobs.run import KEPT, kept
from study.precision.errors import of_ours, of_rival
from study.precision.rival import Suite
from study.settings import Settings, line
from tests.study.recordings import made

HERE = Place(package="some", folder="some", file="text.py", function="read", red=("*",))
TEXT = 'def read(text):\n    """Read it."""\n    return text\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    package = tmp_path / "some"
    package.mkdir()
    package.joinpath("__init__.py").write_text("", encoding="utf-8")
    package.joinpath("text.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", Kind)
def test_a_planted_function_still_does_its_work(tree: Path, kind: Kind) -> None:
    plant_into(tree, HERE, kind, 1e-6)
    program = "from some.text import read; print([read(n) for n in range(201)][-1])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tree, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout == "200\n"
    assert f"some.{MODULE}" in tree.joinpath("some/text.py").read_text(encoding="utf-8")


def test_a_comment_moves_lines_and_nothing_else(tree: Path) -> None:
    comment_into(tree, HERE)

    assert tree.joinpath("some/text.py").read_text(encoding="utf-8").endswith(f"\n{TEXT}")


def test_every_kind_has_a_function() -> None:
    """Compiled, since a typing error would show as a slowdown of everything."""
    space: dict[str, object] = {}
    exec(compile(SOURCE, MODULE, "exec"), space)  # noqa: S102 - our own text

    assert {"loop", "allocation", "cache", "lock", "wake_ups", "calls", "sleep", "tail"} <= set(
        space
    )


def test_each_job_is_planned_once() -> None:
    jobs = list(planned(tuple(PLACES), rounds=6))

    assert len({job.key for job in jobs}) == len(jobs)
    assert {job.change for job in jobs} == {*STILL, *Kind}
    assert {job.library for job in jobs} == set(PLACES)


def test_the_first_jobs_are_of_all_sorts() -> None:
    """A library's first job has no slowdown: what is planted is measured by it."""
    first = list(planned(("tomlkit",), rounds=1))[:6]

    assert first[0].change == "base"
    assert {job.is_planted for job in first} == {True, False}


def test_a_line_that_was_cut_off_is_no_result(tmp_path: Path) -> None:
    Path(tmp_path, KEPT).write_text('{"job": 1}\n{"job": ', encoding="utf-8")

    assert kept(Settings(recordings=tmp_path)) == [{"job": 1}]


def test_cells_stay_in_their_cells() -> None:
    assert line("a|b", 1) == "| a\\|b | 1 |"


def test_errors_of_suites_are_those_of_neighbours() -> None:
    rows = [{"a": {"min": 1.0}}, {"a": {"min": 2.0}}, {"a": {"min": 2.0}, "b": {"min": 1.0}}]
    found = of_rival([Suite(seconds=3.0, rows=one) for one in rows], "min")

    assert found.found == pytest.approx([0.6931, 0.0], abs=1e-4)
    assert found.seconds == 6.0
    assert found.beyond == 0.5


def test_errors_of_ours_are_those_of_blocks_of_pairs() -> None:
    """Pairs with a spread of 0.6 % in blocks of five leave 0.25 %."""
    found = of_ours(made(walks=200), ("a", "b"))

    assert len(found.found) == 80
    # two lanes: three starts, and two and a half walks of 0.2 s, for two rows
    assert found.seconds == pytest.approx((3 * 0.5 + 2.5 * 0.2) / 2)
    assert 0.0015 < found.sd < 0.004
