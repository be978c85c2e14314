"""What a yardstick besides base says of all rows is one sentence, which names the worst ones."""

from __future__ import annotations

import math

import pytest

from gate.model import Against, Benchmark, Change, Finding, Metric, Outcome, Yardstick
from gate.pipe.earlier.saying import said


def row(name: str, percent: float = 0.0, count: int = 10) -> Finding:
    """A row that is so much slower than its stored runs; 0: as usual."""
    point = math.log1p(percent / 100)
    change = Change(point=point, low=point - 0.01, high=point + 0.01)
    told = Against(what=Yardstick.STORED, change=change, count=count, slower=percent > 0)
    return Finding(
        benchmark=Benchmark(name=name),
        metric=Metric.TIME,
        outcome=Outcome.UNCHANGED,
        message="",
        against=(told,),
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "against X: no measured benchmark was in both often enough"),
        ([row("a")], "against X (10 runs of each): none of 1 benchmark is slower than usual"),
        (
            [row("a"), row("b", 5, count=8)],
            (
                "against X (8 to 10 runs of each): slower than usual is 1 of 2 benchmarks, "
                "b +5.00% (+3.96% to +6.06%); this warns, and fails nothing"
            ),
        ),
    ],
)
def test_the_sentence(rows: list[Finding], sentence: str) -> None:
    assert said(rows, Yardstick.STORED, "X") == sentence


def test_the_worst_are_named_first_and_the_others_counted() -> None:
    told = said([row(f"test_{n}", n) for n in range(1, 6)], Yardstick.STORED, "X")

    assert "test_5 +5.00%" in told
    assert told.index("test_5") < told.index("test_4") < told.index("test_3") < told.index("2 more")
    assert "test_2" not in told


def test_another_yardstick_is_left_out() -> None:
    assert "no measured benchmark" in said([row("a", 5)], Yardstick.RELEASE, "v1")
