"""Calls that wait for admission, and every way to stop waiting."""

from __future__ import annotations

from functools import partial

import anyio
import pytest

from gate.executor import Adaptive, Cleanup, Executor, SDKErrorType
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


async def test_no_more_calls_than_permits_are_in_progress(cleanup: Cleanup) -> None:
    running = most = 0
    order: list[int] = []

    def stream(number: int) -> Stream:
        def enter() -> None:
            nonlocal running, most
            order.append(number)
            running += 1
            most = max(most, running)

        def leave() -> None:
            nonlocal running
            running -= 1

        return Stream((enter, PASS, "one", PASS, "target"), cleanup=(PASS, leave))

    async with Executor(cleanup=cleanup, limit=3) as executor:
        async with anyio.create_task_group() as group:
            for number in range(20):
                call = partial(executor.execute, stream(number).open, is_target, agent_name="a")
                group.start_soon(call)

        assert most == 3
        assert sorted(order) == list(range(20))
        counts = executor.statistics().admission
        assert counts is not None
        assert (counts.granted, counts.most_in_use, counts.limit) == (20, 3, 3)
        assert nothing_left(executor)


@pytest.mark.parametrize("source", ["cancel", "timeout", "outside", "both"])
async def test_stopped_while_waiting_for_admission(cleanup: Cleanup, source: str) -> None:
    """The generator is never made, and the permit goes to the next."""
    holder, waiting, after = Stream((WAIT, "target")), Stream(("target",)), Stream(("target",))
    async with Executor(cleanup=cleanup, limit=1) as executor:
        holding = executor.submit(holder.open, is_target, agent_name="agent")
        await settle()
        scene = Scene(executor, waiting)

        def act() -> None:
            if source in ("cancel", "both"):
                assert executor.cancel("call")
            if source in ("outside", "both"):
                scene.scope.cancel()

        await scene.play(act, timeout=0.0 if source == "timeout" else None)
        assert scene.raised == (source in ("outside", "both"))
        if not scene.raised:
            reason = SDKErrorType.TIMEOUT if source == "timeout" else SDKErrorType.CANCELLED
            assert scene.ended().error_type is reason
            assert scene.ended().cleanup_completed
        assert waiting.generators == []

        follower = executor.submit(after.open, is_target, agent_name="agent")
        holder.gate.set()
        assert (await holding.result()).is_success()
        assert (await follower.result()).is_success()
        assert nothing_left(executor, holder, after)


async def test_cancelled_in_the_moment_of_admission(cleanup: Cleanup) -> None:
    """A permit that was granted but not yet used is not lost."""
    holder, waiting = Stream((WAIT, "target")), Stream((WAIT, "target"))
    async with Executor(cleanup=cleanup, limit=1) as executor:
        first = executor.submit(holder.open, is_target, agent_name="agent")
        await settle()
        scene = Scene(executor, waiting)
        holder.cleanup = (cancel(executor),)
        await scene.play(holder.gate.set)
        assert (await first.result()).is_success()
        assert scene.ended().error_type is SDKErrorType.CANCELLED
        assert (
            await executor.execute(Stream(("target",)).open, is_target, agent_name="a")
        ).is_success()
        assert nothing_left(executor, holder, waiting)


async def test_the_limit_follows_failures(cleanup: Cleanup) -> None:
    policy = Adaptive(1, 8)
    async with Executor(cleanup=cleanup, limit=policy) as executor:
        async with anyio.create_task_group() as group:
            for _ in range(60):
                stream = Stream((PASS, "target"))
                group.start_soon(
                    partial(executor.execute, stream.open, is_target, agent_name="agent")
                )
        grown = policy.limit
        for _ in range(10):
            stream = Stream((PASS, ValueError("overload")))
            await executor.execute(stream.open, is_target, agent_name="agent")

        assert grown == 8
        assert policy.limit == 1
        assert nothing_left(executor)
