"""Two pairs of real guests at once: what is shared out, what disturbs, what is left behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from gate.errors import Interrupted
from gate.measure.gathering.group import NOBODY
from gate.measure.lanes import MOST_LANES, lanes_of
from gate.measure.planning.rounds import Plan
from gate.measure.session import Report, measure
from gate.model import Ailment, Measurements, Side
from gate.system.machine import cores
from gate.system.signals import interruptible
from tests.integration.guest_pairs import Table, lay_table
from tests.samples import THRESHOLD


def quietly(_done: int, _planned: int, _name: str) -> None:
    """Tell nobody."""


def measured(table: Table, report: Report = quietly) -> Measurements:
    return measure(
        table.gather(),
        Plan(thresholds=lambda *_: THRESHOLD, budget_s=60.0, seed=1, most_pairs=5),
        group=NOBODY,
        cores=cores(),
        lanes=2,
        stall_s=30,
        report=report,
    )


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return lay_table(tmp_path, "selfish")


def test_what_fails_beside_another_pair_is_measured_alone(table: Table) -> None:
    told: list[tuple[int, int]] = []
    found = measured(table, lambda done, planned, _: told.append((done, planned)))
    pairs = {one.benchmark.name: len(one.pairs) for one in found.samples}

    assert pairs.keys() == {"test_selfish.py::test_alone", "test_selfish.py::test_beside"}
    assert min(pairs.values()) >= 5  # where others use the machine, a suspect gets ten more
    assert [one.benchmark.name for one in found.failures] == ["test_selfish.py::test_broken"]
    assert found.failures[0].ailment is Ailment.BROKEN_ON_BOTH
    assert "disturb each other: test_selfish.py::test_alone" in found.notices[-1]
    assert [done for done, _ in told] == list(range(len(told)))


def test_each_pair_at_once_has_a_core_and_a_hash_seed_of_its_own(table: Table) -> None:
    for side in Side:
        file = table.tree(side) / "test_selfish.py"
        file.write_text("def test_quick(benchmark): benchmark(sorted, list(range(999)))")
    (sample,) = measured(table).samples
    seeds = [pair.seed for pair in sample.pairs]

    assert len(set(seeds)) == len(seeds) >= 5
    assert {pair.core for pair in sample.pairs} == set(cores()[:2])


@pytest.mark.parametrize("at", [0, 3])
def test_a_signal_ends_the_guests_of_all_lanes(table: Table, at: int) -> None:
    def interrupt(done: int, _planned: int, _name: str) -> None:
        if done == at:
            os.kill(os.getpid(), signal.SIGTERM)

    before = set(psutil.Process().children())  # servers of other tests
    with pytest.raises(Interrupted, match="SIGTERM"), interruptible():
        measured(table, interrupt)

    assert set(psutil.Process().children()) == before


@pytest.mark.parametrize(
    ("usable", "apart", "expected"),
    [((), 4, 1), ((0,), 1, 1), ((0, 1), 1, 1), ((0, 1), 2, 2), ((0, 2, 1, 3), 2, 2)],
)
def test_pairs_walk_at_once_only_where_they_share_no_core(
    usable: tuple[int, ...], apart: int, expected: int
) -> None:
    assert lanes_of(usable, apart) == min(expected, MOST_LANES)
