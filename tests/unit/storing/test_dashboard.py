"""``perf-gate store dashboard``: records become series, and series a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.directory import Directory
from gate.cli import main
from gate.errors import ExitStatus
from gate.page.records import series_of
from gate.storing.dashboard import dashboard
from tests.baselines import figure, record
from tests.repositories import draw

DAY = 86_400


def test_points_are_in_the_order_of_the_commits_each_revision_once() -> None:
    """Of a revision that was measured several times the median counts."""
    records = [
        record(2, figure("a", 3.0), measured_s=2 * DAY),
        record(1, figure("a", 1.0), measured_s=DAY),
        record(2, figure("a", 5.0), measured_s=2 * DAY),
        record(2, figure("a", 4.0), measured_s=2 * DAY),
    ]
    (series,) = series_of(records)

    assert [point.value for point in series.points] == [1.0, 4.0]
    assert [int(point.revision, 16) for point in series.points] == [1, 2]


def test_what_has_no_place_on_a_scale_of_ratios_is_left_out() -> None:
    assert [*series_of([record(1, figure("a", 0.0))])] == []


def test_a_step_in_the_records_is_a_shift_on_the_page() -> None:
    """Found, and named with its size."""
    records = [
        record(
            index + 1,
            figure("a", (1.0 if index < 15 else 1.3) * (1 + 0.001 * (index % 3))),
            measured_s=index * DAY + 1000,
        )
        for index in range(30)
    ]
    page = dashboard(records, "dir:here")

    assert 'data-only="slower"' in page
    assert "+30.0%" in page


def test_the_command_writes_the_page_and_names_what_is_unreadable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger in the store is no reason to draw nothing."""
    draw(tmp_path / "target", "main: A")
    kept = Directory(folder=tmp_path / "store")
    store.add(kept, record(1, figure("a")))
    (kept.folder / "stranger").write_text("mine")
    out = tmp_path / "out"
    call = ["store", "dashboard", "--repo", str(tmp_path / "target"), "--out", str(out)]

    assert main([*call, "--store", f"dir:{kept.folder}"]) == ExitStatus.PASS
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"drew 1 record of dir:{kept.folder}: {out / 'dashboard.html'}"
    assert said[1].startswith("quarantined: stranger: ")
    assert "1 series of 1 benchmark on 1 machine." in (out / "dashboard.html").read_text("utf-8")
