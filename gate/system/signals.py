"""Turns SIGINT and SIGTERM into one exception, so that cleaning up is not interrupted in turn."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

from gate.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` in the body at the first SIGINT or SIGTERM, and ignore further ones.

    On leaving, the handlers are as they were before. For the main thread only.

    Raises:
        Interrupted: A signal arrived.
        ValueError: This is not the main thread.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        for number in _SIGNALS:
            signal.signal(number, _interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait until the body is done, and act then, the first of each.

    For code that an exception would leave half done. Programs and threads that are started in the
    body get the signals as ever; outside of the main thread no handler runs, and nothing is held.
    """
    if current_thread() is not main_thread():
        yield
        return
    came: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.signal(number, remember) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for each in dict.fromkeys(came):
            signal.raise_signal(each)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for each in _SIGNALS:
        signal.signal(each, _ignore)
    name = signal.Signals(number).name
    raise Interrupted(f"Interrupted by {name}.", hint="Nothing was written; start it again.")


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; unlike SIG_IGN this is not inherited by programs that we start."""
