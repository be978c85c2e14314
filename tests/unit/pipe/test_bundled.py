"""When the suite runs, under which names, per which unit, and what comes of both together."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.config.schema import Configuration, Suite
from gate.config.thresholds import threshold_for
from gate.job import Job
from gate.judge.levels import Levels
from gate.measure.gathering.collection import Catalogue
from gate.measure.gathering.group import NOBODY, Group, control_group
from gate.measure.planning.rounds import Plan
from gate.measure.protocol import Item
from gate.model import (
    Ailment,
    Benchmark,
    Failure,
    Level,
    Measurements,
    Metric,
    Pair,
    Sample,
    Slice,
    Source,
    Stage,
)
from gate.pipe.bundled.layout import PACKAGE, lay_out
from gate.pipe.bundled.names import ROWS, per_run, public, published
from gate.pipe.bundled.suite import Bundled, asked, asks_for_nothing_else
from gate.pipe.bundled.timing import Parts, merged, split

THEIRS = Suite(executor="mylib:make")
HOT = f"{PACKAGE}/test_suite.py::test_work[task_group_overhead]"


def _job(*only: str, shard: tuple[int, int] | None = None) -> Job:
    return Job(repository=Path(), out=Path(), only=only, shard=shard)


def _names(job: Job, settings: Suite) -> tuple[str, ...]:
    what = asked(job, settings)
    return () if what is None else what.names


@pytest.mark.parametrize(
    ("job", "settings", "some", "others"),
    [
        (_job(), Suite(), [], ["suite:pool"]),
        (_job(), THEIRS, ["suite:pool", "suite:allocations"], ["suite:pool[bare]"]),
        (_job(), THEIRS, ["suite:cancellation_load_50"], ["suite:cancellation_load_10000"]),
        (_job(), Suite(run=False, executor="mylib:make"), [], ["suite:pool"]),
        (_job("suite:*"), Suite(), ["suite:pool", "suite:pool[bare]"], []),
        (_job("suite:*"), Suite(), ["suite:memory_peak"], ["suite:cancellation_load_10000"]),
        (_job("suite:cancel*"), Suite(), ["suite:cancellation_load_10000[bare]"], ["suite:pool"]),
        (_job("suite:*"), Suite(run=False), [], ["suite:pool"]),
        (_job("suite:pool"), Suite(), ["suite:pool"], ["suite:pool[bare]", "suite:workflow"]),
        (_job("test_a*"), THEIRS, [], ["suite:pool"]),
        (_job("*"), Suite(), [], ["suite:pool"]),
        (_job("*"), THEIRS, ["suite:pool"], []),
    ],
)
def test_the_suite_runs_where_it_says_something_or_is_asked_for(
    job: Job, settings: Suite, some: list[str], others: list[str]
) -> None:
    names = _names(job, settings)

    assert set(some) <= set(names)
    assert not set(others) & set(names)
    assert bool(names) is bool(some)


def test_the_shards_of_a_matrix_share_the_suite() -> None:
    parts = [_names(_job(shard=(index, 4)), THEIRS) for index in (1, 2, 3, 4)]

    assert sorted(name for part in parts for name in part) == sorted(_names(_job(), THEIRS))
    assert all(parts)


@pytest.mark.parametrize(
    ("only", "alone"), [((), False), (("suite:*",), True), (("suite:*", "test_a"), False)]
)
def test_the_targets_own_benchmarks_may_be_left_out(only: tuple[str, ...], *, alone: bool) -> None:
    assert asks_for_nothing_else(_job(*only)) is alone


def test_what_is_laid_out_needs_nothing_of_the_gate(tmp_path: Path) -> None:
    """The target may have a package called gate."""
    files = list(lay_out(tmp_path).rglob("*.py"))
    modules = {name for file in files for name in _imported(file)}

    assert (tmp_path / PACKAGE / "test_suite.py").is_file()
    assert (tmp_path / "pytest.ini").is_file()
    assert {name for name in modules if name.partition(".")[0] == "gate"} == set()
    assert "perf_gate_executor" in modules
    for name in modules:
        if name.startswith("perf_gate_"):
            path = tmp_path.joinpath(*name.split("."))
            assert path.is_dir() or path.with_suffix(".py").is_file(), name


def _imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    froms = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return froms | {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}


def _pair(**more: Any) -> Pair:
    one = Slice(loops=2, wall_s=1.0, cpu_s=0.5)
    return Pair(
        stage=Stage.SCREEN, base_first=True, seed=1, core=None, base=(one,), head=(one,), **more
    )


def test_rows_are_published_per_unit_and_failures_say_why() -> None:
    broken = Failure(
        benchmark=Benchmark(name=HOT.replace("]", "[bare]]")),
        ailment=Ailment.BROKEN_ON_HEAD,
        message="assert 1 == 2",
    )
    found = published(
        Measurements(
            samples=(Sample(benchmark=Benchmark(name=HOT), pairs=(_pair(),)),),
            failures=(broken,),
            notices=(f"skipped on both sides: {HOT} (why not)",),
        )
    )

    (sample,) = found.samples
    assert sample.benchmark == Benchmark(name="suite:task_group_overhead", source=Source.SUITE)
    assert sample.pairs[0].base[0].loops == 2 * 100
    assert found.failures[0].benchmark.name == "suite:task_group_overhead[bare]"
    assert found.notices == (
        "skipped on both sides: suite:task_group_overhead (why not)",
        "suite:task_group_overhead[bare], broken on head: assert 1 == 2",
    )


def test_budgets_of_a_unit_hold_for_all_units_while_measuring() -> None:
    def rules(benchmark: Benchmark, metric: Metric) -> Any:
        return threshold_for(Configuration(), benchmark, metric)

    held = per_run(rules)
    assert held(Benchmark(name=HOT), Metric.TIME).max == pytest.approx(100 * 0.5e-3)
    assert held(Benchmark(name="test_a"), Metric.TIME) == rules(
        Benchmark(name="test_a"), Metric.TIME
    )
    naive = next(node for node in ROWS if node.endswith("[task group]]"))
    assert held(Benchmark(name=naive), Metric.TIME).level is Level.OFF
    assert public("control:memory") == "control:memory"


# --- two sessions, one run ------------------------------------------------------------------------


def _catalogue(*names: str) -> Catalogue:
    items = tuple(Item(name=name, group=()) for name in names)
    return Catalogue(seats={}, paths=(), items=items, own=frozenset())


def _split(mine: int, others: tuple[str, ...], group: Group) -> Parts:
    plan = Plan(
        thresholds=lambda one, metric: threshold_for(Configuration(), one, metric),
        budget_s=90.0,
        seed=1,
    )
    suite = Bundled(catalogue=_catalogue(*list(ROWS)[:mine]))
    return split(suite, _catalogue(*others), plan, group)


@pytest.mark.parametrize(
    ("mine", "others", "budget_s"), [(1, 2, 60.0), (9, 1, 45.0), (0, 3, 90.0), (2, 0, None)]
)
def test_the_budget_is_parted_by_rows_and_the_error_so_that_levels_stay(
    mine: int, others: int, budget_s: float | None
) -> None:
    parts = _split(mine, tuple(f"test_{number}" for number in range(others)), control_group((), 1))
    levels = [
        Levels(rows=rows, false_failure=plan.false_failure).convict(10)
        for rows, plan in ((others, parts.target), (mine, parts.suite))
        if plan is not None
    ]

    assert [one.budget_s for one in (parts.target,) if one] == (
        [] if budget_s is None else [pytest.approx(budget_s)]
    )
    assert bool(parts.suite) is bool(mine)
    assert levels == pytest.approx([Levels(rows=mine + others).convict(10)] * len(levels))


@pytest.mark.parametrize(
    ("others", "group", "controls"),
    [
        (("test_a",), control_group((), 1), NOBODY),
        ((), control_group((), 1), control_group((), 1)),
        (("test_proved",), control_group(("test_proved",), 1), control_group((), 1)),
        ((), NOBODY, NOBODY),
    ],
)
def test_the_controls_go_with_what_is_judged(
    others: tuple[str, ...], group: Group, controls: Group
) -> None:
    """A target whose benchmarks are all proved has a control among them, and nothing to judge."""
    assert _split(1, others, group).controls == controls


@pytest.mark.parametrize("swap", [lambda a, b: (a, b), lambda a, b: (b, a)])
def test_both_are_judged_as_one_run(
    swap: Callable[[Measurements, Measurements], tuple[Measurements, Measurements]],
) -> None:
    sample = Sample(benchmark=Benchmark(name="a"), pairs=(_pair(),))
    first = Measurements(samples=(sample,), notices=("one",))
    second = Measurements(samples=(), notices=("two",), out_of_budget=True)

    found = merged(*swap(first, second))
    assert found.samples == (sample,)
    assert set(found.notices) == {"one", "two"}
    assert found.out_of_budget
