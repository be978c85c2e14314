"""Which patterns match which benchmarks, and which threshold comes out."""

from __future__ import annotations

from math import log1p

import pytest

from gate.config.decode import load
from gate.config.presets import PRESETS
from gate.config.schema import Configuration, Preset, ThresholdEntry
from gate.config.thresholds import matches, threshold_for
from gate.model import Benchmark, Level, Metric, Threshold

TEST = "tests/bench.py::test_parse"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*", TEST),
        ("*", "import:mylib"),
        ("import:*", "import:mylib"),
        ("import:mylib", "import:mylib"),
        ("import:mylib.?", "import:mylib.a"),
        ("command:cli-*", "command:cli-start"),
        (TEST, TEST),
        ("tests/*", TEST),
        ("tests/bench.py::*", TEST),
        ("*::test_parse", TEST),
        ("tests/[ab]*::test_[!q]*", TEST),
        # Without :: also the part after the last ::
        ("test_parse*", "tests/bench.py::test_parse_big"),
        ("test_parse", TEST),
        ("test_b", "tests/bench.py::TestA::test_b"),
        # Brackets as a set of characters ...
        ("test_[ab]", "tests/bench.py::test_b"),
        ("import:[a-c]*", "import:b"),
        # ... and as those around pytest's parameters
        ("test_a[x-1]", "tests/bench.py::test_a[x-1]"),
        ("tests/bench.py::test_a[x-1]", "tests/bench.py::test_a[x-1]"),
        ("test_a[x-*]", "tests/bench.py::test_a[x-1]"),
        ("test_a[*]", "tests/bench.py::test_a[x-1]"),
        ("test_a[?-1]", "tests/bench.py::test_a[x-1]"),
        ("test_a*", "tests/bench.py::test_a[x-1]"),
        ("test_a[*", "tests/bench.py::test_a[x-1]"),
        ("test_a[[]x*", "tests/bench.py::test_a[x-1]"),
        ("test_a[a::b]", "tests/bench.py::test_a[a::b]"),
        ("test_a[*]", "tests/bench.py::test_a[a::b]"),
        ("tests/bench.py::test_a[*]", "tests/bench.py::test_a[a::b]"),
        ("[", "["),
        ("a[!]", "a[!]"),
        ("a[z-a]", "a[z-a]"),
        ("test_a[x[y]]", "t.py::test_a[x[y]]"),
    ],
)
def test_these_match(pattern: str, name: str) -> None:
    assert matches(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("TEST_PARSE", TEST),
        ("test_pars", TEST),
        ("parse", TEST),
        ("bench.py::test_parse", TEST),
        ("Import:*", "import:mylib"),
        ("mylib", "import:mylib"),
        ("port:mylib", "import:mylib"),
        ("mport:mylib", "import:mylib"),
        ("test_[ab]", "tests/bench.py::test_c"),
        ("test_a[x-1]", "tests/bench.py::test_a[x-2]"),
        ("test_a[x-1]", "tests/bench.py::test_a"),
        ("test_a[*]", "tests/bench.py::test_a"),
        ("b]", "tests/bench.py::test_a[a::b]"),
        ("tests", TEST),
        ("", TEST),
    ],
)
def test_these_do_not_match(pattern: str, name: str) -> None:
    assert not matches(pattern, name)


def test_many_stars_match_without_backtracking() -> None:
    assert not matches("*a" * 200 + "b", "a" * 5000)


def threshold(text: str, name: str = TEST, metric: Metric = Metric.TIME) -> Threshold:
    return threshold_for(load(text, filename="f"), Benchmark(name=name), metric)


@pytest.mark.parametrize(
    ("preset", "tolerate", "max_change", "level"),
    [
        ("strict", 0.005, 0.02, Level.ERROR),
        ("recommended", 0.01, 0.03, Level.ERROR),
        ("advisory", 0.01, 0.03, Level.WARN),
    ],
)
def test_the_preset_holds_where_nothing_is_said(
    preset: str, tolerate: float, max_change: float, level: Level
) -> None:
    found = threshold(f"preset: {preset}")
    assert found.tolerate == pytest.approx(log1p(tolerate))
    assert found.max_change == pytest.approx(log1p(max_change))
    assert (found.level, found.max, found.goal) == (level, None, None)


def test_recommended_is_the_default() -> None:
    assert threshold("") == PRESETS[Preset.RECOMMENDED]


RULES = """
thresholds:
  - {match: "*", max_change: 8%}
  - {match: "*", metric: memory, level: warn}
  - {match: "test_parse*", metric: time, tolerate: 2%, max: 3ms}
  - {match: "import:*", max_change: 10%}
  - {match: "test_parse*", metric: time, goal: 1ms}
  - {match: "tests/other.py::*", level: off}
"""


@pytest.mark.parametrize(
    ("name", "metric", "expected"),
    [
        (
            TEST,
            Metric.TIME,
            Threshold(tolerate=log1p(0.02), max_change=log1p(0.08), max=0.003, goal=0.001),
        ),
        (
            TEST,
            Metric.MEMORY,
            Threshold(tolerate=log1p(0.01), max_change=log1p(0.08), level=Level.WARN),
        ),
        (
            "import:mylib",
            Metric.TIME,
            Threshold(tolerate=log1p(0.01), max_change=log1p(0.1)),
        ),
        (
            "tests/other.py::test_x",
            Metric.MEMORY,
            Threshold(tolerate=log1p(0.01), max_change=log1p(0.08), level=Level.OFF),
        ),
    ],
)
def test_the_last_matching_entry_wins_key_by_key(
    name: str, metric: Metric, expected: Threshold
) -> None:
    assert threshold(RULES, name, metric) == expected


def test_a_later_entry_replaces_the_same_key() -> None:
    text = "thresholds: [{match: a, level: off}, {level: warn}, {match: a, max_change: 5%}]"
    assert threshold(text, "a").level is Level.WARN


def test_where_two_entries_meet_and_contradict_the_stricter_key_stands() -> None:
    """Neither entry is wrong by itself; only a benchmark that both match shows it."""
    text = "thresholds: [{match: '*a', tolerate: 2.5%}, {match: 'a*', max_change: 2%}]"
    found = threshold(text, "aa")
    assert found.max_change == pytest.approx(log1p(0.02))
    assert found.tolerate == pytest.approx(log1p(0.02) / 2)


def test_entries_can_be_made_without_a_file() -> None:
    configuration = Configuration(thresholds=(ThresholdEntry(level=Level.OFF),))
    found = threshold_for(configuration, Benchmark(name="x"), Metric.TIME)
    assert found.level is Level.OFF
