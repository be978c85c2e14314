"""How often a benchmark is called while it is counted."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from gate.guest.channel import Channel
from gate.guest.desk import COUNTED_CALLS, Desk
from gate.guest.stopwatch import Loop, Pedantic


class _Census:
    """Counts nothing."""

    def report(self) -> dict[str, Any]:
        return {}


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, COUNTED_CALLS), (10, COUNTED_CALLS), (1, 1)]
)
def test_pedantic_calls_are_counted_as_often_as_others_but_never_beyond_their_limit(
    limit: int | None, expected: int
) -> None:
    calls: list[int] = []
    ours, theirs = socket.socketpair()
    setup = (lambda: None) if limit is None else None
    work = Pedantic(lambda: calls.append(1), ((), {}), setup=setup, teardown=None, calls=limit or 1)
    with ours, theirs:
        Desk(Channel(ours), _Census()).serve(work)
        work.result()

    assert len(calls) == expected


def test_an_ordinary_call_is_counted_twice() -> None:
    calls: list[int] = []
    ours, theirs = socket.socketpair()
    work = Loop(calls.append, (1,), {})
    with ours, theirs:
        Desk(Channel(ours), _Census()).serve(work)
        work.result()

    assert len(calls) == COUNTED_CALLS
