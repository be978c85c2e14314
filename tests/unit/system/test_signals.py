from __future__ import annotations

import os
import signal

import pytest

from gate.errors import ExitStatus, Interrupted
from gate.system.signals import held, interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_once_and_cleaning_up_is_left_alone(number: signal.Signals) -> None:
    cleaned: list[str] = []

    def body() -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
            cleaned.append("all of it")

    with pytest.raises(Interrupted, match=number.name) as caught, interruptible():
        body()
    assert cleaned == ["all of it"]
    assert caught.value.status is ExitStatus.INTERRUPTED


def test_previous_handlers_are_restored() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    with interruptible():
        assert [signal.getsignal(number) for number in numbers] != before
    assert [signal.getsignal(number) for number in numbers] == before
    with pytest.raises(Interrupted), interruptible():
        os.kill(os.getpid(), signal.SIGTERM)
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_signal_that_is_held_comes_when_the_body_is_done() -> None:
    done: list[str] = []

    def body() -> None:
        with held():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("all of it")
        done.append("too late")

    with pytest.raises(Interrupted, match="SIGTERM"), interruptible():
        body()
    assert done == ["all of it"]
