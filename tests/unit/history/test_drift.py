"""Drift is what the level did since a release that no single shift explains."""

from __future__ import annotations

import pytest

from gate.history.look import look, news
from tests.unit.history.drawing import HOUR_S, START_S, levels, series, trend

RELEASED_S = START_S + 30 * HOUR_S + 1800
"""Between the commits 30 and 31."""


DRIFTING = levels(3, (31, 0.0)) + trend(53, 40, 0.018)
"""A release, and 1.8 % more over the 40 commits since then, with a standard deviation of 1 %."""


def test_a_slow_drift_shows_though_no_shift_does() -> None:
    found = look(series(DRIFTING), RELEASED_S)

    assert found.shifts == ()
    assert found.drift is not None
    assert found.drift.since == 30
    assert found.drift.shown_by == 66
    assert 0.0 < found.drift.change.low < 0.0135 < found.drift.change.high


def test_the_interval_has_the_truth() -> None:
    missed = 0
    for seed in range(60):
        drift = look(series(levels(seed, (31, 0.0), (30, 0.0))), RELEASED_S).drift
        assert drift is not None
        missed += not drift.change.low < 0.0 < drift.change.high

    assert missed <= 3


def test_what_shifts_explain_is_no_drift() -> None:
    found = look(series(levels(1, (40, 0.0), (40, 0.05))), RELEASED_S)

    assert found.drift is not None
    assert found.drift.change.low > 0.03
    assert found.drift.explained == pytest.approx(found.shifts[0].change.point)
    assert found.drift.shown_by is None


def test_shifts_before_the_release_explain_nothing() -> None:
    found = look(series(levels(1, (20, 0.0), (60, 0.05))), RELEASED_S)

    assert found.drift is not None
    assert found.drift.explained == 0
    assert abs(found.drift.change.point) < 0.01


@pytest.mark.parametrize(
    ("released_s", "since"),
    [(None, 0), (0, 0), (RELEASED_S, 30), (START_S + 30 * HOUR_S, 30)],
    ids=["no release", "before the first record", "between two records", "recorded itself"],
)
def test_the_release_is_the_last_record_that_is_not_younger(
    released_s: int | None, since: int
) -> None:
    drift = look(series(levels(1, (60, 0.0))), released_s).drift

    assert drift is not None
    assert drift.since == since


def test_right_after_a_release_there_is_no_drift() -> None:
    assert look(series(levels(1, (32, 0.0))), RELEASED_S).drift is None
    assert look(series([]), RELEASED_S).drift is None


def test_a_drift_is_news_once() -> None:
    told = [
        last
        for last in range(31, len(DRIFTING))
        if news(series(DRIFTING[: last + 1]), series(DRIFTING[:last]), RELEASED_S).drift
    ]

    assert len(told) == 1
    assert abs(told[0] - 66) <= 5
