"""Rows of the suite keep their names, and mean the same whoever runs them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gate.suite
from gate.config.presets import SUITE
from gate.config.thresholds import matches
from gate.suite.cases import FACTS, Row, Variant, rows
from gate.suite.references import Subject
from gate.suite.stage import Stage
from gate.suite.subject import SubjectError, factory_of
from gate.suite.works import WORKS, cancel_all, take_off

FOLDER = Path(gate.suite.__file__).parent
FEW = 3
NAMES = [
    "suite:task_group_overhead",
    "suite:pool",
    "suite:execution_time",
    "suite:workflow",
    "suite:message_throughput",
    "suite:collect_1000",
    "suite:collect_10000",
    "suite:collect_100000",
    "suite:cancellation_latency",
    "suite:cancellation_load_50",
    "suite:cancellation_load_1000",
    "suite:cancellation_load_10000",
]


def test_the_names_are_a_promise() -> None:
    """Thresholds in other repositories hang on them."""
    assert [row.name for row in rows() if row.variant is Variant.SUBJECT] == NAMES
    assert [fact.name for fact in FACTS] == [
        "suite:allocations",
        "suite:memory_peak",
        "suite:cancellation_p99",
    ]


def test_every_case_has_a_reference_and_every_row_its_own_name() -> None:
    names = [row.name for row in rows()]

    assert len(set(names)) == len(names)
    assert all(row.case.references for row in rows())
    assert "suite:pool[task group]" in names


def test_every_shipped_threshold_means_a_row() -> None:
    names = [*(row.name for row in rows()), *(fact.name for fact in FACTS)]

    assert all(any(matches(entry.match, name) for name in names) for entry in SUITE)


def test_pytest_finds_by_hand_just_these_rows() -> None:
    """In a process of its own: the configuration of this repository must not matter."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(FOLDER), "--collect-only", "-q", "-p", "no:cov"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""},
    )
    listed = [line for line in done.stdout.splitlines() if "::" in line]

    assert sorted(listed) == sorted(row.node for row in rows()), done.stdout


@pytest.mark.parametrize("row", rows("test_work"), ids=str)
def test_all_that_run_a_case_come_to_the_same(row: Row) -> None:
    def work(executor: Subject) -> object:
        return WORKS[row.case.work](executor, FEW)

    with Stage(factory_of(Variant.BARE, {})) as bare, Stage(factory_of(row.variant, {})) as stage:
        assert stage.run(work) == bare.run(work)  # type: ignore[arg-type]


@pytest.mark.parametrize("variant", [Variant.SUBJECT, Variant.TASK_GROUP, Variant.BARE])
def test_a_load_is_gone_when_it_was_cancelled(variant: Variant) -> None:
    with Stage(factory_of(variant, {})) as stage:
        flights = stage.run(lambda executor: take_off(executor, FEW))
        assert not any(flight.task.done() for flight in flights)
        assert stage.run(lambda _: cancel_all(flights)) == [True] * FEW


# --- the stage -----------------------------------------------------------------------------------


async def _fail(_: Subject) -> None:
    raise OSError("broken")


async def _cancelled(_: Subject) -> None:
    raise asyncio.CancelledError


def test_what_a_work_raises_comes_out_and_the_stage_goes_on() -> None:
    with Stage(factory_of(Variant.SUBJECT, {})) as stage:
        with pytest.raises(OSError, match="broken"):
            stage.run(_fail)
        with pytest.raises(asyncio.CancelledError):
            stage.run(_cancelled)
        assert stage.run(lambda executor: WORKS["hot calls"](executor, 1))


def test_what_cannot_be_opened_says_so() -> None:
    with pytest.raises(SubjectError, match=r"\(dict\) has no execute"), Stage(dict):
        pass
