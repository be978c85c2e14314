"""Timing of loops: what a slice costs in wall time, CPU time and context switches."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from time import perf_counter, process_time
from typing import Any, Dict, Tuple

try:
    from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
except ImportError:  # pragma: no cover - Windows
    getrusage = None  # type: ignore[assignment]


Arguments = Tuple[Any, ...]
Keywords = Dict[str, Any]


class Reading:
    """What a stretch of calls cost; readings of separate calls add up."""

    __slots__ = ("cpu_s", "involuntary", "voluntary", "wall_s")

    def __init__(self) -> None:
        self.wall_s = 0.0
        self.cpu_s = 0.0
        self.voluntary = 0
        self.involuntary = 0

    def as_message(self) -> dict[str, float]:
        """The reading in the shape that the supervisor expects."""
        return {name: getattr(self, name) for name in self.__slots__}


class _Usage:
    """Counters of this process (and its reaped children) at one moment."""

    __slots__ = ("cpu_s", "involuntary", "voluntary", "wall_s")

    def __init__(self) -> None:
        self.voluntary = self.involuntary = 0
        children_s = 0.0
        if getrusage is not None:
            own, children = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
            self.voluntary, self.involuntary = own.ru_nvcsw, own.ru_nivcsw
            children_s = children.ru_utime + children.ru_stime
        self.cpu_s = process_time() + children_s
        self.wall_s = perf_counter()

    def add_since(self, before: _Usage, reading: Reading) -> None:
        reading.wall_s += self.wall_s - before.wall_s
        reading.cpu_s += self.cpu_s - before.cpu_s
        reading.voluntary += self.voluntary - before.voluntary
        reading.involuntary += self.involuntary - before.involuntary


class Loop:
    """Repeats one call; it may be repeated without limit."""

    limit: int | None = None
    calls_for_result = 1

    def __init__(self, function: Callable[..., Any], args: Arguments, kwargs: Keywords) -> None:
        self._function = function
        self._args = args
        self._kwargs = kwargs

    def run(self, loops: int) -> Reading:
        """Call ``loops`` times in a row; whatever the function raises passes through."""
        function, args, kwargs = self._function, self._args, self._kwargs
        reading, turns, before = Reading(), repeat(None, loops), _Usage()
        if args or kwargs:
            for _ in turns:
                function(*args, **kwargs)
        else:
            for _ in turns:
                function()
        _Usage().add_since(before, reading)
        return reading

    def result(self) -> Any:
        """One more call, for its result."""
        return self._function(*self._args, **self._kwargs)


class Pedantic:
    """Repeats a call with set-up and tear-down around each, which are not timed.

    Without a set-up nobody promised that the call may be repeated more often than
    ``rounds * iterations`` times, so that is the limit.
    """

    calls_for_result = 0

    def __init__(
        self,
        target: Callable[..., Any],
        arguments: tuple[Arguments, Keywords],
        *,
        setup: Callable[..., Any] | None,
        teardown: Callable[..., Any] | None,
        calls: int,
    ) -> None:
        self._target = target
        self._arguments = arguments
        self._setup = setup
        self._teardown = teardown
        self.limit = calls if setup is None else None
        self._done = 0
        self._last: Any = None

    def run(self, loops: int) -> Reading:
        """Call ``loops`` times, set-up before and tear-down after each."""
        reading = Reading()
        for _ in repeat(None, loops):
            self._once(reading)
        return reading

    def result(self) -> Any:
        """The last call's result; makes the call if there was none."""
        if not self._done:
            self._once(Reading())
        return self._last

    def _once(self, reading: Reading) -> None:
        args, kwargs = self._prepare()
        target, before = self._target, _Usage()
        self._last = target(*args, **kwargs)
        _Usage().add_since(before, reading)
        self._done += 1
        if self._teardown is not None:
            self._teardown(*args, **kwargs)

    def _prepare(self) -> Any:
        made = None if self._setup is None else self._setup()
        if made is None:
            return self._arguments
        if any(self._arguments):
            raise TypeError("Can't use `args` or `kwargs` if `setup` returns the arguments.")
        return made
