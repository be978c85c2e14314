"""How much of each kind makes how many seconds, and how kinds are called."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from gate.cli import parser
from gate.errors import MeasureError
from gate.selftests.kinds import STRAIGHT, UNITS, Kind, Price, dose, price_all
from gate.selftests.plant import USED
from gate.usage import SELFTEST


def _price(turn_s: float, unit: str = "pass") -> Price:
    return Price(unit=unit, fixed_s=1e-7, sometimes_s=4e-7, turn_s=turn_s)


@pytest.mark.parametrize(
    ("wanted_s", "turns", "seconds"),
    [
        (1e-6, 9, 1e-6),
        (1.04e-6, 9, 1e-6),
        (1e-3, 9999, 1e-3),
        (2e-7, 1, 2e-7),
    ],
)
def test_as_many_turns_as_it_takes(wanted_s: float, turns: int, seconds: float) -> None:
    planned = dose([_price(1e-7)], wanted_s)

    assert planned.statement == f"for _planted in bytes({turns}): pass; del _planted"
    assert planned.seconds == pytest.approx(seconds)


def test_what_is_too_much_for_each_call_is_done_in_some() -> None:
    planned = dose([_price(100e-6)], 10e-6)

    assert planned.seconds == pytest.approx(10e-6)
    limit = int(planned.statement.partition(" < ")[2].partition(")")[0])
    assert limit / 2**32 == pytest.approx((10e-6 - 4e-7) / 100e-6)


def test_less_than_the_cheapest_is_the_cheapest_and_says_what_it_costs() -> None:
    assert dose([_price(100e-6)], 1e-9).seconds == pytest.approx(4e-7 + 1e-6)


def test_calls_too_short_for_a_loop_get_single_statements() -> None:
    prices = [_price(2e-8), Price(unit=STRAIGHT, fixed_s=0.0, sometimes_s=4e-7, turn_s=4e-9)]

    assert dose(prices, 13e-9).statement == "; ".join([STRAIGHT] * 3)
    assert dose(prices, 13e-9).seconds == pytest.approx(12e-9)
    assert dose(prices, 1e-12).statement == STRAIGHT
    assert dose(prices, 1e-6).statement.startswith("for ")


def test_the_largest_unit_that_fits_is_taken() -> None:
    prices = [_price(1e-3, "large"), _price(1e-6, "small")]

    assert "large" in dose(prices, 2e-3).statement
    assert "small" in dose(prices, 5e-4).statement
    assert "small" in dose(prices, 1e-8).statement


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("wanted_s", [1e-8, 1e-5, 1e-3])
def test_statements_bind_nothing_and_use_what_plantable_looks_for(
    kind: Kind, wanted_s: float
) -> None:
    planned = dose([_price(1e-4, unit) for unit in UNITS[kind]], wanted_s)
    names = set(compile(planned.statement, "planted", "exec").co_names)
    space: dict[str, object] = {}

    exec(planned.statement, space)  # noqa: S102 - our own text

    assert set(space) == {"__builtins__"}
    assert "\n" not in planned.statement
    assert names & set(dir(__builtins__)) <= USED


def test_everything_has_a_price_in_the_target_s_interpreter(tmp_path: Path) -> None:
    prices = price_all(f"CPython {platform.python_version()}", tmp_path)

    assert {kind: tuple(one.unit for one in found) for kind, found in prices.items()} == UNITS
    for one in (price for found in prices.values() for price in found):
        assert one.turn_s > 0
        assert one.fixed_s >= 0
        assert one.sometimes_s > 0


def test_an_interpreter_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"CPython 3\.5\.0"):
        price_all("CPython 3.5.0", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        ([], None),
        (["--kinds", "sleep,loop"], (Kind.LOOP, Kind.SLEEP)),
        (["--all"], tuple(Kind)),
    ],
)
def test_kinds_are_named_and_come_in_their_order(
    arguments: list[str], kinds: tuple[Kind, ...] | None
) -> None:
    assert parser().parse_args(["selftest", *arguments]).kinds == kinds


@pytest.mark.parametrize("text", ["snooze", "", "loop,,sleep"])
def test_unknown_kinds_are_refused_with_those_that_there_are(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        parser().parse_args(["selftest", "--kinds", text])

    assert stop.value.code == 2
    assert "loop,allocation,call" in capsys.readouterr().err


def test_help_explains_each_kind() -> None:
    described = SELFTEST.partition("kinds:")[2].split()

    assert set(Kind) <= set(described)
