"""A scripted SDK, and a scene in which a call of it can be cancelled at any moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from types import AsyncGeneratorType
from typing import Any

import anyio
import anyio.lowlevel

from gate.executor import CallId, Executor, SDKResult

WAIT = object()
"""In a script: wait until the stream's gate is opened."""
PASS = object()
"""In a script: suspend once."""


def is_target(message: object) -> bool:
    return message == "target"


async def settle() -> None:
    """Let every task run until it is stuck; anyio's own way polls on asyncio."""
    for _ in range(20):
        await anyio.lowlevel.checkpoint()


@dataclass
class Stream:
    """Yields the strings of its script, raises its exceptions, calls what can be called."""

    script: tuple[Any, ...]
    cleanup: tuple[Any, ...] = ()
    swallow: bool = False
    gate: anyio.Event = field(default_factory=anyio.Event)
    generators: list[AsyncGeneratorType[str, None]] = field(default_factory=list)
    cleaned: int = 0

    def open(self) -> AsyncGenerator[str, None]:
        generator = self._play()
        assert isinstance(generator, AsyncGeneratorType)
        self.generators.append(generator)
        return generator

    async def _play(self) -> AsyncGenerator[str, None]:
        try:
            for item in self.script:
                if isinstance(item, str):
                    yield item
                else:
                    await self._do(item)
        finally:
            for item in self.cleanup:
                await self._do(item)
            self.cleaned += 1

    async def _do(self, item: Any) -> None:
        if item is WAIT:
            await self._wait()
        elif item is PASS:
            await anyio.lowlevel.checkpoint()
        elif isinstance(item, BaseException):
            raise item
        else:
            item()

    async def _wait(self) -> None:
        try:
            await self.gate.wait()
        except anyio.get_cancelled_exc_class():
            if not self.swallow:
                raise

    def all_closed(self) -> bool:
        return all(generator.ag_frame is None for generator in self.generators)


@dataclass
class Scene:
    """One call, named "call", in a task of its own and in a scope of its own."""

    executor: Executor
    stream: Stream
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    result: SDKResult | None = None
    raised: bool = False

    async def play(
        self,
        act: Callable[[], object],
        *,
        predicate: Callable[[Any], object] = is_target,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        """Start the call, wait until it is stuck, act, open the gate, wait for its end."""

        async def run() -> None:
            self.raised = True
            with self.scope:
                self.result = await self.executor.execute(
                    self.stream.open,
                    predicate,
                    agent_name="agent",
                    call_id="call",
                    timeout=timeout,
                )
                self.raised = False

        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await settle()
            act()
            await settle()
            self.stream.gate.set()

    def ended(self) -> SDKResult:
        """The result of a call that must not have raised."""
        assert not self.raised
        assert self.result is not None
        return self.result


def nothing_left(executor: Executor, *streams: Stream) -> bool:
    """No call in flight, no permit out, no timeout to come, no generator open."""
    counts = executor.statistics()
    return (
        counts.in_flight == 0
        and (counts.admission is None or counts.admission.in_use == counts.admission.waiting == 0)
        and executor.cancellation.pending_timeouts() == 0
        and all(stream.all_closed() for stream in streams)
    )


def cancel(executor: Executor, call_id: CallId = "call") -> Callable[[], bool]:
    return lambda: executor.cancel(call_id)
