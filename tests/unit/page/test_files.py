"""The reports leave the program whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.errors import GateError, UsageError
from gate.page.files import FILES, Shape, rendered, write, write_dashboard
from gate.page.html import render_html
from gate.report.documents import dumps, loads
from gate.report.files import written_below
from gate.report.render import render_comment, render_summary
from gate.report.view import view_of
from tests.golden.results import CASES
from tests.unit.page.examples import paired


@pytest.mark.parametrize("case", CASES)
def test_four_files_are_written(case: str, tmp_path: Path) -> None:
    """Whatever the result says: the document, the comment, the summary and the page, in UTF-8."""
    view = view_of(CASES[case], report_id="backend")
    written = write(CASES[case], tmp_path / "out", report_id="backend")

    assert written == written_below(tmp_path / "out")
    assert [path.name for path in written] == [
        "result.json",
        "comment.md",
        "summary.md",
        "report.html",
    ]
    assert [path.read_text("utf-8") for path in written] == [
        dumps(CASES[case]),
        render_comment(view),
        render_summary(view),
        render_html(CASES[case], report_id="backend"),
    ]


def test_a_folder_of_ours_hides_itself_from_git(tmp_path: Path) -> None:
    """Only where we made it; a folder that is somebody's stays as it is."""
    write(CASES["all_well"], tmp_path / "new" / "deep")
    write(CASES["all_well"], tmp_path)

    assert (tmp_path / "new" / "deep" / ".gitignore").read_text("utf-8") == "*\n"
    assert not (tmp_path / ".gitignore").exists()


def test_files_are_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    """The second run's reports stand where the first run's stood."""
    write(CASES["regression"], tmp_path)
    document, *_ = write(CASES["all_well"], tmp_path)

    assert loads(document.read_text("utf-8")).judgement.exit_status == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "result.json",
        "comment.md",
        "summary.md",
        "report.html",
    }


def test_a_planted_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """The folder may hold what a change put there."""
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "result.json").symlink_to(victim)
    document, *_ = write(CASES["all_well"], out)

    assert victim.read_text("utf-8") == "precious"
    assert not document.is_symlink()


def test_what_cannot_be_written_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The document survives a comment that has no room, and no temporary file stays."""
    (tmp_path / "comment.md").mkdir()
    with pytest.raises(GateError, match="could not be written below") as failure:
        write(CASES["all_well"], tmp_path)

    assert "--out" in failure.value.hint
    assert {path.name for path in tmp_path.iterdir()} == {"result.json", "comment.md"}


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    """Not a crash."""
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(GateError, match="could not be written below"):
        write(CASES["all_well"], tmp_path / "out")


def test_a_wrong_report_id_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    """The call is wrong, and the folder is as it was."""
    with pytest.raises(UsageError):
        write(CASES["all_well"], tmp_path / "out", report_id="-->")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("shape", [one for one in Shape if one is not Shape.JSON])
def test_every_format_comes_out_the_same_from_the_document(case: str, shape: Shape) -> None:
    """What a run wrote can be rendered again from ``result.json`` alone, to the last byte."""
    first = paired(CASES[case])
    again = loads(dumps(first))

    assert rendered(again, shape) == rendered(first, shape)


def test_all_formats_have_a_file_of_their_own(tmp_path: Path) -> None:
    """None overwrites another."""
    written = write(CASES["regression"], tmp_path, shapes=list(Shape))

    assert {*FILES} == {*Shape}
    assert len({*written}) == len(Shape)
    assert all(path.read_text("utf-8") for path in written)


def test_a_dashboard_is_written_beside_the_reports(tmp_path: Path) -> None:
    """And replaces an older one; where it cannot be written that is said."""
    write_dashboard("old", tmp_path)
    written = write_dashboard("new", tmp_path)

    assert written == tmp_path / "dashboard.html"
    assert written.read_text("utf-8") == "new"
    with pytest.raises(GateError, match="could not be written below"):
        write_dashboard("new", written)
