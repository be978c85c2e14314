"""Spans in coroutines: nesting across tasks, CPU time of a task's own, cancellation, timeouts."""

from __future__ import annotations

import asyncio
import contextlib
import inspect

import anyio
import anyio.lowlevel
import pytest

from gate.executor.observing.profiler import Profiler
from gate.executor.observing.steps import Steps, stepped
from tests.executor.clocks import Clock, Instruments


@pytest.mark.anyio
async def test_concurrent_tasks_never_nest_below_each_other(profiler: Profiler) -> None:
    async def one(name: str) -> None:
        with profiler.span(name):
            for _ in range(5):
                await anyio.lowlevel.checkpoint()
                with profiler.span("step"):
                    await anyio.lowlevel.checkpoint()

    with profiler.span("all"):
        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(one, f"task {number}")
    by_path = {summary.path: summary.count for summary in profiler.report()}
    names = [f"task {number}" for number in range(8)]
    expected: dict[tuple[str, ...], int] = {("all",): 1}
    expected |= {("all", name): 1 for name in names}
    expected |= {("all", name, "step"): 5 for name in names}
    assert by_path == expected


@pytest.mark.anyio
async def test_cpu_time_of_a_decorated_coroutine_is_that_of_its_own_steps(
    profiler: Profiler, instruments: Instruments
) -> None:
    @profiler.span("worker")
    async def worker(seconds: float) -> float:
        for _ in range(3):
            instruments.work(seconds)
            await anyio.lowlevel.checkpoint()
        return seconds

    async with anyio.create_task_group() as group:
        group.start_soon(worker, 1.0)
        group.start_soon(worker, 10.0)
    by_cpu = sorted(span.cpu_s for span in profiler.spans())
    assert by_cpu == [3.0, 30.0]
    assert max(span.wall_s for span in profiler.spans()) == 33.0


@pytest.mark.anyio
async def test_a_decorated_coroutine_returns_raises_and_may_catch(profiler: Profiler) -> None:
    @profiler.span("call")
    async def call(fail: str) -> str:
        await anyio.lowlevel.checkpoint()
        if fail:
            raise ValueError(fail)
        return "done"

    assert await call("") == "done"
    with pytest.raises(ValueError, match="broken"):
        await call("broken")
    assert [span.error for span in profiler.spans()] == [None, "ValueError"]


@pytest.mark.anyio
async def test_cancellation_reaches_the_body_and_ends_the_span(profiler: Profiler) -> None:
    cleaned = []

    @profiler.span("call")
    async def call() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.lowlevel.checkpoint()
            cleaned.append(True)

    with anyio.move_on_after(0) as scope:
        await call()
    assert scope.cancelled_caught
    assert cleaned == [True]
    (span,) = profiler.spans()
    assert span.error in {"CancelledError", "Cancelled"}


@pytest.mark.anyio
async def test_an_inner_timeout_works_through_a_decorated_coroutine(profiler: Profiler) -> None:
    @profiler.span("call")
    async def call() -> str:
        with anyio.move_on_after(0):
            await anyio.sleep_forever()
        return "timed out"

    assert await call() == "timed out"
    assert [span.error for span in profiler.spans()] == [None]


def test_asyncio_timeout_works_through_a_decorated_coroutine(profiler: Profiler) -> None:
    """The event loop's own timeout throws into the coroutine; a careless driver loses it."""

    @profiler.span("call")
    async def call() -> str:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        await asyncio.sleep(0)
        return "went on"

    assert asyncio.run(call()) == "went on"


def test_a_decorated_coroutine_that_is_dropped_closes_its_body(profiler: Profiler) -> None:
    closed: list[bool] = []

    @profiler.span("call")
    async def call() -> None:
        try:
            await asyncio.Future(loop=loop)
        finally:
            closed.append(True)

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        coroutine = call()
        coroutine.send(None)
        coroutine.close()
    assert closed == [True]
    assert [span.error for span in profiler.spans()] == ["GeneratorExit"]


def test_closing_the_driver_closes_a_body_that_somebody_still_holds() -> None:
    async def body() -> None:
        await asyncio.Future(loop=loop)

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        held = body()
        driver = stepped(held, Steps(clock=Clock()))
        driver.send(None)
        driver.close()
    assert inspect.getcoroutinestate(held) == inspect.CORO_CLOSED
