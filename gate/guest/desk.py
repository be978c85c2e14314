"""Where a benchmark reports to the supervisor and takes orders."""

from __future__ import annotations

import gc
from typing import Any

from .channel import Channel
from .stopwatch import Loop, Pedantic


class Desk:
    """Serves one benchmark after the other."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.name = ""
        self.measured = False

    def open(self, name: str) -> None:
        """A test begins."""
        self.name = name
        self.measured = False

    def serve(self, work: Loop | Pedantic) -> list[float]:
        """Obey the supervisor until it releases us; return seconds per call of each slice."""
        self.measured = True
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
