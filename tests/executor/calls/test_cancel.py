"""Operation x moment: a call is cancelled by name, by timeout, from outside, or by both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from gate.executor import CancelState, Cleanup, Executor, SDKErrorType
from tests.executor.streams import (
    PASS,
    WAIT,
    Scene,
    Stream,
    cancel,
    nothing_left,
    settle,
)

pytestmark = pytest.mark.anyio


def nothing() -> None:
    """Leave it to the timeout."""


async def test_cancelled_while_it_waits_in_the_generator(cleanup: Cleanup) -> None:
    stream = Stream(("one", WAIT, "target"), cleanup=(PASS, PASS))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(cancel(executor))

        result = scene.ended()
        assert (result.error_type, result.messages) == (SDKErrorType.CANCELLED, ["one"])
        assert result.cleanup_completed
        assert stream.cleaned == 1
        assert nothing_left(executor, stream)


async def test_timed_out_while_it_waits_in_the_generator(cleanup: Cleanup) -> None:
    stream = Stream((WAIT, "target"), cleanup=(PASS,))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(nothing, timeout=0.0)

        assert scene.ended().error_type is SDKErrorType.TIMEOUT
        assert scene.ended().cleanup_completed
        assert stream.cleaned == 1
        assert nothing_left(executor, stream)


async def test_cancelled_from_outside_while_it_waits_in_the_generator(cleanup: Cleanup) -> None:
    stream = Stream(("one", WAIT, "target"))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(scene.scope.cancel)

        assert scene.raised
        assert scene.scope.cancelled_caught
        assert stream.cleaned == 1
        assert executor.statistics().raised == 1
        assert nothing_left(executor, stream)


async def test_a_shielded_cleanup_may_await_whoever_cancels() -> None:
    stream = Stream((WAIT,), cleanup=(PASS, PASS, PASS))
    async with Executor(cleanup=Cleanup.SHIELDED) as executor:
        scene = Scene(executor, stream)
        await scene.play(scene.scope.cancel)

        assert scene.raised
        assert stream.cleaned == 1
        assert nothing_left(executor, stream)


def own_first(executor: Executor, scene: Scene) -> None:
    assert executor.cancel("call")
    scene.scope.cancel()


def outer_first(executor: Executor, scene: Scene) -> None:
    scene.scope.cancel()
    assert executor.cancel("call")


@pytest.mark.parametrize("both", [own_first, outer_first])
@pytest.mark.parametrize("last", [(), (PASS,)], ids=["plain", "awaits"])
async def test_if_both_cancel_at_once_the_outer_wins(
    cleanup: Cleanup, both: Callable[[Executor, Scene], None], last: tuple[Any, ...]
) -> None:
    stream = Stream((WAIT, "target"), cleanup=last)
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(partial(both, executor, scene))

        assert scene.raised
        assert scene.scope.cancelled_caught
        assert nothing_left(executor, stream)


async def test_outer_cancellation_and_timeout_at_once(cleanup: Cleanup) -> None:
    """The timeout is due, but not yet delivered, when the scope is cancelled."""
    stream = Stream((WAIT, "target"))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        async with anyio.create_task_group() as group:
            group.start_soon(partial(scene.play, nothing, timeout=0.0))
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            scene.scope.cancel()

        assert scene.raised
        assert nothing_left(executor, stream)


async def test_the_second_request_changes_nothing(cleanup: Cleanup) -> None:
    stream = Stream((WAIT, "target"), cleanup=(PASS, PASS))
    answers: list[bool] = []
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)

        def twice() -> None:
            answers.extend([executor.cancel("call"), executor.cancel("call")])

        await scene.play(twice)

        assert answers == [True, False]
        assert scene.ended().cleanup_completed
        assert executor.cancel("call") is False
        assert nothing_left(executor, stream)


@pytest.mark.parametrize("source", ["cancel", "cancel_all"])
async def test_cancelled_in_its_own_predicate(cleanup: Cleanup, source: str) -> None:
    """The call stops after that message, even if it never suspends again."""
    stream = Stream(("one", "two"), cleanup=(PASS,))
    async with Executor(cleanup=cleanup) as executor:

        def predicate(_: object) -> bool:
            assert executor.cancel("call") if source == "cancel" else executor.cancel_all() == 1
            return False

        scene = Scene(executor, stream)
        await scene.play(nothing, predicate=predicate)

        result = scene.ended()
        assert (result.error_type, result.messages) == (SDKErrorType.CANCELLED, ["one"])
        assert result.cleanup_completed
        assert nothing_left(executor, stream)


async def test_cancelled_by_its_own_generator_which_then_waits(cleanup: Cleanup) -> None:
    async with Executor(cleanup=cleanup) as executor:
        stream = Stream((cancel(executor), WAIT, "target"), cleanup=(PASS,))
        scene = Scene(executor, stream)
        await scene.play(nothing)

        assert scene.ended().error_type is SDKErrorType.CANCELLED
        assert scene.ended().cleanup_completed
        assert nothing_left(executor, stream)


async def test_cancelled_by_its_own_generator_which_then_yields_the_target(
    cleanup: Cleanup,
) -> None:
    """A target that came before the cancellation took effect is a success."""
    async with Executor(cleanup=cleanup) as executor:
        stream = Stream((cancel(executor), "target"), cleanup=(PASS,))
        scene = Scene(executor, stream)
        await scene.play(nothing)

        assert scene.ended().is_success()
        assert nothing_left(executor, stream)


async def test_cancelled_from_outside_in_the_predicate(cleanup: Cleanup) -> None:
    stream = Stream(("one", WAIT))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(nothing, predicate=lambda _: scene.scope.cancel())

        assert scene.raised
        assert nothing_left(executor, stream)


async def test_too_late_during_aclose(cleanup: Cleanup) -> None:
    """A cleanup that has begun is not interrupted by our own cancellation."""
    stream = Stream(("target",), cleanup=(WAIT, PASS))
    answers: list[bool] = []
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(lambda: answers.append(executor.cancel("call")))

        assert answers == [False]
        assert scene.ended().is_success()
        assert nothing_left(executor, stream)


async def test_timed_out_during_aclose(cleanup: Cleanup) -> None:
    stream = Stream(("target",), cleanup=(WAIT, PASS))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(nothing, timeout=0.0)

        assert scene.ended().is_success()
        assert nothing_left(executor, stream)


async def test_cancelled_from_outside_during_aclose(cleanup: Cleanup) -> None:
    """The generator is closed in any case; where it is shielded, its cleanup finishes, too."""
    stream = Stream(("target",), cleanup=(WAIT, PASS))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(scene.scope.cancel)

        assert scene.scope.cancel_called
        assert stream.cleaned == (0 if scene.raised and cleanup is Cleanup.AS_CALLER else 1)
        assert nothing_left(executor, stream)


async def test_a_cleanup_that_was_cut_short_is_never_confirmed(cleanup: Cleanup) -> None:
    stream = Stream(("target",), cleanup=(WAIT, PASS))
    confirmed: list[bool] = []
    async with Executor(cleanup=cleanup) as executor, anyio.create_task_group() as group:
        scene = Scene(executor, stream)

        async def confirm() -> None:
            confirmed.append(await executor.cancellation.confirm_safe_to_proceed("call"))

        async def act_later() -> None:
            group.start_soon(confirm)
            await settle()
            scene.scope.cancel()

        await scene.play(lambda: group.start_soon(act_later))
    assert confirmed == [stream.cleaned == 1]


async def test_an_exception_while_it_is_cancelled_is_a_failed_cleanup(cleanup: Cleanup) -> None:
    stream = Stream((WAIT,), cleanup=(ValueError("boom"),))
    confirmed: list[bool] = []
    async with Executor(cleanup=cleanup) as executor, anyio.create_task_group() as group:
        scene = Scene(executor, stream)

        async def confirm() -> None:
            sure = await executor.cancellation.confirm_safe_to_proceed("call")
            confirmed.append(sure)

        def act() -> None:
            group.start_soon(confirm)
            executor.cancel("call")

        await scene.play(act)

        result = scene.ended()
        assert (result.error_type, result.errors) == (SDKErrorType.CANCELLED, ("boom",))
        assert not result.cleanup_completed
    assert confirmed == [False]


async def test_a_generator_that_ignores_its_cancellation_is_waited_for(cleanup: Cleanup) -> None:
    """It goes on for as long as it likes; at its next message the call ends."""
    stream = Stream((WAIT, PASS, PASS, "one", "two"), cleanup=(PASS,), swallow=True)
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(cancel(executor))

        result = scene.ended()
        assert (result.error_type, result.messages) == (SDKErrorType.CANCELLED, ["one"])
        assert result.cleanup_completed
        assert nothing_left(executor, stream)


async def test_the_states_are_passed_in_order(cleanup: Cleanup) -> None:
    """Whoever waits for a state is woken when it is reached, and not before."""
    stream = Stream((WAIT,), cleanup=(PASS,))
    states = [CancelState.CLEANED, CancelState.PROCESSED, CancelState.REQUESTED]
    seen: list[CancelState] = []
    async with Executor(cleanup=cleanup) as executor, anyio.create_task_group() as group:

        async def watch(state: CancelState) -> None:
            assert await executor.cancellation.wait_for("call", state)
            seen.append(state)

        async def watch_and_cancel() -> None:
            for state in states:
                group.start_soon(watch, state)
            await settle()
            assert seen == []
            assert executor.cancel("call")

        await Scene(executor, stream).play(lambda: group.start_soon(watch_and_cancel))
    assert seen[0] is CancelState.REQUESTED
    assert sorted(seen) == sorted(states)


@pytest.mark.parametrize("script", [(WAIT, "target"), ("target",)], ids=["before", "closing"])
async def test_an_outer_cancellation_wins_over_an_exception_that_came_instead_of_it(
    cleanup: Cleanup, script: tuple[Any, ...]
) -> None:
    """The generator turns the cancellation, in its messages or its cleanup, into an error."""
    stream = Stream(script)

    async def turned() -> Any:
        try:
            async for message in Stream.open(stream):
                yield message
            await stream.gate.wait()
        finally:
            if WAIT not in script:
                await stream.gate.wait()
            raise RuntimeError("instead")

    other = Stream((), gate=stream.gate)
    other.open = turned  # type: ignore[method-assign]
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, other)
        await scene.play(scene.scope.cancel)
        shielded_to_the_end = cleanup is Cleanup.SHIELDED and WAIT not in script

        assert scene.raised or shielded_to_the_end
        assert nothing_left(executor)


async def test_our_own_cancellation_that_became_an_exception_is_a_result(cleanup: Cleanup) -> None:
    stream = Stream((WAIT, "target"), cleanup=(RuntimeError("instead"),))
    async with Executor(cleanup=cleanup) as executor:
        scene = Scene(executor, stream)
        await scene.play(cancel(executor))

        assert scene.ended().error_type is SDKErrorType.CANCELLED
        assert not scene.ended().cleanup_completed
        assert nothing_left(executor, stream)
