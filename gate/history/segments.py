"""The best way to cut a series into levels, found in one pass: exact, robust and deterministic.

What is minimised is the sum of squares around the levels, where no point counts more than
``farthest^2``, plus a price for each shift. A point that lies farther off is an outlier, and costs
the same wherever the level is: so a level that is bought for fewer than ``price / farthest^2``
points never pays.

For each prefix of the series, the least cost as a function of the last level is held as pieces of
parabolas. One more point adds one more parabola; where the function exceeds its minimum by more
than the price, a shift there is better, and all older ways to get there are forgotten. Few pieces
are left at any time, which makes the pass nearly linear.

Source: Maidstone et al. (2017), On optimal multiple changepoint algorithms for large data;
Fearnhead and Rigaill (2019), Changepoint detection in the presence of outliers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_Piece = tuple[float, float, float, float, int]
"""``a x^2 + b x + c`` from the end of the piece before up to ``end``: (end, a, b, c, start).

``start`` is the index of the first point of the level whose cost this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """The best way to cut a series, and each beginning of it."""

    starts: tuple[int, ...]
    """For each point, the start of its level if the series ended with it."""
    cost: float
    """Of the whole series."""

    def shifts(self, last: int) -> Iterator[int]:
        """Yield the first index of each level but the first, the latest first.

        Args:
            last: Index of the point that the series is taken to end with.
        """
        start = self.starts[last]
        while start:
            yield start
            start = self.starts[start - 1]


def segment(values: Sequence[float], *, price: float, farthest: float) -> Segmentation:
    """Cut a series into levels.

    Args:
        values: At least 1, finite, in a unit in which squares are well in range.
        price: Of a shift, > 0.
        farthest: Distance from its level beyond which a point costs no more, > 0; may be infinite.
    """
    pieces: list[_Piece] = [(math.inf, 0.0, 0.0, 0.0, 0)]
    starts: list[int] = []
    cost = 0.0
    for index, value in enumerate(values):
        if index:
            pieces = _capped(pieces, cost + price, index)
        pieces = _with_point(pieces, value, farthest)
        cost, start = _least(pieces)
        starts.append(start)
    return Segmentation(starts=tuple(starts), cost=cost)


def _capped(pieces: Sequence[_Piece], most: float, index: int) -> list[_Piece]:
    """The least of the pieces and of a constant: of a level that starts here."""
    capped: list[_Piece] = []
    for left, piece in zip(_lefts(pieces), pieces, strict=False):
        begin, stop = _below(piece, left, most)
        if begin >= stop:
            _extend(capped, piece[0], most, index)
            continue
        if begin > left:
            _extend(capped, begin, most, index)
        capped.append((stop, *piece[1:]))
        if stop < piece[0]:
            _extend(capped, piece[0], most, index)
    return capped


def _lefts(pieces: Sequence[_Piece]) -> Iterator[float]:
    """Where each piece begins."""
    yield -math.inf
    for piece in pieces:
        yield piece[0]


def _below(piece: _Piece, left: float, most: float) -> tuple[float, float]:
    """Begin and end of the part of a piece that is below a constant; equal if there is none."""
    end, a, b, c, _ = piece
    if not a:
        return (left, end) if c <= most else (left, left)
    square = b * b - 4 * a * (c - most)
    if square <= 0:
        return left, left
    root = math.sqrt(square)
    return max(left, (-b - root) / (2 * a)), min(end, (root - b) / (2 * a))


def _extend(pieces: list[_Piece], end: float, level: float, index: int) -> None:
    if pieces and pieces[-1][4] == index:
        pieces.pop()
    pieces.append((end, 0.0, 0.0, level, index))


def _with_point(pieces: Sequence[_Piece], value: float, farthest: float) -> list[_Piece]:
    """The pieces with the cost of one more point."""
    begin, stop = value - farthest, value + farthest
    most, square, left = farthest * farthest, value * value, -math.inf
    grown: list[_Piece] = []
    for end, a, b, c, start in pieces:
        if left < begin:
            grown.append((min(end, begin), a, b, c + most, start))
        if left < stop and end > begin:
            grown.append((min(end, stop), a + 1, b - 2 * value, c + square, start))
        if end > stop:
            grown.append((end, a, b, c + most, start))
        left = end
    return grown


def _least(pieces: Sequence[_Piece]) -> tuple[float, int]:
    """The least value of all pieces, and the start of the level that has it."""
    least, found, left = math.inf, 0, -math.inf
    for end, a, b, c, start in pieces:
        at = min(max(-b / (2 * a), left), end) if a else 0.0
        value = (a * at + b) * at + c
        if value < least:
            least, found = value, start
        left = end
    return least, found
