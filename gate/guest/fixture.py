"""The ``benchmark`` fixture, in the shapes of pytest-benchmark and pytest-codspeed."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .stopwatch import Loop, Pedantic

if TYPE_CHECKING:
    import pytest

    from .desk import Desk


class AlreadyUsedError(RuntimeError):
    """The fixture measures one thing a test."""


class BenchmarkFixture:
    """Measures what the test hands to it, under the orders of the supervisor."""

    enabled = True
    disabled = False
    cprofile = False

    def __init__(self, node: pytest.Item, desk: Desk) -> None:
        self._desk = desk
        self._used = False
        self._undo: list[Callable[[], object]] = []
        self.name = node.name
        self.fullname = node.nodeid
        self.extra_info: dict[str, object] = {}
        self.stats: Stats | None = None
        marker = node.get_closest_marker("benchmark")
        self.group = marker.kwargs.get("group") if marker else None
        callspec = getattr(node, "callspec", None)
        self.param = callspec.id if callspec else None
        self.params = callspec.params if callspec else None

    def __call__(self, function_to_benchmark: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Measure the call and return its result."""
        return self._measure(Loop(function_to_benchmark, args, kwargs))

    def pedantic(  # noqa: PLR0917 - the order is pytest-benchmark's
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        setup: Callable[..., Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
        teardown: Callable[..., Any] | None = None,
    ) -> Any:
        """Measure the call with an untimed set-up and tear-down around each."""
        if setup is not None and iterations != 1:
            raise ValueError("Can't use more than 1 `iterations` with a `setup` function.")
        calls = max(1, int(rounds)) * max(1, int(iterations)) + max(0, int(warmup_rounds or 0))
        arguments = (tuple(args), kwargs or {})
        return self._measure(
            Pedantic(target, arguments, setup=setup, teardown=teardown, calls=calls)
        )

    def weave(self, target: Any, **kwargs: Any) -> None:
        """Measure a function wherever the test calls it next; needs aspectlib, as elsewhere."""
        import aspectlib  # type: ignore[import-not-found]  # noqa: PLC0415

        def aspect(function: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *args, **kwargs: self(function, *args, **kwargs)

        self._undo.append(aspectlib.weave(target, aspect, **kwargs).rollback)

    patch = weave

    def undo(self) -> None:
        """Take back what ``weave`` replaced."""
        while self._undo:
            self._undo.pop()()

    def _measure(self, work: Loop | Pedantic) -> Any:
        if self._used:
            raise AlreadyUsedError("the benchmark fixture can be used once a test")
        self._used = True
        per_call = self._desk.serve(work)
        self.stats = Stats(per_call) if per_call else None
        result = work.result()
        self._desk.conclude()
        return result


class Stats:
    """What tests ask of ``benchmark.stats`` after measuring; seconds per call of each slice."""

    def __init__(self, per_call: list[float]) -> None:
        self.data = per_call
        self.min = min(per_call)
        self.max = max(per_call)
        self.mean = statistics.fmean(per_call)
        self.median = statistics.median(per_call)
        self.stddev = statistics.stdev(per_call) if len(per_call) > 1 else 0.0
        self.total = sum(per_call)
        self.rounds = len(per_call)
        self.ops = 1 / self.mean if self.mean else 0.0

    @property
    def stats(self) -> Stats:
        """pytest-benchmark keeps the numbers one level deeper."""
        return self

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)
