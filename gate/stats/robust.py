"""Typical values and their spread, hardly moved by a wild value, antisymmetric to the last bit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WITHIN_PAIR = 5
"""One value in so many is cut off each end of the slices of a pair: 1 of 6."""
ACROSS_PAIRS = 10
"""One value in so many is cut off each end of the pairs: none of 5, 1 of 10, 2 of 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where the values of one benchmark lie, before the suite has its say about the spread."""

    point: float
    """Trimmed mean."""
    variance: float
    """Variance of one value, so that ``variance / n`` is that of ``point``; infinite if unknown."""
    df: int
    """Degrees of freedom of ``variance``: values that were not cut, less one; 0 if unknown."""
    n: int
    """Values, at least 1."""


def log_ratio(head: float, base: float) -> float:
    """Return log(head / base), exactly the negative of log(base / head), for positive numbers.

    The logarithm of a quotient and of its reciprocal differ in the last place; dividing the
    larger by the smaller makes swapping the sides change the sign and nothing else.
    """
    return math.log(head / base) if head >= base else -math.log(base / head)


def trimmed_mean(values: Sequence[float], one_in: int) -> float:
    """Return the mean without the ``len(values) // one_in`` smallest and as many largest values.

    Args:
        values: At least 1 number.
        one_in: Which share is cut off each end, at least 3; with fewer values nothing is cut.

    Raises:
        ValueError: if there are no values.
    """
    if not values:
        raise ValueError("the mean of no values is undefined")
    return _mean(_kept(sorted(values), len(values) // one_in))


def locate(values: Sequence[float]) -> Location:
    """Return the trimmed mean of ``values`` with the winsorised variance that belongs to it.

    With n values, g = n // 10 of which are cut off each end and h = n - 2 g remain, the
    squared standard error is SSD_w / (h (h - 1)) on h - 1 degrees of freedom, where SSD_w is
    the sum of squares of the values with the cut ones moved to the nearest kept one.
    For fewer than ten values this is the plain mean and Student's t. One value says nothing
    about spread: its variance is infinite, and every p-value that comes of it is 1.

    Raises:
        ValueError: if there are no values.

    Source: Yuen (1974), The two-sample trimmed t for unequal population variances.
    """
    n = len(values)
    if not n:
        raise ValueError("no values to locate")
    cut = n // ACROSS_PAIRS
    kept = _kept(sorted(values), cut)
    df = len(kept) - 1
    if not df:
        return Location(point=kept[0], variance=math.inf, df=0, n=n)
    winsorised = [kept[0]] * cut + kept + [kept[-1]] * cut
    centre = _mean(winsorised)
    squares = math.fsum((value - centre) ** 2 for value in winsorised)
    return Location(point=_mean(kept), variance=n * squares / (len(kept) * df), df=df, n=n)


def _kept(ordered: list[float], cut: int) -> list[float]:
    return ordered[cut : len(ordered) - cut]


def _mean(values: Sequence[float]) -> float:
    # fsum rounds once, whatever the order: opposite data have exactly opposite means.
    return math.fsum(values) / len(values)
