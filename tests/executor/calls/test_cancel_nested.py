"""Cancellation and what is around it: the caller's task, inner timeouts, calls within calls."""

from __future__ import annotations

from typing import Any

import anyio
import anyio.lowlevel
import pytest

from gate.executor import Cleanup, Executor, SDKErrorType
from tests.executor.streams import (
    PASS,
    WAIT,
    Scene,
    Stream,
    cancel,
    is_target,
    nothing_left,
    settle,
)

pytestmark = pytest.mark.anyio


async def test_the_callers_task_is_as_before(cleanup: Cleanup) -> None:
    """After our own cancellation the same task can wait, be cancelled and time out as ever."""
    async with Executor(cleanup=cleanup) as executor:
        stream = Stream((WAIT,))

        async def call_and_go_on() -> None:
            result = await executor.execute(
                stream.open, is_target, agent_name="agent", call_id="call"
            )
            assert result.error_type is SDKErrorType.CANCELLED
            await anyio.lowlevel.checkpoint()
            with anyio.move_on_after(0) as scope:
                await anyio.sleep_forever()
            assert scope.cancelled_caught

        async with anyio.create_task_group() as group:
            group.start_soon(call_and_go_on)
            await settle()
            assert executor.cancel("call")


async def test_a_timeout_inside_the_generator_works(cleanup: Cleanup) -> None:
    async def impatient() -> Any:
        with anyio.move_on_after(0):
            await anyio.sleep_forever()
        await anyio.lowlevel.checkpoint()
        yield "target"

    async with Executor(cleanup=cleanup) as executor:
        result = await executor.execute(impatient, is_target, agent_name="agent")
        assert result.is_success()


async def test_after_a_timeout_inside_the_generator_it_can_still_be_cancelled(
    cleanup: Cleanup,
) -> None:
    """The shield that the inner timeout may have raised is gone again."""
    gate = anyio.Event()

    async def impatient() -> Any:
        with anyio.move_on_after(0):
            await anyio.sleep_forever()
        await gate.wait()
        yield "target"

    stream = Stream(())
    stream.open = impatient  # type: ignore[method-assign]
    async with Executor(cleanup=cleanup) as executor:
        for act in ("own", "outer"):
            scene = Scene(executor, stream)
            await scene.play(cancel(executor) if act == "own" else scene.scope.cancel)
            assert scene.raised == (act == "outer")
            assert nothing_left(executor)


async def test_calls_within_calls(cleanup: Cleanup) -> None:
    """Cancelling the outer call ends the inner one by the outer's hand; both clean up."""
    inner = Stream((WAIT,), cleanup=(PASS,))
    async with Executor(cleanup=cleanup) as executor:

        async def nested() -> Any:
            try:
                yield (
                    await executor.execute(
                        inner.open, is_target, agent_name="inner", call_id="inner"
                    )
                ).error_type
            finally:
                inner.cleaned += 1

        outer = Stream(())
        outer.open = nested  # type: ignore[method-assign]
        scene = Scene(executor, outer)
        await scene.play(cancel(executor))
        assert scene.ended().error_type is SDKErrorType.CANCELLED
        assert inner.cleaned == 1 + 1
        assert executor.statistics().raised == 1

        inner.gate = anyio.Event()
        scene = Scene(executor, outer)
        await scene.play(cancel(executor, "inner"))
        assert scene.ended().messages == [SDKErrorType.CANCELLED]
        assert nothing_left(executor, inner)
