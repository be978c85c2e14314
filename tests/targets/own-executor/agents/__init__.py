"""A library with an executor of its own, written the way that comes to mind first."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import anyio


@dataclass
class Result:
    messages: list[Any] = field(default_factory=list)
    has_target_result: bool = False
    target_message: Any = None
    errors: list[str] = field(default_factory=list)

    def is_success(self):
        return self.has_target_result and not self.errors


class Executor:
    async def execute(self, sdk_func, target_predicate, *, agent_name, timeout=None):
        result = Result()
        async with anyio.create_task_group() as group:
            group.start_soon(self._guarded, result, sdk_func, target_predicate, timeout)
        return result

    async def _guarded(self, result, sdk_func, target_predicate, timeout):
        try:
            async with asyncio.timeout(timeout):
                await self._consume(result, sdk_func, target_predicate)
        except TimeoutError:
            result.errors.append("timeout")
        except Exception as error:
            result.errors.append(repr(error))

    async def _consume(self, result, sdk_func, target_predicate):
        async with aclosing(sdk_func()) as messages:
            async for message in messages:
                result.messages.append(message)
                if target_predicate(message):
                    result.has_target_result, result.target_message = True, message
                    return


def make_executor():
    return Executor()
