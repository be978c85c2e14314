"""Where a benchmark reports to the supervisor and takes orders."""

from __future__ import annotations

import gc
from typing import Any

from .channel import Channel
from .stopwatch import Loop, Pedantic

COUNTED_CALLS = 2
"""The first call fills caches, the next one uses them."""


class Desk:
    """Serves one benchmark after the other."""

    def __init__(self, channel: Channel, census: Any = None) -> None:
        self._channel = channel
        self._census = census
        self.name = ""
        self.measured = False

    def open(self, name: str) -> None:
        """A test begins."""
        self.name = name
        self.measured = False

    def serve(self, work: Loop | Pedantic) -> list[float]:
        """Obey the supervisor until it releases us; return seconds per call of each slice."""
        self.measured = True
        if self._census is not None:
            return self._count(work)
        per_call: list[float] = []
        gc.collect()
        self._channel.send(kind="ready", name=self.name, limit=work.limit)
        while True:
            order: Any = self._channel.receive()
            if order["kind"] != "run":
                return per_call
            loops = int(order["loops"])
            reading = work.run(loops)
            per_call.append(reading.wall_s / loops)
            self._channel.send(kind="reading", loops=loops, **reading.as_message())

    def _count(self, work: Loop | Pedantic) -> list[float]:
        """All calls that are counted, but for the one that asking for the result makes."""
        calls = min(COUNTED_CALLS, work.limit or COUNTED_CALLS)
        for _ in range(calls - work.calls_for_result):
            work.run(1)
        return []

    def conclude(self) -> None:
        """The last call is over: tell all that this process has executed up to here."""
        if self._census is not None:
            self._channel.send(kind="counted", name=self.name, life=self._census.report())
