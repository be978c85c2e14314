"""Calls in the background, and what leaving the executor's block does to calls in flight."""

from __future__ import annotations

from functools import partial

import anyio
import anyio.lowlevel
import pytest

from gate.executor import Cleanup, Executor, SDKErrorType, Submitted
from tests.executor.streams import PASS, WAIT, Stream, is_target, nothing_left, settle

pytestmark = pytest.mark.anyio


class Alarm(BaseException):
    """Neither an Exception nor a cancellation."""


def submit(executor: Executor, stream: Stream) -> Submitted:
    return executor.submit(stream.open, is_target, agent_name="agent")


async def test_a_submitted_call_runs_beside_its_caller(cleanup: Cleanup) -> None:
    stream = Stream((WAIT, "target"), cleanup=(PASS,))
    async with Executor(cleanup=cleanup) as executor:
        handle = submit(executor, stream)
        await settle()
        assert not handle.done()
        stream.gate.set()

        assert (await handle.result()).is_success()
        assert handle.done()
        assert await handle.result() == await handle.result()
        assert nothing_left(executor, stream)


async def test_workers_are_used_again() -> None:
    async with Executor() as executor:
        for _ in range(50):
            await submit(executor, Stream((PASS, "target"))).result()
            await settle()

        counts = executor.statistics()
        assert (counts.found, counts.workers_started, counts.workers_parked) == (50, 1, 1)


async def test_only_so_many_workers_are_parked() -> None:
    async with Executor(keep_workers=2) as executor:
        handles = [submit(executor, Stream((PASS, "target"))) for _ in range(10)]
        for handle in handles:
            await handle.result()
        await settle()

        assert executor.statistics().workers_started == 10
        assert executor.statistics().workers_parked == 2


async def test_cancelled_before_it_began(cleanup: Cleanup) -> None:
    """Nothing is started, so there is nothing to clean up."""
    stream = Stream(("target",))
    async with Executor(cleanup=cleanup) as executor:
        handle = submit(executor, stream)
        assert handle.cancel()
        result = await handle.result()

        assert (result.error_type, result.messages) == (SDKErrorType.CANCELLED, [])
        assert result.cleanup_completed
        assert stream.generators == []
        assert nothing_left(executor)


async def test_one_is_cancelled_and_its_worker_goes_on(cleanup: Cleanup) -> None:
    first, second = Stream((WAIT, "target"), cleanup=(PASS,)), Stream((WAIT, "target"))
    async with Executor(cleanup=cleanup) as executor:
        one, other = submit(executor, first), submit(executor, second)
        await settle()
        assert one.cancel()
        assert (await one.result()).error_type is SDKErrorType.CANCELLED
        assert not other.done()
        second.gate.set()
        assert (await other.result()).is_success()
        await settle()
        assert (await submit(executor, Stream((PASS, "target"))).result()).is_success()
        assert executor.statistics().workers_started == 2


async def test_a_waiter_that_gives_up_does_not_disturb_the_call() -> None:
    stream = Stream((WAIT, "target"))
    async with Executor() as executor:
        handle = submit(executor, stream)
        with anyio.move_on_after(0) as scope:
            await handle.result()
        assert scope.cancelled_caught
        stream.gate.set()
        assert (await handle.result()).is_success()


@pytest.mark.parametrize("failure", [ValueError("boom"), Alarm()])
async def test_a_failing_call_never_touches_another(
    cleanup: Cleanup, failure: BaseException
) -> None:
    other = Stream((WAIT, "target"))
    async with Executor(cleanup=cleanup) as executor:
        bystander = submit(executor, other)
        failing = submit(executor, Stream((PASS, failure)))
        if isinstance(failure, Exception):
            assert (await failing.result()).error_type is SDKErrorType.SDK_ERROR
        else:
            with pytest.raises(Alarm):
                await failing.result()
        await settle()
        assert not bystander.done()
        other.gate.set()
        assert (await bystander.result()).is_success()


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_the_end_of_the_process_is_everybodys_business(anyio_backend: str) -> None:  # noqa: ARG001
    """On asyncio the loop itself passes it on, past everybody."""
    with pytest.raises(BaseExceptionGroup) as caught:  # noqa: PT012 - the block is the subject
        async with Executor() as executor:
            submit(executor, Stream((PASS, KeyboardInterrupt())))
            await anyio.sleep_forever()
    assert caught.value.subgroup(KeyboardInterrupt) is not None


async def test_leaving_the_block_waits_for_all_calls(cleanup: Cleanup) -> None:
    background, foreground = Stream((WAIT, "target")), Stream((WAIT, "target"))
    async with anyio.create_task_group() as group:
        async with Executor(cleanup=cleanup) as executor:
            handle = submit(executor, background)
            group.start_soon(partial(executor.execute, foreground.open, is_target, agent_name="a"))
            await settle()
            background.gate.set()
            group.start_soon(open_later, foreground)
        assert (await handle.result()).is_success()
        assert executor.statistics().found == 2
        assert nothing_left(executor, background, foreground)


async def open_later(stream: Stream) -> None:
    await settle()
    stream.gate.set()


async def test_leaving_the_block_with_an_exception_cancels_all_calls(cleanup: Cleanup) -> None:
    """The exception comes out as it is, not in a group; every cleanup has run."""
    streams = [Stream((WAIT, "target"), cleanup=(PASS,)) for _ in range(3)]
    with pytest.raises(ValueError, match="body"):  # noqa: PT012 - the block is the subject
        async with Executor(cleanup=cleanup) as executor:
            handles = [submit(executor, stream) for stream in streams]
            await settle()
            raise ValueError("body")
    for handle in handles:
        assert (await handle.result()).error_type is SDKErrorType.CANCELLED
    assert [stream.cleaned for stream in streams] == [1, 1, 1]
    assert nothing_left(executor, *streams)


async def test_cancelling_the_block_cancels_all_calls(cleanup: Cleanup) -> None:
    stream = Stream((WAIT, "target"))
    with anyio.CancelScope() as scope:
        async with Executor(cleanup=cleanup) as executor:
            handle = submit(executor, stream)
            await settle()
            scope.cancel()
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    assert (await handle.result()).error_type is SDKErrorType.CANCELLED
    assert nothing_left(executor, stream)


async def test_cancelling_while_leaving_cancels_all_calls(cleanup: Cleanup) -> None:
    stream = Stream((WAIT, "target"))
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group, Executor(cleanup=cleanup) as executor:
            handle = submit(executor, stream)

            async def cancel_later() -> None:
                await settle()
                scope.cancel()

            group.start_soon(cancel_later)
    assert scope.cancelled_caught
    assert (await handle.result()).error_type is SDKErrorType.CANCELLED
    assert nothing_left(executor, stream)


async def test_a_parked_worker_that_was_given_a_call_and_is_cancelled_settles_it() -> None:
    stream = Stream((WAIT, "target"))
    with anyio.CancelScope() as scope:
        async with Executor() as executor:
            await submit(executor, Stream((PASS, "target"))).result()
            await settle()
            handle = submit(executor, stream)
            scope.cancel()
            await anyio.lowlevel.checkpoint()
    assert (await handle.result()).error_type is SDKErrorType.CANCELLED
    assert nothing_left(executor, stream)


async def test_parked_workers_end_with_the_block_that_is_cancelled() -> None:
    with anyio.CancelScope() as scope:
        async with Executor() as executor:
            handles = [submit(executor, Stream((PASS, "target"))) for _ in range(3)]
            for handle in handles:
                await handle.result()
            await settle()
            assert executor.statistics().workers_parked == 3
            scope.cancel()
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    assert executor.statistics().workers_parked == 0
