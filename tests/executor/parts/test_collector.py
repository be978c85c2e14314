"""The collector: order and count are exact, memory is bounded, buffers are used again."""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from gate.executor import BufferPool, Collector, CollectorError, SpillFile, collect_into_buffers

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Nothing here depends on the kind of loop."""
    return "asyncio"


async def numbers(count: int) -> AsyncGenerator[int, None]:
    for number in range(count):
        yield number


async def batches(count: int, size: int) -> AsyncGenerator[Sequence[int], None]:
    for first in range(0, count, size):
        yield range(first, min(first + size, count))


SIZES = pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001])


@SIZES
async def test_all_messages_in_order(count: int) -> None:
    collector = Collector()
    assert await collector.collect(numbers(count)) is None
    assert collector.messages == list(range(count))
    assert len(collector) == count


@SIZES
@pytest.mark.parametrize("size", [1, 7, 1_000])
async def test_all_batches_in_order(count: int, size: int) -> None:
    collector = Collector()
    assert await collector.collect_batches(batches(count, size)) is None
    assert collector.messages == list(range(count))


async def test_a_million_messages() -> None:
    one_by_one, by_batch = Collector(), Collector()
    await one_by_one.collect(numbers(1_000_000))
    await by_batch.collect_batches(batches(1_000_000, 1_000))
    assert one_by_one.messages == by_batch.messages == list(range(1_000_000))


@pytest.mark.parametrize("target", [0, 5, 9, 10, 99])
async def test_it_stops_at_the_target(target: int) -> None:
    """The target is the last message taken; the source is not asked for more."""
    one_by_one, by_batch = Collector(), Collector(max_messages=200)
    async with aclosing(numbers(1_000)) as source, aclosing(batches(1_000, 10)) as in_tens:
        assert await one_by_one.collect(source, lambda n: n == target) == target
        assert await by_batch.collect_batches(in_tens, lambda n: n == target) == target
        assert one_by_one.messages == by_batch.messages == list(range(target + 1))
        assert await anext(source) == target + 1


async def test_a_full_collector_refuses_and_keeps_what_it_has() -> None:
    collector = Collector(max_messages=3)
    async with aclosing(numbers(5)) as source:
        with pytest.raises(CollectorError, match="full at 3"):
            await collector.collect(source)
    assert collector.messages == [0, 1, 2]
    with pytest.raises(CollectorError):
        collector.extend([7])


async def test_exactly_full_is_not_too_full() -> None:
    collector = Collector(max_messages=3)
    await collector.collect(numbers(3))
    assert len(collector) == 3


@SIZES
@pytest.mark.parametrize("size", [1, 7, 100])
async def test_what_is_spilled_and_what_is_kept_is_everything(count: int, size: int) -> None:
    with SpillFile() as file:
        collector = Collector(max_messages=50, spill=file.write)
        await collector.collect_batches(batches(count, size))
        assert len(collector.messages) <= 50
        assert len(collector) == count
        assert [*file, *collector.messages] == list(range(count))
        assert collector.spilled == len(list(file))


async def test_a_spill_that_fails_loses_nothing() -> None:
    def broken(_: Sequence[Any]) -> None:
        raise OSError("disk full")

    collector = Collector(max_messages=2, spill=broken)
    async with aclosing(numbers(5)) as source:
        with pytest.raises(CollectorError, match="passed on") as caught:
            await collector.collect(source)
    assert isinstance(caught.value.__cause__, OSError)
    assert collector.messages == [0, 1]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 95])
@pytest.mark.parametrize("size", [1, 3, 10, 40])
async def test_buffers_hold_the_messages_in_order(count: int, size: int) -> None:
    pool = BufferPool(10)
    buffers, total = await collect_into_buffers(batches(count, size), pool)
    flat = [message for buffer in buffers for message in buffer]
    assert total == count
    assert flat[:total] == list(range(count))
    assert flat[total:] == [None] * (len(flat) - total)


async def test_buffers_are_used_again_and_hold_nothing_meanwhile() -> None:
    class Message:
        pass

    message = Message()
    gone = weakref.ref(message)
    pool = BufferPool(4, keep=1)
    buffer = pool.lend()
    buffer[0] = message
    pool.give_back(buffer)
    del message
    assert gone() is None
    assert pool.lend() is buffer
    pool.give_back(buffer)
    pool.give_back([None] * 4)
    assert len(pool) == 1


async def test_a_failing_source_gives_its_buffers_back() -> None:
    async def failing() -> AsyncGenerator[Sequence[int], None]:
        yield range(25)
        raise ValueError("boom")

    pool = BufferPool(10)
    with pytest.raises(ValueError, match="boom"):
        await collect_into_buffers(failing(), pool)
    assert len(pool) == 3


async def test_bounds_must_make_sense() -> None:
    with pytest.raises(ValueError, match="max_messages"):
        Collector(max_messages=0)
    with pytest.raises(ValueError, match="size"):
        BufferPool(0)
    with pytest.raises(ValueError, match="belong"):
        BufferPool(2).give_back([None])
