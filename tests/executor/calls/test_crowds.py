"""Many calls at once, and very many in turn: nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

import anyio
import pytest

from gate.executor import Cleanup, Executor, SDKErrorType, SDKResult
from tests.executor.streams import PASS, Stream, is_target, nothing_left, settle

pytestmark = pytest.mark.anyio

CROWD = 10_000


def sniffed() -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "trio"
    return "asyncio"


async def together(calls: list[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Run all at once; on asyncio without a task group, which would take most of the time."""
    if sniffed() == "asyncio":
        await asyncio.gather(*(call() for call in calls))
        return
    async with anyio.create_task_group() as group:
        for call in calls:
            group.start_soon(call)


async def crowd(
    executor: Executor,
    gate: anyio.Event,
    act: Callable[[], object],
    size: int = CROWD,
    **options: Any,
) -> list[SDKResult]:
    """Start a crowd of calls that wait for the gate, and act once all of them do."""
    results: list[SDKResult] = []

    async def generate() -> AsyncIterator[str]:
        await gate.wait()
        yield "target"

    async def one() -> None:
        results.append(await executor.execute(generate, is_target, agent_name="a", **options))

    async def acting() -> None:
        await settle()
        act()

    await together([*[one] * size, acting])
    return results


async def test_one_of_a_crowd_is_cancelled_alone() -> None:
    gate = anyio.Event()
    size = CROWD if sniffed() == "asyncio" else CROWD // 5  # trio's own tasks take seconds
    async with Executor() as executor:

        def act() -> None:
            assert executor.statistics().in_flight == size
            assert executor.cancel(size // 2)
            gate.set()

        results = await crowd(executor, gate, act, size)

        others = [result for result in results if result.call_id != size // 2]
        assert all(result.is_success() for result in others)
        assert len(others) == size - 1
        assert nothing_left(executor)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("reason", [SDKErrorType.CANCELLED, SDKErrorType.TIMEOUT])
async def test_ten_thousand_are_cancelled_or_time_out_at_once(
    anyio_backend: str,  # noqa: ARG001
    reason: SDKErrorType,
) -> None:
    async with Executor() as executor:
        if reason is SDKErrorType.TIMEOUT:
            results = await crowd(executor, anyio.Event(), lambda: None, timeout=0.0)
        else:
            results = await crowd(executor, anyio.Event(), executor.cancel_all)

        assert {result.error_type for result in results} == {reason}
        assert all(result.cleanup_completed for result in results)
        assert len(results) == CROWD
        assert nothing_left(executor)


KINDS: tuple[tuple[Any, ...], ...] = (
    ("target",),
    ("one", PASS, "target"),
    (partial(int, "boom"),),
    ("no target", PASS),
)


async def soak(executor: Executor, count: int) -> None:
    """Calls of every kind: hot, suspending, failing, cancelled, timed, in the background."""
    for number in range(count):
        stream = Stream(KINDS[number % len(KINDS)])
        if number % 5:
            await executor.execute(stream.open, is_target, agent_name="a")
        else:
            handle = executor.submit(stream.open, is_target, agent_name="a", timeout=1000.0)
            if number % 2:
                handle.cancel()
            await handle.result()


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize("count", [1_200])
async def test_a_soak_ends_with_what_it_began_with(cleanup: Cleanup, count: int) -> None:
    """No object more after thousands of calls than after hundreds; 100,000 in the study."""
    async with Executor(cleanup=cleanup) as executor:
        await soak(executor, 400)
        await settle()
        before = objects()
        await soak(executor, count)
        await settle()

        assert objects() - before < 100
        assert executor.statistics().in_flight == 0
        assert executor.cancellation.pending_timeouts() == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_no_task_is_left_behind(anyio_backend: str) -> None:  # noqa: ARG001
    before = asyncio.all_tasks()
    async with Executor(limit=2) as executor:
        async with anyio.create_task_group() as group:
            for _ in range(10):
                call = partial(executor.execute, Stream(("target",)).open, is_target)
                group.start_soon(partial(call, agent_name="a", timeout=1000.0))
        await executor.submit(Stream(("target",)).open, is_target, agent_name="a").result()
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_native_timeouts_and_task_cancellation_reach_the_generator(
    anyio_backend: str,  # noqa: ARG001
    cleanup: Cleanup,
) -> None:
    """Code that knows nothing of anyio: asyncio.timeout around and inside, and Task.cancel."""
    cleaned: list[str] = []

    async def native() -> AsyncIterator[str]:
        try:
            try:
                async with asyncio.timeout(0):
                    await asyncio.Event().wait()
            except TimeoutError:
                yield "inner timeout"
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append("cleaned")

    seen: list[str] = []
    async with Executor(cleanup=cleanup) as executor:
        call = partial(executor.execute, native, seen.append, agent_name="a")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await call()
        task = asyncio.create_task(call())
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert seen[-1:] == ["inner timeout"]
        assert cleaned == ["cleaned", "cleaned"]
        assert nothing_left(executor)
