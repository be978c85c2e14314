"""The nouns of profiling: one finished span, and what all spans of one path add up to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One finished stretch of code."""

    path: tuple[str, ...]
    """Names from the outermost span to this one, at least 1."""
    started_s: float
    """The wall clock at its start."""
    wall_s: float
    cpu_s: float
    """CPU seconds. Of a decorated coroutine function: of its own steps alone. Of a ``with``
    block: of the thread, so what *other* tasks did while the block waited counts, too."""
    resident_bytes: int | None
    """By how much the resident memory of the whole process grew (< 0: shrank)."""
    allocated: int | None
    """By how much the allocations held grew, in the gauge's own unit."""
    error: str | None = None
    """Type of the exception that left the span, cancellation included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What all finished spans of one path add up to."""

    path: tuple[str, ...]
    count: int
    """At least 1."""
    errors: int
    wall_s: float
    """Sum of elapsed seconds; concurrent spans overlap, so it may exceed the time that passed."""
    longest_s: float
    cpu_s: float
    resident_bytes: int | None
    allocated: int | None


class Sums:
    """Adds up the spans of one path; one object changed in place, for it is done every span."""

    __slots__ = ("allocated", "count", "cpu_s", "errors", "longest_s", "resident_bytes", "wall_s")

    def __init__(self) -> None:
        self.count = 0
        self.errors = 0
        self.wall_s = 0.0
        self.longest_s = 0.0
        self.cpu_s = 0.0
        self.resident_bytes: int | None = 0
        self.allocated: int | None = 0

    def add(self, span: Span) -> None:
        """Add one span."""
        self.count += 1
        self.errors += span.error is not None
        self.wall_s += span.wall_s
        self.longest_s = max(self.longest_s, span.wall_s)
        self.cpu_s += span.cpu_s
        self.resident_bytes = _plus(self.resident_bytes, span.resident_bytes)
        self.allocated = _plus(self.allocated, span.allocated)

    def summary(self, path: tuple[str, ...]) -> Summary:
        """Return what there is so far, of ``path``."""
        return Summary(
            path=path,
            count=self.count,
            errors=self.errors,
            wall_s=self.wall_s,
            longest_s=self.longest_s,
            cpu_s=self.cpu_s,
            resident_bytes=self.resident_bytes,
            allocated=self.allocated,
        )


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
