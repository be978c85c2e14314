"""Clocks and other gauges that stand still until a test moves them."""

from __future__ import annotations

from gate.executor.observing.gauges import Gauges


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class Instruments:
    """Gauges that a test sets by hand."""

    def __init__(self) -> None:
        self.wall = Clock()
        self.cpu = Clock()
        self.resident = 5000
        self.allocated = 70
        self.gauges = Gauges(
            wall=self.wall,
            cpu=self.cpu,
            resident=lambda: self.resident,
            allocated=lambda: self.allocated,
        )

    def work(self, seconds: float) -> None:
        """Pass time on both clocks."""
        self.wall.advance(seconds)
        self.cpu.advance(seconds)
