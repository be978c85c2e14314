"""What is counted instead of timed: blocks and bytes that an executor holds, and a slow tail."""

from __future__ import annotations

import gc
import statistics
import sys
import tracemalloc
from collections.abc import AsyncIterator
from functools import partial

from gate.suite.cases import PREFIX
from gate.suite.references import Subject
from gate.suite.stage import Stage
from gate.suite.subject import Factory
from gate.suite.works import Message, cancel_all, cancel_one_timed, is_done, take_off

MESSAGES, CALLS = 10_000, 1_000
BATCHES, CANCELLATIONS = 5, 200


def facts(factory: Factory) -> dict[str, float]:
    """Return the figures by the names of their rows."""
    return {
        PREFIX + "allocations": blocks_held(factory),
        PREFIX + "memory_peak": bytes_per_call(factory),
        PREFIX + "cancellation_p99": slow_cancellation_s(factory),
    }


def blocks_held(factory: Factory) -> int:
    """Blocks of the interpreter's allocator that the result of 10,000 messages holds.

    The messages themselves were there before and are not counted.
    """
    stored: list[Message] = [{"type": "message"} for _ in range(MESSAGES - 1)]
    stored.append({"type": "done"})

    async def source() -> AsyncIterator[Message]:
        for message in stored:
            yield message

    async def held(executor: Subject) -> int:
        await executor.execute(source, is_done, agent_name="facts")  # fills caches
        before = _blocks()
        result = await executor.execute(source, is_done, agent_name="facts")
        after = _blocks()
        del result
        return after - before

    with Stage(factory) as stage:
        return max(0, stage.run(held))


def _blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


def bytes_per_call(factory: Factory) -> float:
    """Peak of what the interpreter allocates for 1,000 calls that wait, per call.

    The call's task and generator are in it: they are the same for every executor.
    """
    with Stage(factory) as stage:
        stage.run(_up_and_down)  # fills caches
        gc.collect()
        tracemalloc.start()
        try:
            stage.run(_up_and_down)
            return tracemalloc.get_traced_memory()[1] / CALLS
        finally:
            tracemalloc.stop()


async def _up_and_down(executor: Subject) -> None:
    await cancel_all(await take_off(executor, CALLS))


def slow_cancellation_s(factory: Factory) -> float:
    """The 99th percentile of 200 cancellations, in the best of five batches.

    A machine that stalls spoils a batch, not the executor's name: it is slow only if it is in
    every batch.
    """
    with Stage(factory) as stage:
        batches = [
            stage.run(partial(cancel_one_timed, count=CANCELLATIONS)) for _ in range(BATCHES)
        ]
    return min(statistics.quantiles(batch, n=100)[-1] for batch in batches)
