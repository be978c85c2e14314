"""How a call ends when nobody cancels it: target, no target, and everybody's exceptions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from gate.executor import (
    CallError,
    Cleanup,
    Collector,
    Executor,
    ExecutorClosedError,
    SDKErrorType,
    SDKResult,
    SpillFile,
)
from tests.executor.streams import PASS, Stream, is_target, nothing_left

pytestmark = pytest.mark.anyio


async def run(executor: Executor, stream: Stream, **options: Any) -> SDKResult:
    return await executor.execute(stream.open, is_target, agent_name="agent", **options)


@pytest.mark.parametrize("suspensions", [0, 1, 10])
@pytest.mark.parametrize("options", [{}, {"call_id": "named"}, {"timeout": 1000.0}], ids=str)
async def test_a_call_stops_at_its_target(
    cleanup: Cleanup, suspensions: int, options: dict[str, Any]
) -> None:
    """What follows the target is not asked for, and the cleanup has run when it returns."""
    stream = Stream(("one", *[PASS] * suspensions, "target", "late"), cleanup=(PASS,))
    async with Executor(cleanup=cleanup) as executor:
        result = await run(executor, stream, **options)

        assert result.messages == ["one", "target"]
        assert result.target_message == "target"
        assert result.is_success()
        assert (result.error_type, result.error, result.errors) == (None, None, ())
        assert stream.cleaned == 1
        assert executor.statistics().found == 1
        assert nothing_left(executor, stream)


async def test_without_a_target_all_messages_come_back(cleanup: Cleanup) -> None:
    async with Executor(cleanup=cleanup) as executor:
        result = await run(executor, Stream(("one", PASS, "two")))

        assert result.messages == ["one", "two"]
        assert result.cleanup_completed
        assert (result.has_target_result, result.error_type) == (False, None)
        assert not result.is_success()
        assert executor.statistics().without_target == 1


async def test_none_can_be_the_target() -> None:
    async def nothing() -> AsyncIterator[None]:
        yield None

    async with Executor() as executor:
        result = await executor.execute(nothing, lambda message: message is None, agent_name="a")

    assert result.is_success()
    assert result.target_message is None


FAILURES = {
    "sdk": (("one", PASS, ValueError("boom")), (PASS,), SDKErrorType.SDK_ERROR),
    "cleanup": (("target",), (PASS, ValueError("boom")), SDKErrorType.CLEANUP_ERROR),
}


@pytest.mark.parametrize("name", ["sdk", "cleanup"])
async def test_an_exception_is_in_the_result(cleanup: Cleanup, name: str) -> None:
    script, last, problem = FAILURES[name]
    stream = Stream(script, cleanup=last)
    async with Executor(cleanup=cleanup) as executor:
        result = await run(executor, stream)

        assert result.error_type is problem
        assert result.errors == ("boom",)
        assert isinstance(result.error, CallError)
        assert result.error.type_name == "builtins.ValueError"
        assert "in _do" in result.error.traceback_text
        assert result.cleanup_completed == (name == "sdk") == bool(stream.cleaned)
        assert result.has_target_result == (name == "cleanup")
        assert not result.is_success()
        assert executor.statistics().problems == {problem: 1}
        assert nothing_left(executor, stream)


async def test_an_sdk_that_raises_when_called_is_an_sdk_error() -> None:
    def broken() -> AsyncIterator[str]:
        raise ValueError("boom")

    async with Executor() as executor:
        result = await executor.execute(broken, is_target, agent_name="agent")

    assert (result.error_type, result.errors) == (SDKErrorType.SDK_ERROR, ("boom",))


async def test_an_sdk_that_makes_no_iterator_is_an_sdk_error() -> None:
    async with Executor() as executor:
        result = await executor.execute(lambda: 7, is_target, agent_name="agent")  # type: ignore[arg-type,return-value]

    assert result.error_type is SDKErrorType.SDK_ERROR


async def test_an_iterator_without_aclose_needs_no_closing() -> None:
    class Endless:
        def __aiter__(self) -> Endless:
            return self

        async def __anext__(self) -> str:
            await anyio.lowlevel.checkpoint()
            return "target"

    async with Executor() as executor:
        assert (await executor.execute(Endless, is_target, agent_name="agent")).is_success()


@pytest.mark.parametrize("script", [("one",), (PASS, "one")])
async def test_an_exception_in_the_predicate_closes_the_generator(
    cleanup: Cleanup, script: tuple[Any, ...]
) -> None:
    stream = Stream(script, cleanup=(PASS,))
    async with Executor(cleanup=cleanup) as executor:
        result = await executor.execute(stream.open, lambda message: message / 2, agent_name="a")

        assert result.error_type is SDKErrorType.PREDICATE_ERROR
        assert result.messages == ["one"]
        assert result.cleanup_completed
        assert stream.cleaned == 1
        assert nothing_left(executor, stream)


async def test_after_an_exception_in_the_body_the_cleanup_may_fail_too() -> None:
    """The second exception hides the first, and says that a cleanup was cut short."""
    stream = Stream((ValueError("body"),), cleanup=(OSError("cleanup"),))
    async with Executor() as executor:
        result = await run(executor, stream)

    assert result.errors == ("cleanup",)
    assert not result.cleanup_completed


async def test_an_exception_that_was_translated_is_no_failed_cleanup() -> None:
    async def translating() -> AsyncIterator[str]:
        try:
            int("low")
        except ValueError as error:
            raise TypeError("high") from error
        yield "never"

    async with Executor() as executor:
        result = await executor.execute(translating, is_target, agent_name="agent")

    assert result.errors == ("high",)
    assert result.cleanup_completed


class Alarm(BaseException):
    """Neither an Exception nor a cancellation."""


@pytest.mark.parametrize("script", [(Alarm(),), ("one", PASS, Alarm())], ids=["hot", "suspended"])
async def test_a_base_exception_is_raised_after_the_cleanup(
    cleanup: Cleanup, script: tuple[Any, ...]
) -> None:
    stream = Stream(script, cleanup=(PASS,))
    async with Executor(cleanup=cleanup, limit=1) as executor:
        with pytest.raises(Alarm):
            await run(executor, stream)

        assert stream.cleaned == 1
        assert executor.statistics().raised == 1
        assert nothing_left(executor, stream)


async def test_a_base_exception_in_the_predicate_is_raised_after_the_cleanup() -> None:
    def alarm(_: object) -> bool:
        raise Alarm

    stream = Stream(("one",), cleanup=(PASS,))
    async with Executor() as executor:
        with pytest.raises(Alarm):
            await executor.execute(stream.open, alarm, agent_name="agent")
        assert stream.cleaned == 1


async def test_a_full_collector_ends_the_call_and_a_spilling_one_does_not() -> None:
    stream = Stream(("a", "b", PASS, "c", "target"))
    async with Executor() as executor:
        full = await run(executor, stream, collector=Collector(max_messages=2))
        with SpillFile() as file:
            collector = Collector(max_messages=2, spill=file.write)
            spilled = await run(executor, stream, collector=collector)
            assert [*file, *spilled.messages] == ["a", "b", "c", "target"]

    assert (full.error_type, full.messages) == (SDKErrorType.COLLECTOR_ERROR, ["a", "b"])
    assert full.cleanup_completed
    assert spilled.is_success()
    assert spilled.target_message == "target"


async def test_an_exception_whose_message_cannot_be_read_is_still_in_the_result() -> None:
    class Mute(Exception):  # noqa: N818 - a stranger's
        def __str__(self) -> str:
            raise ValueError("no")

    async with Executor() as executor:
        result = await run(executor, Stream((Mute(),)))

    assert result.error_type is SDKErrorType.SDK_ERROR
    assert result.errors == ("(its message could not be read)",)


async def test_a_closed_executor_takes_no_calls() -> None:
    executor = Executor()
    with pytest.raises(ExecutorClosedError):
        await run(executor, Stream(("target",)))
    async with executor:
        pass
    with pytest.raises(ExecutorClosedError):
        executor.submit(Stream(("target",)).open, is_target, agent_name="agent")
    with pytest.raises(ExecutorClosedError):
        await executor.__aenter__()


async def test_two_calls_in_flight_cannot_share_a_name() -> None:
    async with Executor() as executor, anyio.create_task_group() as group:
        stream = Stream((PASS, "target"))
        group.start_soon(lambda: run(executor, stream, call_id="same"))
        await anyio.lowlevel.checkpoint()
        first = executor.submit(stream.open, is_target, agent_name="agent", call_id="other")
        with pytest.raises(ValueError, match="other"):
            executor.submit(stream.open, is_target, agent_name="agent", call_id="other")
        assert (await first.result()).is_success()
        assert (await run(executor, stream, call_id="other")).is_success()


async def test_a_negative_timeout_is_refused() -> None:
    async with Executor() as executor:
        with pytest.raises(ValueError, match="-1"):
            await run(executor, Stream(("target",)), timeout=-1.0)
        assert nothing_left(executor)


async def test_results_are_frozen_and_compare_by_value() -> None:
    async with Executor() as executor:
        result = await run(executor, Stream(("target",)), call_id="x")

    same = SDKResult(
        messages=["target"],
        agent_name="agent",
        call_id="x",
        has_target_result=True,
        target_message="target",
        cleanup_completed=True,
    )
    assert result == same
    assert repr(result) == repr(same)
    assert result.session_id == "agent-x"
    with pytest.raises(AttributeError):
        result.agent_name = "other"  # type: ignore[misc]
