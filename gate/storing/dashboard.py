"""The dashboard of a store: what its records show, and the page about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gate.baseline.entries import digest
from gate.baseline.record import Record
from gate.history.look import look
from gate.history.series import History, Series
from gate.page.board import board_of
from gate.page.html import render_dashboard
from gate.page.records import described, series_of
from gate.page.traces import NEWEST


def dashboard(records: Iterable[Record], place: str) -> str:
    """Return the HTML document about a store, by the `NEWEST` points of each series.

    Args:
        records: All that it holds, in any order.
        place: What the store is called.
    """
    every = list(records)
    machines = {digest(one.fingerprint): described(one.fingerprint) for one in every}
    return render_dashboard(board_of(map(_newest, series_of(every)), machines, place))


def _newest(series: Series) -> History:
    return look(replace(series, points=series.points[-NEWEST:]))
