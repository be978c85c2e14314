"""An event loop that stands still between the runs of a benchmark, with an executor open in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from gate.suite.references import Subject
from gate.suite.subject import Factory, opened

T = TypeVar("T")
Work = Callable[[Subject], Awaitable[T]]


class Stage:
    """Runs works one after the other, all in the task that opened the executor.

    An executor may hold task groups, which must be left in the task that entered them. Use it
    with ``with``.

    Args:
        factory: Makes the executor.
    """

    def __init__(self, factory: Factory) -> None:
        self._factory = factory
        self._loop = asyncio.new_event_loop()
        self._works: asyncio.Queue[tuple[Work[Any], asyncio.Future[Any]] | None] = asyncio.Queue()
        self._host: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        is_open = self._loop.create_future()
        self._host = self._loop.create_task(self._serve(is_open))
        try:
            self._wait_for(is_open)
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._works.put_nowait(None)
        try:
            if self._host is not None:
                self._loop.run_until_complete(self._host)
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()

    def run(self, work: Work[T]) -> T:
        """Run one work to its end and return what came of it; raises what it raises."""
        done: asyncio.Future[T] = self._loop.create_future()
        self._works.put_nowait((work, done))
        return self._wait_for(done)

    def _wait_for(self, done: asyncio.Future[T]) -> T:
        return self._loop.run_until_complete(done)

    async def _serve(self, is_open: asyncio.Future[None]) -> None:
        try:
            async with opened(self._factory) as executor:
                is_open.set_result(None)
                while (due := await self._works.get()) is not None:
                    await _perform(executor, *due)
        except Exception as error:
            if is_open.done():
                raise
            is_open.set_exception(error)


async def _perform(executor: Subject, work: Work[T], done: asyncio.Future[T]) -> None:
    try:
        done.set_result(await work(executor))
    except BaseException as error:  # noqa: BLE001 - whoever waits for it must hear of it
        done.set_exception(error)
