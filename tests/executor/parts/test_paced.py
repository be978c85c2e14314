"""Pieces whose length follows the clock: all in order, and the loop gets its turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from itertools import chain

import anyio
import anyio.lowlevel
import pytest

from gate.executor import BulkChannel, Collector, Paced
from tests.executor.clocks import Clock

pytestmark = pytest.mark.anyio

AIM_S = 0.01


async def batches(*lengths: int) -> AsyncIterator[Sequence[int]]:
    """Count on from batch to batch."""
    first = 0
    for length in lengths:
        yield range(first, first + length)
        first += length


async def pieces(
    lengths: Sequence[int], *, seconds: float, least: int = 4, most: int = 64
) -> list[Sequence[int]]:
    """Take all pieces where each message takes so many seconds."""
    clock = Clock()
    seen = []
    source = batches(*lengths)
    async for piece in Paced(source, aim_s=AIM_S, least=least, most=most, clock=clock):
        seen.append(piece)
        clock.advance(seconds * len(piece))
    return seen


@pytest.mark.parametrize("lengths", [(), (0,), (1,), (0, 3, 0, 4, 5), (1_000,), (100,) * 10])
@pytest.mark.parametrize("seconds", [0.0, AIM_S / 10, 10 * AIM_S])
async def test_everything_comes_once_and_in_order(lengths: tuple[int, ...], seconds: float) -> None:
    seen = await pieces(lengths, seconds=seconds)
    assert list(chain.from_iterable(seen)) == list(range(sum(lengths)))
    assert all(seen)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, [4, 8, 16, 32, 64, 64, 64]),
        (AIM_S / 20, [4, 8, 16, 16, 16, 16, 16]),
        (AIM_S, [4, 4, 4, 4, 4, 4, 4]),
    ],
    ids=["as long as allowed", "as long as fits", "never shorter than allowed"],
)
async def test_the_length_follows_what_a_piece_takes(seconds: float, expected: list[int]) -> None:
    seen = await pieces((10_000,), seconds=seconds)
    assert [len(piece) for piece in seen][:7] == expected


async def test_slower_work_makes_the_pieces_shorter_again() -> None:
    clock = Clock()
    channel: BulkChannel[int] = BulkChannel()
    await channel.send_many(range(10_000))
    paced = Paced(channel, aim_s=AIM_S, least=4, most=64, clock=clock)
    for _ in range(5):
        await anext(paced)
    assert paced.size == 64
    lengths = []
    for _ in range(5):
        clock.advance(3 * AIM_S)
        lengths.append(len(await anext(paced)))
    assert lengths == [32, 16, 8, 4, 4]


async def test_a_short_batch_says_nothing_about_longer_ones() -> None:
    assert [len(piece) for piece in await pieces((2,) * 5 + (40,), seconds=0.0)] == [
        *(2, 2, 2, 2, 2, 4, 8, 16, 12),
    ]


async def test_others_get_their_turn_each_time_the_aim_is_worked_off() -> None:
    """A source that never waits, worked through without awaiting, does not keep the loop."""
    clock = Clock()
    done = turns = 0

    async def others() -> None:
        nonlocal turns
        while not done:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(others)
        async for _ in Paced(batches(*[10] * 100), aim_s=AIM_S, least=10, most=10, clock=clock):
            clock.advance(AIM_S / 5)  # in binary, five of them may be a little less than the aim
        done = 1
    assert 100 / 6 - 2 <= turns <= 100 / 5 + 2


async def test_a_cancelled_wait_loses_nothing() -> None:
    channel: BulkChannel[int] = BulkChannel()
    clock = Clock()
    paced = Paced(channel, aim_s=AIM_S, least=2, most=2, clock=clock)
    await channel.send_many([1, 2, 3, 4, 5])
    seen = [*await anext(paced)]
    clock.advance(2 * AIM_S)
    with anyio.move_on_after(0) as scope:  # in its turn for the others
        await anext(paced)
    assert scope.cancelled_caught
    seen += [*await anext(paced), *await anext(paced)]
    with anyio.move_on_after(0) as scope:  # in the source
        await anext(paced)
    assert scope.cancelled_caught
    await channel.send(6)
    assert [*seen, *await anext(paced)] == [1, 2, 3, 4, 5, 6]


async def test_a_collector_stops_at_the_target_and_the_rest_can_be_had() -> None:
    channel: BulkChannel[int] = BulkChannel()
    await channel.send_many(range(10))
    channel.close()
    paced = Paced(channel, least=4, most=4)
    collector = Collector()
    assert await collector.collect_batches(paced, lambda number: number == 5) == 5
    assert collector.messages == [0, 1, 2, 3, 4, 5]
    assert [list(piece) async for piece in paced] == [[8, 9]]


@pytest.mark.parametrize("bounds", [{"aim_s": 0.0}, {"least": 0}, {"least": 9, "most": 8}])
async def test_impossible_paces_are_refused(bounds: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"aim_s|bounds"):
        Paced(BulkChannel[int](), **bounds)  # type: ignore[arg-type]
