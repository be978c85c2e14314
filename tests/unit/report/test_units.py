"""Numbers as people read them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model import Change
from gate.report.units import (
    MINUS,
    duration,
    fraction,
    log_ratio,
    percent,
    percentages,
    quantities,
    share,
)


@pytest.mark.parametrize(
    ("values", "unit", "shown"),
    [
        ([12.34e-6, 13.87e-6], "s", ["12.3 µs", "13.9 µs"]),
        ([999.4e-6], "s", ["999 µs"]),
        ([999.6e-6], "s", ["1.00 ms"]),
        ([0.9999], "s", ["1.00 s"]),
        ([999.4e-6, 1.2e-3], "s", ["0.999 ms", "1.20 ms"]),
        ([3e-10], "s", ["0.300 ns"]),
        ([1254.0], "s", ["1,250 s"]),
        ([None, 0.5], "s", ["—", "500 ms"]),
        ([math.inf, math.nan], "s", ["—", "—"]),
        ([0.0, 0.0], "s", ["0 s", "0 s"]),
        ([0, 5], "count", ["0", "5.00"]),
        ([1_234_567], "count", ["1.23 M"]),
        ([999_600], "count", ["1.00 M"]),
        ([1010], "B", ["0.986 KiB"]),
        ([16 * 1024**3], "B", ["16.0 GiB"]),
        ([12.345], "req/s", ["12.3 req/s"]),
    ],
)
def test_a_row_shares_one_unit_and_has_three_digits(
    values: list[float | None], unit: str, shown: list[str]
) -> None:
    """The larger value chooses the unit; nothing reads 1000 of one where 1 of the next would do."""
    assert quantities(values, unit) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.125, "1.13 s"), (1.005, "1.01 s"), (2.675, "2.68 s"), (1.225, "1.23 s"), (10.25, "10.3 s")],
)
def test_ties_are_rounded_up_as_people_do(value: float, shown: str) -> None:
    """Neither half-even rounding nor the binary value a little below the tie shows through."""
    assert quantities([value], "s") == [shown]


@given(st.floats(min_value=1e-12, max_value=999.4))
def test_no_time_is_written_with_four_digits(value: float) -> None:
    """What is shown has three significant digits and is within half of the last one."""
    number, unit = quantities([value], "s")[0].split()
    factor = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}[unit]

    assert float(number) < 1000
    assert len(re.sub(r"^[0.]+|\.", "", number)) == 3
    assert float(number) * factor == pytest.approx(value, rel=0.00501)


@pytest.mark.parametrize(
    ("relative", "shown"),
    [
        ((0.124, 0.118, 0.131), ("+12.4%", "+11.8% to +13.1%")),
        ((-0.083, -0.0871, -0.079), (f"{MINUS}8.30%", f"{MINUS}8.71% to {MINUS}7.90%")),
        ((0.00001, -0.002, 0.002), ("0.00%", f"{MINUS}0.20% to +0.20%")),
        ((-0.00001, -0.00002, 0.00001), ("0.00%", "0.00% to 0.00%")),
        ((0.9996, 0.5, 1.5), ("+100%", "+50.0% to +150%")),
        ((18.4, 10.0, 30.0), ("+1,840%", "+1,000% to +3,000%")),
        ((0.25, 0.25, 0.25), ("+25.0%", "")),
    ],
)
def test_a_change_is_a_signed_percentage_with_its_interval(
    relative: tuple[float, float, float], shown: tuple[str, str]
) -> None:
    """No sign stands before nothing, and an exact change has no interval."""
    point, low, high = map(math.log1p, relative)

    assert percentages(Change(point=point, low=low, high=high)) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (-math.inf, math.inf, "interval unknown"),
        (-math.inf, math.log1p(0.1), "at most +10.0%"),
        (math.log1p(0.01), math.inf, "at least +1.00%"),
        (math.log1p(0.01), 800.0, "at least +1.00%"),
    ],
)
def test_an_infinite_end_is_said_in_words(low: float, high: float, shown: str) -> None:
    """Nobody has to read an infinity."""
    assert percentages(Change(point=math.log1p(0.05), low=low, high=high)) == ("+5.00%", shown)


def test_a_change_from_nothing_is_a_dash() -> None:
    """From zero to something is no percentage."""
    assert percentages(Change(point=math.inf, low=math.inf, high=math.inf)) == ("—", "")


@pytest.mark.parametrize(
    ("relative", "shown"),
    [(0.005, "0.5%"), (0.01, "1%"), (0.1, "10%"), (1.0, "100%"), (1e-6, "0.0001%"), (0.0, "0%")],
)
def test_limits_have_no_padding(relative: float, shown: str) -> None:
    """A limit reads as it was written in the configuration."""
    assert percent(math.log1p(relative)) == shown
    assert share(relative) == shown


def test_an_unknown_limit_is_a_dash() -> None:
    """Neither None nor infinity is a number."""
    assert [percent(None), percent(math.inf)] == ["—", "—"]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.04, "0.0 s"),
        (3.25, "3.3 s"),
        (11.6, "12 s"),
        (59.6, "1 min 00 s"),
        (83.2, "1 min 23 s"),
        (3700, "1 h 01 min"),
    ],
)
def test_durations_are_as_exact_as_is_useful(seconds: float, shown: str) -> None:
    """A decimal below ten seconds, seconds below an hour."""
    assert duration(seconds) == shown


@given(st.floats(min_value=-10, max_value=10))
def test_a_change_survives_the_way_to_a_fraction_and_back(ratio: float) -> None:
    """Twelve digits of the fraction are kept, and the second way changes nothing."""
    relative = fraction(ratio)
    assert relative is not None

    assert log_ratio(relative) == pytest.approx(ratio, rel=1e-7, abs=1e-11)
    assert fraction(log_ratio(relative)) == relative


@pytest.mark.parametrize("ratio", [math.inf, -math.inf, math.nan, 800.0, -50.0])
def test_what_no_fraction_can_say_is_none(ratio: float) -> None:
    """Overflow and the loss of everything are not silently a number."""
    assert fraction(ratio) is None
