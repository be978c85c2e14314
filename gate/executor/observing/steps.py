"""A coroutine driven step by step, so that only the CPU time of its own steps is counted."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Steps:
    """CPU seconds that the steps of one coroutine have taken so far."""

    __slots__ = ("clock", "cpu_s")

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """Begin at zero.

        Args:
            clock: CPU seconds of the calling thread.
        """
        self.clock = clock
        self.cpu_s = 0.0


@coroutine
def stepped(body: Coroutine[Any, Any, T], steps: Steps) -> Generator[Any, Any, T]:
    """Await ``body`` and add up the CPU time of its steps.

    Whatever the event loop sends or throws, cancellation included, reaches ``body`` as if it
    were awaited directly, and whatever ``body`` yields reaches the loop.
    """
    step: Callable[..., Any] = body.send
    given: object = None
    while True:
        start = steps.clock()
        try:
            trap = step(given)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        finally:
            steps.cpu_s += steps.clock() - start
        try:
            given = yield trap
            step = body.send
        except GeneratorExit:
            body.close()
            raise
        except BaseException as error:  # noqa: BLE001 - handed on to the body, all of them
            step, given = body.throw, error
