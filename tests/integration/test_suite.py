"""A target's own executor is put through the suite: measured, judged, or told what it lacks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gate.errors import MeasureError
from gate.measure.guests import Seat
from gate.measure.guests import lay_out as lay_out_guest
from gate.measure.protocol import Fate
from gate.model import Ailment, Side
from gate.pipe.bundled.names import public
from gate.pipe.bundled.suite import Asked, Bundled, prepared
from tests.integration.cells import cell_of
from tests.integration.guest_pairs import walk_all
from tests.integration.test_check import Project
from tests.repositories import empty

TARGET = Path(__file__).parents[1] / "targets" / "own-executor"
SOURCE = (TARGET / "agents" / "__init__.py").read_text(encoding="utf-8")
GROUPED = """\
        async with anyio.create_task_group() as group:
            group.start_soon(self._guarded, result, sdk_func, target_predicate, timeout)
"""
DIRECT = "        await self._guarded(result, sdk_func, target_predicate, timeout)\n"
FASTER = SOURCE.replace(GROUPED, DIRECT)
LEAKING = SOURCE.replace("async with aclosing(sdk_func()) as messages", "if messages := sdk_func()")
WITHOUT = SOURCE.replace("def make_executor", "def make")
RULES = "suite: {executor: 'agents:make_executor'}\n"
PYTHON = (3, 11)


def _seats(folder: Path, sources: Mapping[Side, str]) -> dict[Side, Seat]:
    """Both sides in the interpreter of these tests."""
    seats = {}
    for side, text in sources.items():
        tree = folder / side / "tree"
        (tree / "agents").mkdir(parents=True)
        (tree / "agents" / "__init__.py").write_text(text, encoding="utf-8")
        seats[side] = Seat(
            side=side,
            python=Path(sys.executable),
            tree=tree,
            environ={"PATH": os.environ["PATH"], "HOME": str(folder)},
            packages=("agents",),
            own=(folder / side,),
            elsewhere=folder / (Side.HEAD if side is Side.BASE else Side.BASE),
            library=folder / "library",
            log=folder / f"{side}.log",
            cell=cell_of(folder, side, Path(sys.executable)),
        )
    return seats


def _prepared(folder: Path, base: str, head: str) -> Bundled:
    what = Asked(names=("suite:executor",), executor="agents:make_executor")
    seats = _seats(folder, {Side.BASE: base, Side.HEAD: head})
    return prepared(what, seats, python=PYTHON, folder=folder, stall_s=20)


CLOSED = "the generator is not closed when the target came"
STOPPED = {
    "broken on head": (SOURCE, LEAKING, Ailment.BROKEN_ON_HEAD, f"on head: {CLOSED}"),
    "gone on head": (SOURCE, WITHOUT, Ailment.BROKEN_ON_HEAD, "agents has no make_executor"),
    "new on head": (WITHOUT, SOURCE, Ailment.NEW, "on base: module agents has no make_executor"),
    "repaired on head": (LEAKING, SOURCE, Ailment.BROKEN_ON_BASE, f"on base: {CLOSED}"),
    "ends the process": ("import os\nos._exit(3)\n", SOURCE, Ailment.BROKEN_ON_BASE, "status 3"),
}


@pytest.mark.parametrize(("base", "head", "ailment", "words"), STOPPED.values(), ids=STOPPED)
def test_an_executor_that_one_side_lacks_is_a_row_and_a_sentence(
    base: str, head: str, ailment: Ailment, words: str, tmp_path: Path
) -> None:
    found = _prepared(tmp_path, base, head).catalogue

    assert [one.ailment for one in found.failures] == [ailment]
    assert [one.benchmark.name for one in found.failures] == ["suite:executor"]
    assert not found.items
    assert words in found.notices[0]


def test_an_executor_that_neither_side_has_is_an_error(tmp_path: Path) -> None:
    """Or a wrong name in the configuration would be a pass."""
    with pytest.raises(MeasureError, match="both sides: module agents has no make_executor"):
        _prepared(tmp_path, WITHOUT, WITHOUT)


def test_both_sides_may_lack_something_else(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"on base: module agents has no .*; on head: the gener"):
        _prepared(tmp_path, WITHOUT, LEAKING)


def test_an_interpreter_that_is_too_old_is_named(tmp_path: Path) -> None:
    what = Asked(names=("suite:pool",), executor=None)

    with pytest.raises(MeasureError, match=r"needs CPython 3\.11 or later"):
        prepared(what, {}, python=(3, 10, 4), folder=tmp_path, stall_s=20)


def test_a_row_that_cannot_be_collected_is_an_error(tmp_path: Path) -> None:
    """Or an environment that breaks the suite would be a pass."""
    what = Asked(names=("suite:pool",), executor="agents:make_executor")
    seats = _seats(tmp_path, dict.fromkeys(Side, SOURCE))
    lay_out_guest(tmp_path / "library")
    plugin = "def pytest_collection_modifyitems(items): items.clear()\n"
    (tmp_path / "library" / "nothing.py").write_text(plugin)
    seats = {
        side: replace(seat, environ={**seat.environ, "PYTEST_PLUGINS": "nothing"})
        for side, seat in seats.items()
    }

    with pytest.raises(MeasureError, match="suite:pool could not be collected"):
        prepared(what, seats, python=PYTHON, folder=tmp_path, stall_s=20)


@pytest.fixture
def agents(tmp_path: Path) -> Project:
    """The target with the executor that is fast; base is tagged."""
    repository = empty(tmp_path / "agents")
    shutil.copytree(TARGET, repository.folder, dirs_exist_ok=True)
    repository.commit("base", {"agents/__init__.py": FASTER, ".perf-gate.yml": RULES})
    repository.git("tag", "base")
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return Project(repository, tmp_path)


@pytest.mark.network
def test_an_executor_that_became_hungrier_fails_and_the_table_says_what_is_met(
    agents: Project,
) -> None:
    """Seconds are too few here for a verdict on time: bytes are counted, and decide."""
    agents.change({"agents/__init__.py": SOURCE})

    patterns = ("suite:task_group_overhead", "suite:allocations", "suite:memory_peak")
    only = [word for pattern in patterns for word in ("--only", pattern)]
    outcome = agents.compare("--budget", "5s", *only)

    assert outcome.status == 1, outcome.stdout + outcome.stderr
    rows = {row["name"]: row for row in outcome.result["benchmarks"]}
    assert set(rows) == set(patterns)
    assert {row["source"] for row in rows.values()} == {"suite"}
    hot = rows["suite:task_group_overhead"]
    assert hot["outcome"] in {"regressed", "inconclusive"}
    assert hot["pairs"] > 0
    assert 2 * hot["base"] < hot["head"]
    assert rows["suite:task_group_overhead"]["threshold"]["max"] == pytest.approx(0.5e-3)
    assert rows["suite:memory_peak"]["outcome"] == "regressed"
    assert rows["suite:allocations"]["outcome"] == "unchanged"
    summary = (outcome.out / "summary.md").read_text()
    assert "<code>suite:task_group_overhead</code> | ≤ 500 µs | ≤ 300 µs |" in summary
    assert "met, and the goal" in summary


@pytest.mark.network
def test_an_executor_that_broke_is_a_status_of_its_own_and_names_what_it_lacks(
    agents: Project,
) -> None:
    agents.change({"agents/__init__.py": LEAKING})

    outcome = agents.compare("--budget", "20s")

    assert outcome.status == 4, outcome.stdout + outcome.stderr
    assert outcome.outcomes() == {"suite:executor": "broken"}
    assert f"suite.executor agents:make_executor on head: {CLOSED}" in outcome.said


def test_our_own_executor_and_the_references_run_by_the_guests_fixture(tmp_path: Path) -> None:
    names = ("suite:task_group_overhead", "suite:pool[task group]", "suite:cancellation_load_50")
    what = Asked(names=(*names, "suite:allocations"), executor=None)
    seats = _seats(tmp_path, dict.fromkeys(Side, "raise OSError('nobody imports this')\n"))
    lay_out_guest(tmp_path / "library")

    found = prepared(what, seats, python=PYTHON, folder=tmp_path, stall_s=20)
    readings, fates = walk_all(found.catalogue)

    assert {public(node) for node in readings} == set(names)
    assert {one.fate for both in fates.values() for one in both.values()} == {Fate.PASSED}
    assert [one.benchmark.name for one in found.counted] == ["suite:allocations"]
