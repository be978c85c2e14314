"""The cancellation manager on its own: states, waits, timeouts."""

from __future__ import annotations

from functools import partial

import anyio
import anyio.lowlevel
import pytest

from gate.executor import CancellationManager, CancelState
from tests.executor.streams import settle

pytestmark = pytest.mark.anyio


async def test_the_seeds_workflow_is_safe_to_proceed() -> None:
    """Requested, processed, cleaned: each state includes those before it."""
    manager = CancellationManager()
    manager.register("call", agent_name="agent")
    assert manager.request_cancel("call")
    manager.mark_cleanup_completed("call")

    assert await manager.confirm_safe_to_proceed("call", timeout=0)
    for state in CancelState:
        assert await manager.wait_for("call", state, timeout=0)


async def test_the_wait_ends_with_the_cleanup_and_not_before() -> None:
    manager = CancellationManager()
    manager.register("call")
    answers: list[bool] = []

    async def confirm() -> None:
        answers.append(await manager.confirm_safe_to_proceed("call"))

    async with anyio.create_task_group() as group:
        group.start_soon(confirm)
        await settle()
        manager.request_cancel("call")
        manager.mark_processed("call")
        await settle()
        assert answers == []
        manager.mark_cleanup_completed("call")
    assert answers == [True]


@pytest.mark.parametrize("end", ["unregister", "shutdown", "timeout"])
async def test_a_wait_ends_without_success(end: str) -> None:
    manager = CancellationManager()
    manager.register("call")
    answers: list[bool] = []

    async def confirm() -> None:
        timeout = 0 if end == "timeout" else None
        answers.append(await manager.confirm_safe_to_proceed("call", timeout=timeout))

    async with anyio.create_task_group() as group:
        group.start_soon(confirm)
        await settle()
        if end == "unregister":
            manager.unregister("call")
        elif end == "shutdown":
            manager.shutdown()
    assert answers == [False]


async def test_a_cancelled_wait_leaves_the_call_alone() -> None:
    manager = CancellationManager()
    manager.register("call")
    with anyio.move_on_after(0) as scope:
        await manager.confirm_safe_to_proceed("call")
    assert scope.cancelled_caught
    assert manager.state("call") is CancelState.ACTIVE
    assert "call" in manager


async def test_nobody_waits_for_a_stranger() -> None:
    manager = CancellationManager()
    assert not await manager.wait_for("nobody", CancelState.ACTIVE)
    assert not manager.request_cancel("nobody")
    manager.unregister("nobody")
    assert manager.state("nobody") is None


async def test_the_callback_runs_once() -> None:
    manager = CancellationManager()
    told: list[str] = []
    manager.register("call", on_cancel=partial(told.append, "cancel"))
    assert [manager.request_cancel("call"), manager.request_cancel("call")] == [True, False]
    manager.shutdown()
    assert told == ["cancel"]


async def test_marks_before_a_request_have_no_effect() -> None:
    manager = CancellationManager()
    manager.register("call")
    manager.mark_processed("call")
    manager.mark_cleanup_completed("call")
    assert manager.state("call") is CancelState.ACTIVE


async def test_an_id_is_registered_once() -> None:
    manager = CancellationManager()
    manager.register("call")
    with pytest.raises(ValueError, match="call"):
        manager.register("call")
    assert len(manager) == 1


async def test_timeouts_come_in_the_order_of_their_deadlines() -> None:
    """Also one that is added later and due earlier than what the timer sleeps for."""
    told: list[str] = []
    async with CancellationManager() as manager:
        manager.register("far", timeout=1000.0, on_cancel=partial(told.append, "far"))
        await settle()
        for name in ("first", "second"):
            manager.register(name, timeout=0.0, on_cancel=partial(told.append, name))
        manager.register("forgotten", timeout=0.0, on_cancel=partial(told.append, "forgotten"))
        manager.unregister("forgotten")
        for name in ("first", "second"):
            assert await manager.wait_for(name, CancelState.REQUESTED)
        assert told == ["first", "second"]
        assert manager.pending_timeouts() == 1
        manager.unregister("far")
        assert manager.pending_timeouts() == 0


async def test_leaving_the_block_cancels_what_is_registered() -> None:
    told: list[str] = []
    async with CancellationManager() as manager:
        manager.register("call", on_cancel=partial(told.append, "call"), timeout=1000.0)
    assert told == ["call"]
    assert len(manager) == manager.pending_timeouts() == 0


async def test_discarded_timeouts_do_not_pile_up() -> None:
    """The heap of ten thousand discarded deadlines is swept, not kept until they are due."""
    async with CancellationManager() as manager:
        for number in range(10_000):
            manager.register(number, timeout=1000.0)
            manager.unregister(number)
        assert manager.pending_timeouts() == 0
        assert len(manager._deadlines._heap) < 100


async def test_a_timeout_needs_the_timer() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        CancellationManager().register("call", timeout=1.0)


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
async def test_a_timeout_that_is_none_is_refused(seconds: float) -> None:
    async with CancellationManager() as manager:
        with pytest.raises(ValueError, match="at least 0"):
            manager.register("call", timeout=seconds)
        assert "call" not in manager
