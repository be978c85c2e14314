"""Spans: what they measure, how they nest, and how they end."""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import replace

import pytest

from gate.executor.observing.gauges import Gauges, resident_bytes
from gate.executor.observing.profiler import Profiler
from gate.executor.observing.spans import Span
from tests.executor.clocks import Instruments
from tests.executor.observing.overhead import overhead


def paths(profiler: Profiler) -> list[tuple[str, ...]]:
    return [span.path for span in profiler.spans()]


def test_a_span_tells_the_growth_of_every_gauge(
    profiler: Profiler, instruments: Instruments
) -> None:
    with profiler.span("load"):
        instruments.wall.advance(3.0)
        instruments.cpu.advance(0.5)
        instruments.resident += 4096
        instruments.allocated -= 20
    assert profiler.spans() == (
        Span(
            path=("load",),
            started_s=1000.0,
            wall_s=3.0,
            cpu_s=0.5,
            resident_bytes=4096,
            allocated=-20,
        ),
    )


def test_a_gauge_that_is_left_out_is_left_out_of_the_figures(instruments: Instruments) -> None:
    without = replace(instruments.gauges, resident=None, allocated=None)
    profiler = Profiler(gauges=without)
    for _ in range(2):
        with profiler.span("a"):
            pass
    (summary,) = profiler.report()
    assert (summary.count, summary.resident_bytes, summary.allocated) == (2, None, None)


def test_real_gauges_see_real_work() -> None:
    profiler = Profiler(gauges=Gauges(allocated=sys.getallocatedblocks))
    with profiler.span("fill"):
        held = [bytearray(1) for _ in range(50_000)]
        page = bytearray(b"x") * (64 << 20)
    (span,) = profiler.spans()
    assert span.wall_s > 0
    assert span.cpu_s > 0
    assert span.allocated is not None
    assert span.allocated >= len(held)
    assert span.resident_bytes is None or span.resident_bytes > len(page) / 2


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_resident_memory_is_that_of_this_process() -> None:
    import psutil  # noqa: PLC0415 - the oracle, on this platform only

    assert resident_bytes() == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)


def test_the_report_sums_up_by_path_parents_first(
    profiler: Profiler, instruments: Instruments
) -> None:
    for seconds in (1.0, 3.0):
        with profiler.span("outer"):
            instruments.work(1.0)
            with profiler.span("inner"):
                instruments.work(seconds)
    outer, inner = profiler.report()
    assert (outer.path, inner.path) == (("outer",), ("outer", "inner"))
    assert (outer.count, outer.wall_s, outer.longest_s) == (2, 6.0, 4.0)
    assert (inner.count, inner.wall_s, inner.longest_s, inner.cpu_s) == (2, 4.0, 3.0, 4.0)


def test_only_the_newest_spans_are_kept_but_all_are_summed_up() -> None:
    profiler = Profiler(keep=3)
    for name in "abcde":
        with profiler.span(name):
            pass
    assert paths(profiler) == [("c",), ("d",), ("e",)]
    assert [summary.path for summary in profiler.report()] == [(name,) for name in "abcde"]


def test_an_exception_ends_the_span_goes_on_and_is_named(profiler: Profiler) -> None:
    with pytest.raises(KeyError), profiler.span("a"):
        raise KeyError
    with profiler.span("b"):
        pass
    assert [(span.path, span.error) for span in profiler.spans()] == [
        (("a",), "KeyError"),
        (("b",), None),
    ]
    assert [summary.errors for summary in profiler.report()] == [1, 0]


def test_an_open_span_cannot_be_entered_again_but_a_closed_one_can(profiler: Profiler) -> None:
    scope = profiler.span("a")
    with scope, pytest.raises(RuntimeError, match="'a' is open already"), scope:
        pass
    with scope:
        pass
    assert paths(profiler) == [("a",), ("a",)]


def test_a_span_that_never_began_cannot_end(profiler: Profiler) -> None:
    with pytest.raises(RuntimeError, match="never began"):
        profiler.span("a").__exit__(None, None, None)


def test_two_profilers_nest_without_seeing_each_other(profiler: Profiler) -> None:
    other = Profiler()
    with profiler.span("a"), other.span("x"), profiler.span("b"), other.span("y"):
        pass
    assert paths(profiler) == [("a", "b"), ("a",)]
    assert paths(other) == [("x", "y"), ("x",)]


def test_a_decorated_function_keeps_its_name_and_each_call_is_a_span(
    profiler: Profiler, instruments: Instruments
) -> None:
    @profiler.span("twice")
    def countdown(n: int) -> int:
        """Recurse."""
        instruments.work(1.0)
        return countdown(n - 1) if n else 7

    assert countdown(1) == 7
    assert (countdown.__name__, countdown.__doc__) == ("countdown", "Recurse.")
    assert [(span.path, span.wall_s) for span in profiler.spans()] == [
        (("twice", "twice"), 1.0),
        (("twice",), 2.0),
    ]


def test_generator_functions_are_refused_with_advice(profiler: Profiler) -> None:
    def plain() -> Iterator[int]:
        yield 1

    async def streaming() -> AsyncIterator[int]:
        yield 1

    for function in (plain, streaming):
        with pytest.raises(TypeError, match="around the loop that consumes it"):
            profiler.span("a")(function)


def test_a_span_in_a_generator_may_end_in_another_context(profiler: Profiler) -> None:
    def body() -> Generator[None, None, None]:
        with profiler.span("a"):
            yield

    generator = body()
    thread = threading.Thread(target=lambda: next(generator))
    thread.start()
    thread.join()
    generator.close()
    with profiler.span("b"):
        pass
    assert paths(profiler) == [("a",), ("b",)]


def test_threads_may_share_a_profiler() -> None:
    profiler = Profiler()

    def many() -> None:
        for _ in range(500):
            with profiler.span("outer"), profiler.span("inner"):
                pass

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(sums.path, sums.count) for sums in profiler.report()] == [
        (("outer",), 2000),
        (("outer", "inner"), 2000),
    ]


def test_overhead_is_told_for_every_choice_of_gauges() -> None:
    ticks = overhead(spans=20, rounds=1)
    assert list(ticks) == ["bare", "clocks", "clocks and resident", "clocks and blocks"]
    assert all(seconds > 0 for seconds in ticks.values())
