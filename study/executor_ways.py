"""The ways that the executor is compared with, and the SDKs that they are given."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from itertools import count
from typing import Any

import anyio

from gate.executor import BulkChannel, Executor, SDKResult


def is_target(message: object) -> bool:
    """Accept the message -1."""
    return message == -1


def source(suspensions: int) -> Callable[[], AsyncIterator[int]]:
    """Make a generator that suspends so often and then yields the target and one more."""

    async def generate() -> AsyncIterator[int]:
        for _ in range(suspensions):
            await asyncio.sleep(0)
        yield -1
        yield 0

    return generate


async def bare(sdk_func: Callable[[], Any], *, agent_name: str) -> SDKResult:
    """The floor: the loop itself, closing, and the same result."""
    messages = []
    generator = sdk_func()
    try:
        async for message in generator:
            messages.append(message)
            if is_target(message):
                break
    finally:
        await generator.aclose()
    return SDKResult(
        messages=messages,
        agent_name=agent_name,
        call_id=0,
        has_target_result=True,
        target_message=messages[-1],
        cleanup_completed=True,
    )


async def plain(sdk_func: Callable[[], Any], *, agent_name: str) -> list[Any]:  # noqa: ARG001
    """The floor without a result: what no executor that says how a call ended can reach."""
    messages = []
    generator = sdk_func()
    try:
        async for message in generator:
            messages.append(message)
            if is_target(message):
                break
    finally:
        await generator.aclose()
    return messages


async def in_group(sdk_func: Callable[[], Any], *, agent_name: str) -> SDKResult:
    """The seed's way: a task group for every call, here with the call as its child."""
    results: list[SDKResult] = []

    async def child() -> None:
        results.append(await bare(sdk_func, agent_name=agent_name))

    async with anyio.create_task_group() as group:
        group.start_soon(child)
    return results[0]


async def in_scope(sdk_func: Callable[[], Any], *, agent_name: str) -> SDKResult:
    """A cancel scope for every call."""
    with anyio.CancelScope():
        return await bare(sdk_func, agent_name=agent_name)
    raise AssertionError  # unreachable: nobody cancels the scope


def essence(result: Any) -> Any:
    """What all ways must agree on: messages, target, cleanup."""
    if isinstance(result, list):
        return (result, result[-1], True)
    return (result.messages, result.target_message, result.cleanup_completed)


async def over_stream(count: int) -> list[int]:
    """Send messages through an anyio memory object stream."""
    sender, receiver = anyio.create_memory_object_stream[int](1024)

    async def produce() -> None:
        async with sender:
            for number in range(count):
                await sender.send(number)

    received = []
    async with anyio.create_task_group() as group:
        group.start_soon(produce)
        async with receiver:
            async for message in receiver:
                received.append(message)  # noqa: PERF401 - the naive way is what is measured
    return received


async def over_channel(count: int, batch: int) -> list[int]:
    """Send messages through a BulkChannel, one by one (batch 0: without waiting) or in batches."""
    channel: BulkChannel[int] = BulkChannel(1024)

    async def produce() -> None:
        if batch == 0:
            for number in range(count):
                try:
                    channel.send_nowait(number)
                except anyio.WouldBlock:
                    await channel.send(number)
        elif batch == 1:
            for number in range(count):
                await channel.send(number)
        else:
            for first in range(0, count, batch):
                await channel.send_many(range(first, min(first + batch, count)))
        channel.close()

    received: list[int] = []
    async with anyio.create_task_group() as group:
        group.start_soon(produce)
        async for messages in channel:
            received += messages
    return received


async def waiting(event: asyncio.Event) -> AsyncIterator[int]:
    """Yield nothing until the event comes."""
    await event.wait()
    yield -1


async def busy() -> AsyncIterator[int]:
    """Yield nothing, and take part in every pass of the loop."""
    for _ in count():
        await asyncio.sleep(0)
    yield -1


async def batches(count: int) -> AsyncIterator[range]:
    """Yield messages a hundred at a time."""
    for first in range(0, count, 100):
        yield range(first, first + 100)


async def soak(executor: Executor, calls: int) -> int:
    """Make calls that hit, suspend, fail and time out; return by how many objects memory grew."""
    gc.collect()
    before = len(gc.get_objects())
    sdks = (source(0), source(2), partial(batches, 100), partial(map, int, "a"))
    for number in range(calls):
        sdk_func: Any = sdks[number % len(sdks)]
        timeout = None if number % 3 else 1_000.0
        await executor.execute(sdk_func, is_target, agent_name="a", timeout=timeout)
    gc.collect()
    return len(gc.get_objects()) - before


async def bytes_per_call(way: Callable[..., Coroutine[Any, Any, Any]], crowd: int) -> float:
    """Traced bytes of one call in flight, its caller's task included."""
    event = asyncio.Event()
    generate = partial(waiting, event)
    gc.collect()
    tracemalloc.start()
    tasks = [asyncio.create_task(way(generate, agent_name="a")) for _ in range(crowd)]
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    event.set()
    await asyncio.wait(tasks)
    return held / crowd
