"""What executors are held against: the naive ways to run a streaming call, and the bare loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

import anyio

from gate.executor import Collector

Messages = Callable[[], AsyncIterator[Any]]
Predicate = Callable[[Any], object]


class Result(Protocol):
    """What the suite asks of a result."""

    @property
    def messages(self) -> Any:
        """All that came, in order, the target included."""

    @property
    def has_target_result(self) -> bool:
        """Whether the target came."""

    @property
    def target_message(self) -> Any:
        """The target, or None."""

    def is_success(self) -> bool:
        """Whether the target came and nothing went wrong."""


class Subject(Protocol):
    """What the suite asks of an executor."""

    async def execute(
        self,
        sdk_func: Messages,
        target_predicate: Predicate,
        *,
        agent_name: str,
        timeout: float | None = None,  # noqa: ASYNC109 - this is the shape of the executors
    ) -> Result:
        """Run one call until a message satisfies the predicate; close its generator."""


@dataclass(slots=True)
class Plain:
    """The result of a reference."""

    messages: list[Any] = field(default_factory=list)
    target_message: Any = None
    has_target_result: bool = False

    def is_success(self) -> bool:
        """A reference reports nothing else."""
        return self.has_target_result


async def _loop(sdk_func: Messages, predicate: Predicate) -> Plain:
    result = Plain()
    async with aclosing(sdk_func()) as messages:  # type: ignore[type-var]
        async for message in messages:
            result.messages.append(message)
            if predicate(message):
                result.target_message, result.has_target_result = message, True
                break
    return result


class Bare:
    """The floor: what the caller would write by hand."""

    async def execute(
        self,
        sdk_func: Messages,
        target_predicate: Predicate,
        *,
        agent_name: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> Plain:
        """Loop, append, close."""
        return await _loop(sdk_func, target_predicate)


class TaskGroupPerCall:
    """The naive way: a task group for every call, and the work in a child."""

    async def execute(
        self,
        sdk_func: Messages,
        target_predicate: Predicate,
        *,
        agent_name: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> Plain:
        """Enter a group, start the child, wait for it."""
        results: list[Plain] = []

        async def child() -> None:
            results.append(await _loop(sdk_func, target_predicate))

        async with anyio.create_task_group() as group:
            group.start_soon(child)
        return results[0]


class Polling:
    """The naive way to learn that a call is over: to look every ten milliseconds."""

    interval_s = 0.01

    async def execute(
        self,
        sdk_func: Messages,
        target_predicate: Predicate,
        *,
        agent_name: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> Plain:
        """Run the call in a task, and look."""
        call = asyncio.ensure_future(_loop(sdk_func, target_predicate))
        try:
            await self._until_done(call)
        except asyncio.CancelledError:
            call.cancel()
            await self._until_done(call)
            raise
        return call.result()

    async def _until_done(self, call: asyncio.Future[Plain]) -> None:
        while not call.done():  # noqa: ASYNC110 - that is the point
            await asyncio.sleep(self.interval_s)


class Collecting:
    """The bare loop with our collector in the place of a list."""

    async def execute(
        self,
        sdk_func: Messages,
        target_predicate: Predicate,
        *,
        agent_name: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> Plain:
        """Collect until the target, close."""
        collector = Collector()
        async with aclosing(sdk_func()) as messages:  # type: ignore[type-var]
            target = await collector.collect(messages, target_predicate)
        return Plain(collector.messages, target, target is not None)
