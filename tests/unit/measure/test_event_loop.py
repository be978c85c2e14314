"""The event loop of the lanes ends whenever a signal comes; a loop that stays is waited for."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from gate.errors import Interrupted
from gate.measure.lanes import event_loop
from gate.system.signals import interruptible


@pytest.mark.parametrize("moment", ["__aenter__", "stop"])
def test_a_signal_while_the_loop_begins_or_ends_is_an_interruption(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The thread of the loop is not there any more afterwards."""
    real = getattr(BlockingPortal, moment)
    main = threading.get_ident()

    async def interrupted(portal: BlockingPortal, *arguments: Any) -> Any:
        signal.pthread_kill(main, signal.SIGINT)
        return await real(portal, *arguments)

    monkeypatch.setattr(BlockingPortal, moment, interrupted)
    before = threading.active_count()
    with pytest.raises(Interrupted), interruptible(), event_loop() as portal:
        assert portal.call(int) == 0
    assert threading.active_count() == before
