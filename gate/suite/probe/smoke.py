"""The semantic smoke test: what an executor must do before anybody times it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from gate.suite.references import Result, Subject
from gate.suite.subject import Factory, opened
from gate.suite.works import Endless, Flight, Message, is_done, messages

PATIENCE_S = 2.0
"""What a check may take; each needs milliseconds."""
TIMEOUT_S = 0.01
_ASKED = ("messages", "has_target_result", "target_message", "is_success")

Check = Callable[[Subject], Awaitable[bool]]


async def lacks(factory: Factory) -> list[str]:
    """Return what the executor lacks, a sentence each, in the order of the checks.

    Raises:
        SubjectError: if there is nothing to check.
    """
    found = await _shape(factory)
    if found:
        return [found]
    return [sentence for sentence, check in CHECKS.items() if not await _holds(factory, check)]


async def _shape(factory: Factory) -> str:
    """The one check without which the others would all say the same."""
    async with opened(factory) as executor:
        try:
            result = await _call(executor, partial(messages, 1))
        except Exception as error:  # noqa: BLE001 - a stranger's
            return f"execute() raised {type(error).__name__}: {error}"
    absent = [name for name in _ASKED if not hasattr(result, name)]
    return f"its result has no {', '.join(absent)}" if absent else ""


async def _holds(factory: Factory, check: Check) -> bool:
    """Whether the check holds in time; one that raises does not."""
    task = asyncio.ensure_future(_on_its_own(factory, check))
    done, _ = await asyncio.wait([task], timeout=PATIENCE_S)
    if not done:
        task.cancel()
        return False
    return not task.cancelled() and task.exception() is None and task.result()


async def _on_its_own(factory: Factory, check: Check) -> bool:
    async with opened(factory) as executor:
        return await check(executor)


async def _call(executor: Subject, source: Any, **more: Any) -> Result:
    return await executor.execute(source, is_done, agent_name="smoke", **more)


class _Watched:
    """Messages around a target, from a generator that says when it was closed."""

    def __init__(self) -> None:
        self.closed = False

    async def __call__(self) -> AsyncIterator[Message]:
        try:
            yield {"type": "message"}
            yield {"type": "done"}
            yield {"type": "late"}
        finally:
            await asyncio.sleep(0)
            self.closed = True


async def _finds_the_target(executor: Subject) -> bool:
    result = await _call(executor, _Watched())
    target = {"type": "done"}
    is_right = result.is_success() and bool(result.has_target_result)
    return is_right and result.target_message == target and target in list(result.messages)


async def _stops_at_the_target(executor: Subject) -> bool:
    result = await _call(executor, _Watched())
    return [message["type"] for message in result.messages] == ["message", "done"]


async def _closes_the_generator(executor: Subject) -> bool:
    source = _Watched()
    await _call(executor, source)
    return source.closed


async def _says_that_no_target_came(executor: Subject) -> bool:
    async def none() -> AsyncIterator[Message]:
        yield {"type": "message"}

    result = await _call(executor, none)
    return not result.has_target_result and not result.is_success()


async def _fails() -> AsyncIterator[Message]:
    yield {"type": "message"}
    await asyncio.sleep(0)
    raise OSError("the SDK is down")


async def _reports_exceptions(executor: Subject) -> bool:
    result = await _call(executor, _fails)
    return not result.is_success()


async def _isolates_exceptions(executor: Subject) -> bool:
    async def failing() -> None:
        with suppress(Exception):
            await _call(executor, _fails)

    waiting = _call(executor, partial(messages, 10, 1))
    result, _ = await asyncio.gather(waiting, failing())
    return result.is_success()


async def _obeys_cancellation(executor: Subject) -> bool:
    flight = Flight(executor)
    await flight.begun()
    return await flight.cancel()


async def _isolates_cancellation(executor: Subject) -> bool:
    flight = Flight(executor)
    await flight.begun()
    other = asyncio.ensure_future(_call(executor, partial(messages, 10, 1)))
    await flight.cancel()
    return (await other).is_success()


async def _obeys_timeouts(executor: Subject) -> bool:
    source = Endless()
    result = await _call(executor, source, timeout=TIMEOUT_S)
    return source.closed and not result.is_success()


CHECKS: Mapping[str, Check] = {
    "a target among the messages is not found": _finds_the_target,
    "messages after the target are taken": _stops_at_the_target,
    "the generator is not closed when the target came": _closes_the_generator,
    "messages without a target count as a success": _says_that_no_target_came,
    "an exception of the SDK function is not reported in the result": _reports_exceptions,
    "an exception in one call disturbs another call": _isolates_exceptions,
    "cancelling a call does not end it, or leaves its generator open": _obeys_cancellation,
    "cancelling one call disturbs another call": _isolates_cancellation,
    "a timeout does not end the call with a result, or leaves its generator open": _obeys_timeouts,
}
"""What is said where a check does not hold."""
