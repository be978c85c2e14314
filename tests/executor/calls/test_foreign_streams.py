"""Streams that are no generators, and cancellations that an SDK turns into something else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Self

import anyio
import pytest

from gate.executor import Adaptive, Cleanup, Executor, SDKErrorType
from tests.executor.streams import WAIT, Scene, Stream, cancel, is_target, nothing_left, settle

pytestmark = pytest.mark.anyio

LIMITS = pytest.mark.parametrize("limit", [None, 1], ids=["no limit", "limit"])
"""With a limit, another loop takes the messages."""


@dataclass
class Iterator:
    """An async iterator written by hand, which may fail and may have an ``aclose``."""

    messages: list[str]
    failure: Exception | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        if self.messages:
            return self.messages.pop(0)
        raise self.failure or StopAsyncIteration


class Connection(Iterator):
    """One that can be closed, which fails."""

    async def aclose(self) -> None:
        raise ConnectionError("closing failed")


@LIMITS
async def test_an_iterator_that_cannot_be_closed_needs_no_closing(
    cleanup: Cleanup, limit: int | None
) -> None:
    async with Executor(cleanup=cleanup, limit=limit) as executor:
        result = await executor.execute(
            lambda: Iterator(["one", "target", "two"]), is_target, agent_name="a"
        )
        assert result.is_success()
        assert result.messages == ["one", "target"]


@LIMITS
@pytest.mark.parametrize(
    ("messages", "failure", "expected"),
    [
        (["target"], None, (SDKErrorType.CLEANUP_ERROR, "closing failed")),
        ([], None, (SDKErrorType.CLEANUP_ERROR, "closing failed")),
        (["one"], ValueError("boom"), (SDKErrorType.SDK_ERROR, "boom")),
    ],
    ids=["after the target", "after the end", "after another failure"],
)
async def test_a_closing_that_fails_is_no_completed_cleanup(
    messages: list[str],
    failure: Exception | None,
    expected: tuple[SDKErrorType, str],
    cleanup: Cleanup,
    limit: int | None,
) -> None:
    """Of two problems the first is told."""
    async with Executor(cleanup=cleanup, limit=limit) as executor:
        result = await executor.execute(
            lambda: Connection(list(messages), failure), is_target, agent_name="a"
        )
        assert (result.error_type, *result.errors) == expected
        assert not result.cleanup_completed
        assert not result.is_success()
        assert nothing_left(executor)


async def test_what_was_cancelled_says_nothing_of_the_load(cleanup: Cleanup) -> None:
    """An adaptive limit stays where it is, and the permit comes back."""
    policy = Adaptive(1, 8)
    policy.went_well(waiting=1)
    stream = Stream((WAIT,))
    async with Executor(cleanup=cleanup, limit=policy) as executor:
        scene = Scene(executor, stream)
        await scene.play(cancel(executor))

        assert scene.ended().error_type is SDKErrorType.CANCELLED
        assert policy.limit == 2
        assert nothing_left(executor, stream)


@LIMITS
@pytest.mark.parametrize("anyio_backend", ["asyncio", ("asyncio", {"use_uvloop": True})])
async def test_a_cancelled_task_is_cancelled_whatever_the_sdk_makes_of_it(
    anyio_backend: str,  # noqa: ARG001
    cleanup: Cleanup,
    limit: int | None,
) -> None:
    """A cancellation from outside that the SDK turns into an exception still comes out."""

    async def stubborn() -> AsyncIterator[str]:
        try:
            await anyio.Event().wait()
        except asyncio.CancelledError:
            raise ConnectionError("interrupted") from None
        yield "never"

    async with Executor(cleanup=cleanup, limit=limit) as executor:
        call = executor.execute(stubborn, is_target, agent_name="a")
        task = asyncio.ensure_future(call)
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert nothing_left(executor)
        assert executor.statistics().raised == 1
