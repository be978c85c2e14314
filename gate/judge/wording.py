"""The sentences of the findings, written for a reviewer; no text of the target enters them."""

from __future__ import annotations

import math

from gate.model import Against, Change, Clock, Yardstick

_UNITS = ((1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))
_DIGITS = 3
_MOST_DECIMALS = 2
_TOO_MANY = 1000


def percent(change: float) -> str:
    """Return a log ratio as a signed percentage of three digits, two decimals at the most."""
    try:
        value = 100 * math.expm1(change)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        return "any size"
    decimals = _decimals(value)
    rounded = round(_three_digits(value), decimals)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}%"


def seconds(value: float) -> str:
    """Return a duration > 0 in seconds with three digits and a unit that suits it."""
    fitting = [(size, name) for size, name in _UNITS if _three_digits(value / size) < _TOO_MANY]
    size, name = fitting[0] if fitting else _UNITS[-1]
    return f"{_three_digits(value / size):.{_DIGITS}g} {name}" if fitting else f"{value:,.0f} s"


def interval(change: Change) -> str:
    """Return a change with its interval."""
    return f"{percent(change.point)} ({_between(change)})"


def _between(change: Change) -> str:
    if math.isinf(change.high):
        return "interval unknown"
    return f"{percent(change.low)} to {percent(change.high)}"


def beside(one: Against) -> str:
    """Return what another yardstick than base says, without the name of the benchmark."""
    if one.what is Yardstick.STORED:
        place, verb = f"{plural(one.count, 'stored run')} of this machine", "slower than usual, "
    else:
        place, verb = "the last release", "slower, "
    return f"{verb if one.slower else ''}{interval(one.change)} against {place}"


def cannot_exclude(high: float) -> str:
    """Return what an inconclusive benchmark may hide."""
    if math.isinf(high):
        return "cannot exclude a slowdown of any size: one pair says nothing about noise"
    return f"cannot exclude {percent(high)}"


def clock_name(clock: Clock) -> str:
    """Return how a sentence calls the clock."""
    return "CPU time" if clock is Clock.CPU else "wall time"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, which must take a plain s."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _three_digits(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _decimals(value: float) -> int:
    rounded = abs(_three_digits(value))
    whole = len(f"{int(rounded)}")
    return max(0, min(_MOST_DECIMALS, _DIGITS - whole))
