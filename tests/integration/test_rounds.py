"""Rounds with real guests: what long calls cost, what the end of the time means, controls."""

from __future__ import annotations

import math
import sys
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from gate.guest.controls import NAMES, PLANTED, work
from gate.measure import lockstep
from gate.measure.gathering.collection import Catalogue
from gate.measure.gathering.group import NOBODY, Group, control_group
from gate.measure.lockstep import Step, Walk
from gate.measure.planning.rounds import Plan
from gate.measure.session import measure
from gate.model import Measurements, Side
from tests.integration.guest_pairs import Table, lay_table
from tests.samples import THRESHOLD


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return lay_table(tmp_path, "slow")


def walk(catalogue: Catalogue, *names: str, deadline: float = math.inf) -> Walk:
    steps = tuple(Step(name=name, base_first=True, pace=None) for name in names)
    walking = partial(
        lockstep.walk,
        catalogue.seats,
        catalogue.paths,
        steps,
        seed=1,
        core=None,
        stall_s=30,
        deadline=deadline,
        on_step=lambda _: None,
    )
    return anyio.run(walking)


def measured(catalogue: Catalogue, budget_s: float, group: Group = NOBODY) -> Measurements:
    return measure(
        catalogue,
        Plan(thresholds=lambda *_: THRESHOLD, budget_s=budget_s, seed=1),
        group=group,
        cores=(),
        stall_s=30,
        report=lambda *_: None,
    )


def calls(table: Table, name: str) -> list[int]:
    files = [table.tree(side) / name for side in Side]
    return [len(file.read_text()) if file.exists() else 0 for file in files]


def test_a_long_call_is_measured_while_it_is_calibrated(table: Table) -> None:
    name = "test_slow.py::test_slow"
    reading = walk(table.gather(), name).readings[name]

    assert reading.pace.is_single
    assert (len(reading.base), len(reading.head)) == (1, 1)
    assert calls(table, "slow") == [2, 2]  # one is for the result that the test asks for


def test_no_call_is_begun_after_the_deadline(table: Table) -> None:
    walked = walk(table.gather(), "test_slow.py::test_slow", deadline=0.0)

    assert not walked.readings
    assert not walked.left
    assert calls(table, "slow") == [0, 0]


def test_a_budget_that_is_spent_before_it_began_measures_nothing(table: Table) -> None:
    found = measured(table.gather(), budget_s=1e-9)

    assert [len(sample.pairs) for sample in found.samples] == [0, 0]
    assert not found.failures
    assert calls(table, "slow") == [0, 0]


def test_controls_are_measured_beside_the_rows_and_kept_apart(table: Table) -> None:
    (table.tree(Side.BASE) / "test_slow.py").write_text("")
    (table.tree(Side.HEAD) / "test_slow.py").write_text(
        "def test_quick(benchmark): benchmark(sorted, list(range(1000)))\n"
        "def test_proved(benchmark): benchmark(sorted, list(range(999)))\n"
    )
    group = control_group(["test_slow.py::test_proved"], seed=1)
    found = measured(table.gather(), budget_s=15.0, group=group)

    assert [one.benchmark.name for one in found.samples] == ["test_slow.py::test_quick"]
    assert found.controls.planted
    assert {one.benchmark.name for one in found.controls.nulls} == {
        *NAMES,
        "test_slow.py::test_proved",
    } - {PLANTED}
    assert all(len(one.pairs) >= 5 for one in (found.controls.planted, *found.controls.nulls))


def lines(name: str, plants: bool) -> int:  # noqa: FBT001 - as a message says it
    """How many lines one call of a control executes."""
    count, call = 0, work(name, plants)

    def trace(*_: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    call()
    sys.settrace(before)
    return count


def test_head_alone_does_a_twentieth_more_of_the_planted_control_alone() -> None:
    base, head = lines(PLANTED, False), lines(PLANTED, True)

    assert 1.04 < head / base < 1.06
    for name in (name for name in NAMES if name != PLANTED):
        assert lines(name, True) == lines(name, False)


@pytest.mark.parametrize("proved", [[], ["a"], [f"{i}" for i in range(50)]])
def test_a_few_proved_benchmarks_are_controls(proved: list[str]) -> None:
    group = control_group(proved, seed=1)

    assert len(group.nulls) == len(NAMES) - 1 + min(3, len(proved))
    assert group == control_group(proved, seed=1)
