"""Measures the executor against naive and native ways, as ratios within one interleaved run.

    python -m study.executor [--quick] [--uvloop]

A row is printed only after all its variants gave equal outputs. Times are CPU times of the
thread; a ratio is the median of the ratios of neighbouring measurements, with its quartiles.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from statistics import median, quantiles
from typing import Any

import anyio

from gate.executor import BufferPool, Executor, collect_into_buffers
from study.executor_ways import (
    bare,
    batches,
    busy,
    bytes_per_call,
    essence,
    in_group,
    in_scope,
    is_target,
    over_channel,
    over_stream,
    plain,
    soak,
    source,
    waiting,
)

Way = Callable[[], Awaitable[Any]]
Execute = Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]]
Cancel = Callable[[Sequence[asyncio.Task[Any]]], object]
ONE_AFTER_THE_OTHER = 20
"""Cancellations of single calls in one crowd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to measure: rounds of interleaved repetitions, and the size of the large cases."""

    rounds: int
    repetitions: int
    crowd: int


def report(title: str, ways: dict[str, list[float]], *, unit: str, over: str) -> None:
    """Print one row a way: its median, and the ratio to ``over`` with quartiles."""
    print(f"\n{title}")
    for name, values in ways.items():
        ratios = [value / base for value, base in zip(values, ways[over], strict=True)]
        low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
        ratio = median(ratios)
        shown = f"x {ratio:7.3f}" if ratio >= 0.1 else f"1/{1 / ratio:6.1f} "  # noqa: PLR2004
        print(f"  {name:34}{median(values):12.2f} {unit}  {shown}  [{low:.3f}..{high:.3f}]")


async def measure_calls(effort: Effort, executor: Executor, suspensions: int) -> None:
    """Hot or suspending calls, one after the other."""
    sdk_func = source(suspensions)

    def execute(sdk_func: Callable[[], Any], *, agent_name: str) -> Awaitable[Any]:
        return executor.execute(sdk_func, is_target, agent_name=agent_name)

    ways: dict[str, Callable[..., Awaitable[Any]]] = {
        "bare loop + aclose, same result": bare,
        "bare loop + aclose, list only": plain,
        "cancel scope per call": in_scope,
        "task group + child per call": in_group,
        "Executor.execute": execute,
    }
    expected = essence(await bare(sdk_func, agent_name="a"))
    for way in ways.values():
        assert essence(await way(sdk_func, agent_name="a")) == expected  # noqa: S101
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(effort.rounds):
        for name, way in sorted(ways.items(), reverse=bool(number % 2)):
            gc.collect()  # nobody pays for what the one before has left behind
            began = time.thread_time_ns()
            for _ in range(effort.repetitions):
                await way(sdk_func, agent_name="a")
            times[name].append((time.thread_time_ns() - began) / effort.repetitions / 1e3)
    title = f"call with {suspensions} suspensions" if suspensions else "hot call"
    report(title, times, unit="us", over="bare loop + aclose, same result")


async def measure_ways(
    title: str, unit: str, rounds: int, ways: dict[str, Way], per: float
) -> None:
    """Time ways that return equal outputs, in turns; ratios are over the first."""
    outputs = [await way() for way in ways.values()]
    assert all(output == outputs[0] for output in outputs)  # noqa: S101
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            began = time.thread_time_ns()
            await way()
            times[name].append((time.thread_time_ns() - began) / per)
    report(title, times, unit=unit, over=next(iter(ways)))


async def cancel_one(executor: Executor | None, crowd: int, generate: Callable[[], Any]) -> float:
    """Seconds from the request to the confirmed end of one call among ``crowd``.

    The median of several, one after the other: the first one finds nothing in the caches.
    """
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[Any]] = []
    for number in range(crowd):
        call: Coroutine[Any, Any, Any]
        if executor is None:
            call = bare(generate, agent_name="a")
        else:
            call = executor.execute(generate, is_target, agent_name="a", call_id=str(number))
        tasks.append(loop.create_task(call))
    for _ in range(3):
        await asyncio.sleep(0)
    took = []
    for chosen in range(0, crowd, max(crowd // ONE_AFTER_THE_OTHER, 1)):
        began = time.thread_time()
        if executor is None:
            tasks[chosen].cancel()
            await asyncio.wait([tasks[chosen]])
        else:
            executor.cancel(str(chosen))
            assert await executor.cancellation.confirm_safe_to_proceed(str(chosen))  # noqa: S101
        took.append(time.thread_time() - began)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return median(took)


async def measure_cancel_one(effort: Effort, executor: Executor) -> None:
    """One of a busy crowd against the native way; one of growing idle crowds against itself."""
    event = asyncio.Event()
    times: dict[str, list[float]] = {"Task.cancel + wait": [], "Executor.cancel + confirm": []}
    for _ in range(effort.rounds // 4):
        for name, chosen in zip(times, (None, executor), strict=True):
            times[name].append(await cancel_one(chosen, 1_000, busy) * 1e6)
    report("cancel one of 1,000 busy calls", times, unit="us", over="Task.cancel + wait")
    crowds = (1, 100, 1_000, effort.crowd)
    flat: dict[str, list[float]] = {f"one of {crowd:,} waiting calls": [] for crowd in crowds}
    for _ in range(max(effort.rounds // 8, 3)):
        for name, crowd in zip(flat, crowds, strict=True):
            flat[name].append(await cancel_one(executor, crowd, lambda: waiting(event)) * 1e6)
    report("cancel one, idle crowd", flat, unit="us", over=next(iter(flat)))


async def cancel_all(execute: Execute, cancel: Cancel, crowd: int) -> float:
    """Seconds from the first request until all calls of a crowd have ended."""
    ended = 0

    async def call() -> None:
        nonlocal ended
        with suppress(asyncio.CancelledError):
            await execute(generate)
        ended += 1

    generate = partial(waiting, asyncio.Event())
    tasks = [asyncio.create_task(call()) for _ in range(crowd)]
    await asyncio.sleep(0)
    gc.collect()
    began = time.thread_time()
    cancel(tasks)
    while ended < crowd:  # noqa: ASYNC110 - an event would be waited for by one task more
        await asyncio.sleep(0)
    took = time.thread_time() - began
    await asyncio.wait(tasks)
    return took


async def measure_cancel_all(effort: Effort, executor: Executor) -> None:
    """All of a crowd, against a scope for each, and against the loop's own cancellation."""
    scopes: list[anyio.CancelScope] = []

    async def scoped(generate: Callable[[], Any]) -> None:
        with anyio.CancelScope() as scope:
            scopes.append(scope)
            await bare(generate, agent_name="a")

    def cancel_scopes(_: object) -> None:
        for scope in scopes:
            scope.cancel()
        scopes.clear()

    def cancel_tasks(tasks: Sequence[asyncio.Task[Any]]) -> None:
        for task in tasks:
            task.cancel()

    ways: dict[str, tuple[Execute, Cancel]] = {
        "anyio scopes": (scoped, cancel_scopes),
        "Task.cancel": (partial(bare, agent_name="a"), cancel_tasks),
        "Executor.cancel_all": (
            partial(executor.execute, target_predicate=is_target, agent_name="a"),
            lambda _: executor.cancel_all(),
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(max(effort.rounds // 8, 3)):
        for name, (execute, cancel) in ways.items():
            times[name].append(await cancel_all(execute, cancel, effort.crowd) * 1e3)
    report(f"cancel all of {effort.crowd:,}", times, unit="ms", over="anyio scopes")


async def measure_memory(effort: Effort, executor: Executor) -> None:
    """Bytes a call in flight."""
    held = {
        "task group + child": [await bytes_per_call(in_group, effort.crowd)],
        "bare loop": [await bytes_per_call(bare, effort.crowd)],
        "Executor.execute": [
            await bytes_per_call(
                lambda sdk, agent_name: executor.execute(sdk, is_target, agent_name=agent_name),
                effort.crowd,
            )
        ],
    }
    report(f"bytes a call, {effort.crowd:,} in flight", held, unit="B", over="task group + child")


async def measure_containers(count: int) -> None:
    """How often the container of the messages is allocated or moved."""
    grown: list[int] = []
    sizes = set()
    for number in range(count):
        grown.append(number)
        sizes.add(sys.getsizeof(grown))
    pool = BufferPool(1_000, keep=10)
    for buffer in (await collect_into_buffers(batches(count), pool))[0]:
        pool.give_back(buffer)
    spare = len(pool)
    buffers, total = await collect_into_buffers(batches(count), pool)
    assert [m for b in buffers for m in b][:total] == grown  # noqa: S101
    counts = {"append": len(sizes), "batches into warm buffers": len(buffers) - spare}
    print(f"\ncontainers allocated or moved, {count:,} messages")
    for name, value in counts.items():
        print(f"  {name:34}{value:9}")


async def measure(effort: Effort) -> None:
    """All figures."""
    count = 20_000
    async with Executor() as executor:
        for suspensions in (0, 1, 10):
            await measure_calls(effort, executor, suspensions)
        ways: dict[str, Way] = {
            "anyio memory object stream": lambda: over_stream(count),
            "BulkChannel.send_nowait": lambda: over_channel(count, 0),
            "BulkChannel.send": lambda: over_channel(count, 1),
            "BulkChannel.send_many(100)": lambda: over_channel(count, 100),
        }
        await measure_ways("channel, per message", "ns", effort.rounds // 4, ways, count)
        await measure_cancel_one(effort, executor)
        await measure_cancel_all(effort, executor)
        await measure_memory(effort, executor)
        await measure_containers(10_000)
        await soak(executor, 1_000)
        more = await soak(executor, effort.crowd * 10)
        print(f"\nsoak of {effort.crowd * 10:,} calls: {more} objects more than before")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a few seconds instead of minutes")
    parser.add_argument("--uvloop", action="store_true", help="on uvloop instead of asyncio's loop")
    arguments = parser.parse_args()
    quick = Effort(rounds=24, repetitions=100, crowd=2_000)
    effort = quick if arguments.quick else Effort(rounds=120, repetitions=200, crowd=10_000)
    loop = "uvloop" if arguments.uvloop else "asyncio"
    print(f"Python {platform.python_version()}, {loop}, anyio {version('anyio')}")
    options = {"use_uvloop": arguments.uvloop}
    anyio.run(measure, effort, backend="asyncio", backend_options=options)


if __name__ == "__main__":
    main()
