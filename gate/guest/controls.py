"""The control group: work of ours that is the same on both sides, but for one planted change.

It runs in the guests, between the benchmarks of the target and by the same stopwatch: what
moves it moves them. Each piece stands for a class of work that a noisy machine hurts in its
own way. Standard library only; no module that a target would not have loaded anyway.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import Any

PREFIX = "control:"
PLANTED = PREFIX + "planted"
"""Head does a twentieth more of the very same work."""
TURNS, MORE = 40, 2
LARGE = 1 << 21
"""Bytes: more than fits into a core's own cache."""


def work(name: str, plants: bool) -> Callable[[], Any]:  # noqa: FBT001 - as a message says it
    """Return what to call for a control: no arguments, 10 to 500 microseconds.

    Args:
        name: one of :data:`NAMES`.
        plants: this side carries the planted change.
    """
    if name == PLANTED and plants:
        return _text(TURNS + MORE)
    return _WORKS[name]()


def _text(turns: int) -> Callable[[], None]:
    """A mixture, as most code is one: a bare loop of arithmetic is twice as restless."""

    def work() -> None:
        for _ in range(turns):
            ",".join([str(number) for number in range(30)]).split(",")

    return work


def _allocation() -> int:
    return len([{"key": number, "pair": (number, str(number))} for number in range(300)])


def _memory() -> Callable[[], None]:
    source, target = bytearray(LARGE), bytearray(LARGE)

    def work() -> None:
        target[:] = source

    return work


def _wake_ups() -> Callable[[], None]:
    """What an event loop does for each wake-up: a system call to ask, and one to answer."""
    reader, writer = os.pipe()

    def work() -> None:
        for _ in range(20):
            os.write(writer, b"x")
            select.select([reader], [], [], 1.0)
            os.read(reader, 1)

    return work


_WORKS: dict[str, Callable[[], Callable[[], Any]]] = {
    PREFIX + "text": lambda: _text(TURNS),
    PREFIX + "allocation": lambda: _allocation,
    PREFIX + "memory": _memory,
    PREFIX + "wake-ups": _wake_ups,
    PLANTED: lambda: _text(TURNS),
}
NAMES = tuple(_WORKS)
"""All of them; each but the planted one is a null."""
