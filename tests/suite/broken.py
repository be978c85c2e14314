"""Executors that each do one thing wrong, or are no executors at all."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

from gate.suite.references import Messages, Plain, Predicate


class Outcome(Plain):
    """A result that can say that something went wrong."""

    failed = False

    def is_success(self) -> bool:
        return self.has_target_result and not self.failed


class Sound:
    """Does all that the suite relies on; the others change one step of it."""

    async def execute(
        self,
        sdk_func: Messages,
        target_predicate: Predicate,
        *,
        agent_name: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Any:
        result = Outcome()
        try:
            async with asyncio.timeout(timeout):
                await self.consume(result, sdk_func, target_predicate)
        except Exception as error:  # noqa: BLE001
            self.report(result, error)
        return result

    async def consume(self, result: Outcome, sdk_func: Messages, predicate: Predicate) -> None:
        async with aclosing(sdk_func()) as messages:  # type: ignore[type-var]
            async for message in messages:
                self.take(result, message, predicate)
                if result.has_target_result:
                    break

    def take(self, result: Outcome, message: Any, predicate: Predicate) -> None:
        result.messages.append(message)
        if predicate(message):
            result.has_target_result, result.target_message = True, message

    def report(self, result: Outcome, error: Exception) -> None:  # noqa: ARG002
        result.failed = True


class Blind(Sound):
    def take(self, result: Outcome, message: Any, predicate: Predicate) -> None:  # noqa: ARG002
        result.messages.append(message)


class Greedy(Sound):
    async def consume(self, result: Outcome, sdk_func: Messages, predicate: Predicate) -> None:
        async for message in sdk_func():
            self.take(result, message, predicate)


class Leaking(Sound):
    def __init__(self) -> None:
        self.left: list[Any] = []

    async def consume(self, result: Outcome, sdk_func: Messages, predicate: Predicate) -> None:
        messages = sdk_func()
        self.left.append(messages)
        async for message in messages:
            self.take(result, message, predicate)
            if result.has_target_result:
                break


class Optimist(Sound):
    def take(self, result: Outcome, message: Any, predicate: Predicate) -> None:
        super().take(result, message, predicate)
        result.has_target_result = True


class Raising(Sound):
    def report(self, result: Outcome, error: Exception) -> None:  # noqa: ARG002
        raise error


class Quarrelsome(Sound):
    """One call that fails takes the others with it."""

    def __init__(self) -> None:
        self.calls: set[asyncio.Task[Any]] = set()

    async def execute(self, *arguments: Any, **more: Any) -> Any:
        me = asyncio.current_task()
        assert me is not None
        self.calls.add(me)
        try:
            return await super().execute(*arguments, **more)
        finally:
            self.calls.discard(me)

    def report(self, result: Outcome, error: Exception) -> None:
        super().report(result, error)
        for task in self.calls - {asyncio.current_task()}:
            task.cancel()


class Deaf(Sound):
    """Cancellation is swallowed."""

    async def execute(self, *arguments: Any, **more: Any) -> Any:
        try:
            return await super().execute(*arguments, **more)
        except asyncio.CancelledError:
            return Outcome()


class Tireless(Sound):
    async def execute(self, *arguments: Any, timeout: float | None = None, **more: Any) -> Any:  # noqa: ARG002, ASYNC109
        return await super().execute(*arguments, **more)


class Wrapping(Sound):
    """Every message gets a box of its own."""

    def take(self, result: Outcome, message: Any, predicate: Predicate) -> None:
        super().take(result, message, predicate)
        result.messages[-1] = (message, object())


class Entered:
    """Something that ``async with`` makes an executor of."""

    async def __aenter__(self) -> Sound:
        return Sound()

    async def __aexit__(self, *_: object) -> None:
        pass


async def awaited() -> Sound:
    """A factory that has to be awaited."""
    return Sound()


class Mute:
    """Its result says nothing."""

    async def execute(self, *_: Any, **__: Any) -> object:
        return object()


class Strict:
    """Takes other arguments."""

    async def execute(self, sdk_func: Messages) -> None: ...


not_callable = 1


def fails() -> None:
    """A factory that raises."""
    raise OSError("no license")
