"""Numbers in sentences."""

from __future__ import annotations

import math

import pytest

from gate.judge.wording import percent, seconds

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (0.0, "0.00%"),
        (math.log(1.0512), "+5.12%"),
        (math.log(0.877), f"{MINUS}12.3%"),
        (math.log(3.21), "+221%"),
        (math.log(12.346), "+1,130%"),
        (0.000049, "0.00%"),
        (1e6, "any size"),
    ],
)
def test_percentages_have_three_digits_and_a_sign(change: float, text: str) -> None:
    assert percent(change) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.234e-8, "12.3 ns"),
        (9.996e-7, "1 µs"),
        (0.5e-3, "500 µs"),
        (0.0421, "42.1 ms"),
        (12.0, "12 s"),
        (4000.0, "4,000 s"),
    ],
)
def test_seconds_have_three_digits_and_a_unit(value: float, text: str) -> None:
    assert seconds(value) == text
