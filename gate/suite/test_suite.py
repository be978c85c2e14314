"""The cases as benchmarks, for any ``benchmark`` fixture; equal outputs come before any timing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from gate.suite.cases import Row, Variant, rows
from gate.suite.references import Subject
from gate.suite.stage import Stage
from gate.suite.subject import factory_of
from gate.suite.works import WORKS, cancel_all, take_off

ROUNDS = 5
"""Of a load, where the fixture keeps to what is asked for."""


@contextmanager
def _on(variant: Variant) -> Iterator[Stage]:
    with Stage(factory_of(variant)) as stage:
        yield stage


@pytest.mark.parametrize("row", rows("test_work"), ids=str)
def test_work(benchmark: Any, row: Row) -> None:
    """Whoever executes it, the same comes out; then it is timed."""

    def work(executor: Subject) -> Any:
        return WORKS[row.case.work](executor, row.case.count)

    with _on(Variant.BARE) as bare:
        expected = bare.run(work)
    with _on(row.variant) as stage:
        assert stage.run(work) == expected
        assert benchmark(stage.run, work) == expected


@pytest.mark.parametrize("row", rows("test_load"), ids=str)
def test_load(benchmark: Any, row: Row) -> None:
    """However many calls are cancelled at once, all are gone and closed in the end."""
    with _on(row.variant) as stage:

        def ready() -> tuple[tuple[Any], dict[str, Any]]:
            flights = stage.run(partial(take_off, count=row.case.count))
            return (lambda _: cancel_all(flights),), {}

        gone = benchmark.pedantic(stage.run, setup=ready, rounds=ROUNDS)
        assert gone == [True] * row.case.count
