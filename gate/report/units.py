"""Numbers as people read them: three significant digits, one unit a row, signed percentages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from gate.model import Change

ABSENT = "—"
MINUS = "\N{MINUS SIGN}"

_Scale = tuple[tuple[Decimal, str], ...]
_SCALES: dict[str, _Scale] = {
    "s": (
        (Decimal("1e-9"), "ns"),
        (Decimal("1e-6"), "µs"),
        (Decimal("1e-3"), "ms"),
        (Decimal(1), "s"),
    ),
    "B": tuple((Decimal(1024**n), unit) for n, unit in enumerate(("B", "KiB", "MiB", "GiB"))),
    "count": tuple((Decimal(1000**n), unit) for n, unit in enumerate(("", "k", "M", "G"))),
}
_TOO_MANY = 1000
_FINEST = Decimal("0.01")  # of a percentage: no run sees less


def fraction(log_ratio: float) -> float | None:
    """Return head/base - 1 of a log ratio, to twelve digits; None where no number can say it.

    Twelve digits are what survives the way there and back, so that a document that is read
    and written again stays the same, byte for byte.
    """
    try:
        rounded = float(f"{math.expm1(log_ratio):.12g}")
    except OverflowError:
        return None
    return rounded if math.isfinite(rounded) and rounded > -1 else None


def log_ratio(relative: float) -> float:
    """Return the log ratio of a relative change > -1: the way back from `fraction`."""
    return math.log1p(relative)


def quantities(values: Sequence[float | None], unit: str) -> list[str]:
    """Return one row's values (>= 0) in one readable unit; None and infinities are a dash.

    Args:
        values: What stands in one row, in ``unit``.
        unit: ``s``, ``B`` or ``count``; values of any other unit are not scaled.
    """
    exact = [None if value is None else _decimal(value) for value in values]
    largest = max((value for value in exact if value is not None), default=Decimal(0))
    factor, symbol = _scale(largest, unit)
    return [
        ABSENT if value is None else f"{_three_digits(value / factor):,f} {symbol}".rstrip()
        for value in exact
    ]


def percentages(change: Change) -> tuple[str, str]:
    """Return the point of a change, signed, and its interval in words (empty where exact)."""
    point, low, high = fraction(change.point), fraction(change.low), fraction(change.high)
    if point is None:
        return ABSENT, ""
    if low is not None and low == high:
        return _signed(point), ""
    if low is not None and high is not None:
        return _signed(point), f"{_signed(low)} to {_signed(high)}"
    if low is not None:
        return _signed(point), f"at least {_signed(low)}"
    return _signed(point), "interval unknown" if high is None else f"at most {_signed(high)}"


def percent(log_ratio: float | None) -> str:
    """Return the size of a change or limit without sign and padding, such as ``0.5%``."""
    relative = None if log_ratio is None else fraction(log_ratio)
    return ABSENT if relative is None else share(relative)


def share(relative: float) -> str:
    """Return a fraction (of one) as a percentage without sign and padding."""
    digits = _three_digits(abs(Decimal(repr(float(relative)))) * 100)
    text = f"{digits:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def duration(seconds: float) -> str:
    """Return how long something took, to the second where that is enough."""
    if seconds < 10:  # noqa: PLR2004 - below that a decimal says something
        return f"{_rounded(seconds, 1)} s"
    minutes, rest = divmod(int(_rounded(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def scale(largest: float, unit: str) -> tuple[float, str]:
    """Return what to divide by, and the unit then, so that ``largest`` (finite, >= 0) is readable.

    Args:
        largest: Of the values that are shown together, in ``unit``.
        unit: As of `quantities`.
    """
    factor, symbol = _scale(Decimal(repr(float(largest))), unit)
    return float(factor), symbol


def _decimal(value: float) -> Decimal | None:
    # By the shortest repr: 0.125 is a tie to round up, not the float a little below it.
    return Decimal(repr(float(value))) if math.isfinite(value) else None


def _scale(largest: Decimal, unit: str) -> tuple[Decimal, str]:
    steps = _SCALES.get(unit, ((Decimal(1), unit),))
    if not largest:
        return next(step for step in steps if step[0] == 1)
    fitting = (step for step in steps if _three_digits(largest / step[0]) < _TOO_MANY)
    return next(fitting, steps[-1])


def _three_digits(value: Decimal) -> Decimal:
    if not value:
        return Decimal(0)
    step = Decimal((0, (1,), value.adjusted() - 2))
    rounded = value.quantize(step, ROUND_HALF_UP)
    # 999.6 has become 1000: one digit too many.
    return rounded if rounded.adjusted() == value.adjusted() else rounded.quantize(step.scaleb(1))


def _signed(relative: float) -> str:
    digits = _three_digits(abs(Decimal(repr(float(relative)))) * 100)
    rounded = min(digits, digits.quantize(_FINEST, ROUND_HALF_UP), key=_decimals)
    sign = "" if not rounded else "+" if relative > 0 else MINUS
    return f"{sign}{rounded:,f}%"


def _decimals(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def _rounded(value: float, decimals: int) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal((0, (1,), -decimals)), ROUND_HALF_UP)
