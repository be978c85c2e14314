"""What the cases do with an executor, and what must come out whoever runs them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from gate.suite.references import Result, Subject

Message = dict[str, Any]
Work = Callable[[Subject, int], Awaitable[Any]]
"""Executor and count in, something that can be compared out."""

MESSAGES = 10
"""Of a call that is no stream."""
WAIT_EVERY = 10
"""A stream waits after so many messages."""


def is_done(message: Message) -> bool:
    """The target of all works."""
    return bool(message["type"] == "done")


def summary(result: Result) -> tuple[bool, bool, Any, int]:
    """What of a result must be the same whoever made it."""
    return (
        result.is_success(),
        result.has_target_result,
        result.target_message,
        len(result.messages),
    )


async def messages(count: int, wait_every: int = 0) -> AsyncIterator[Message]:
    """Yield so many messages, the last of which is the target."""
    for number in range(count - 1):
        yield {"type": "message", "number": number}
        if wait_every and number % wait_every == 0:
            await asyncio.sleep(0)
    yield {"type": "done", "number": count - 1}


async def _one_after_the_other(executor: Subject, count: int, source: Any) -> list[Any]:
    execute = executor.execute
    return [summary(await execute(source, is_done, agent_name="suite")) for _ in range(count)]


async def hot_calls(executor: Subject, count: int) -> list[Any]:
    """Calls whose first message is the target: nothing ever waits."""
    return await _one_after_the_other(executor, count, partial(messages, 1))


async def waiting_calls(executor: Subject, count: int) -> list[Any]:
    """Calls that wait once."""
    return await _one_after_the_other(executor, count, partial(messages, 2, 1))


async def long_calls(executor: Subject, count: int) -> list[Any]:
    """Calls of ten messages that wait after each."""
    return await _one_after_the_other(executor, count, partial(messages, MESSAGES + 1, 1))


async def epic(executor: Subject, count: int) -> list[Any]:
    """The complete workflow: the stories of an epic, all at once, an agent each."""

    async def story(number: int) -> AsyncIterator[Message]:
        for step in range(MESSAGES):
            yield {"type": "message", "text": f"Story {number} - Message {step}"}
            await asyncio.sleep(0)
        yield {"type": "done", "story": number}

    calls = (
        executor.execute(partial(story, number), is_done, agent_name=f"Agent-{number}")
        for number in range(count)
    )
    return [summary(result) for result in await asyncio.gather(*calls)]


async def stream(executor: Subject, count: int) -> list[Any]:
    """One call with many messages that waits now and then."""
    return await _one_after_the_other(executor, 1, partial(messages, count, WAIT_EVERY))


async def collect(executor: Subject, count: int) -> list[Any]:
    """One call with many messages that are there already."""
    return await _one_after_the_other(executor, 1, partial(messages, count))


class Endless:
    """A call whose target never comes, and that knows whether it began and was closed."""

    __slots__ = ("began", "closed")

    def __init__(self) -> None:
        self.began = self.closed = False

    async def __call__(self) -> AsyncIterator[Message]:
        """Yield one message, and wait for ever."""
        try:
            yield {"type": "message"}
            self.began = True
            await asyncio.get_running_loop().create_future()
        finally:
            self.closed = True


class Flight:
    """A call in a task of its own."""

    __slots__ = ("source", "task")

    def __init__(self, executor: Subject) -> None:
        self.source = Endless()
        call = executor.execute(self.source, is_done, agent_name="suite")
        self.task: asyncio.Task[Any] = asyncio.ensure_future(call)

    async def begun(self) -> None:
        """Wait until it waits; so many of them are measured that an event each would show."""
        while not self.source.began and not self.task.done():  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def cancel(self) -> bool:
        """Request, wait until the call is gone; return whether it was cancelled and closed."""
        self.task.cancel()
        return await self.gone()

    async def gone(self) -> bool:
        """Wait until the call is gone; return whether it was cancelled and closed."""
        if not self.task.done():
            await asyncio.wait([self.task])
        return self.task.cancelled() and self.source.closed


async def cancel_one(executor: Subject, count: int) -> list[bool]:
    """Begin a call, let it wait, cancel it and wait until it is gone; one after the other."""
    seen = []
    for _ in range(count):
        flight = Flight(executor)
        await flight.begun()
        seen.append(await flight.cancel())
    return seen


async def cancel_one_timed(executor: Subject, count: int) -> list[float]:
    """As ``cancel_one``: seconds from each request until the call is gone."""
    seconds = []
    for _ in range(count):
        flight = Flight(executor)
        await flight.begun()
        before = time.perf_counter()
        await flight.cancel()
        seconds.append(time.perf_counter() - before)
    return seconds


async def take_off(executor: Subject, count: int) -> list[Flight]:
    """Bring calls into the air: all have begun and wait."""
    flights = [Flight(executor) for _ in range(count)]
    for flight in flights:
        await flight.begun()
    return flights


async def cancel_all(flights: list[Flight]) -> list[bool]:
    """Cancel them all, then wait until all are gone."""
    for flight in flights:
        flight.task.cancel()
    return [await flight.gone() for flight in flights]


WORKS: Mapping[str, Work] = {
    "hot calls": hot_calls,
    "waiting calls": waiting_calls,
    "long calls": long_calls,
    "epic": epic,
    "stream": stream,
    "collect": collect,
    "cancel one": cancel_one,
}
"""Those that are timed from end to end; ``cancel all`` has a part that is not."""
