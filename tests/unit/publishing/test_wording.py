"""What a result becomes: whether it is worth a comment, the check run, and notes at lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.config.schema import Comment
from gate.github.api.comments import Move
from gate.github.api.pulls import Lines
from gate.model import Level, VerdictKind
from gate.publishing.wording import check_of, is_alarming, move_for
from tests.golden.results import CASES, URL, limits, many, result

LINES = {"tests/bench/test_url.py": Lines(first=3, last=5), "src/url.py": Lines(first=1, last=1)}


@pytest.mark.parametrize(
    ("name", "always", "changes", "failures"),
    [
        ("all_well", Move.POST, Move.EDIT, Move.EDIT),
        ("regression", Move.POST, Move.POST, Move.POST),
        ("improvement", Move.POST, Move.POST, Move.EDIT),
        ("inconclusive", Move.POST, Move.POST, Move.EDIT),
        ("missing_and_broken", Move.POST, Move.POST, Move.POST),
        ("nothing_measured", Move.POST, Move.POST, Move.POST),
        ("install_failure", Move.POST, Move.POST, Move.POST),
    ],
)
def test_what_is_worth_a_comment(name: str, always: Move, changes: Move, failures: Move) -> None:
    """Where nothing is, a comment that is there says that all is well."""
    modes = (Comment.ALWAYS, Comment.CHANGES, Comment.FAILURES, Comment.NEVER)
    moves = [move_for(mode, CASES[name]) for mode in modes]
    assert moves == [always, changes, failures, Move.DELETE]


@pytest.mark.parametrize(
    ("name", "conclusion"),
    [
        ("all_well", "success"),
        ("improvement", "success"),
        ("inconclusive", "neutral"),
        ("regression", "failure"),
        ("missing_and_broken", "failure"),
        ("install_failure", "failure"),
    ],
)
def test_the_check_run_concludes_what_the_exit_status_says(name: str, conclusion: str) -> None:
    check = check_of(CASES[name], report_id="default", run="1.1", lines={})
    assert (check.name, check.key) == ("Performance", "perf-gate:default:1.1")
    assert check.conclusion == conclusion
    assert check.annotations == ()


def test_an_open_question_that_fails_is_a_failure() -> None:
    one = CASES["inconclusive"]
    judgement = replace(one.judgement, exit_status=5)
    check = check_of(replace(one, judgement=judgement), report_id="x", run="1.1", lines={})
    assert (check.name, check.conclusion) == ("Performance (x)", "failure")


def test_a_note_stands_where_the_change_touches_the_benchmarks_file() -> None:
    check = check_of(CASES["regression"], report_id="default", run="1.1", lines=LINES)
    assert {note.path for note in check.annotations} == {"tests/bench/test_url.py"}
    assert {note.level for note in check.annotations} == {"failure"}
    assert check.annotations[0].message.startswith(f"{URL}test_parse[long]: in CPU time")


def test_of_two_files_that_could_be_meant_neither_gets_a_note() -> None:
    lines = {f"{name}/tests/bench/test_url.py": Lines(first=1, last=1) for name in ("a", "b")}
    check = check_of(CASES["regression"], report_id="default", run="1.1", lines=lines)
    assert check.annotations == ()


def test_what_only_warns_is_a_warning_and_what_is_off_is_nothing() -> None:
    row = CASES["regression"].judgement.findings[0]
    levels = (Level.WARN, Level.OFF)
    rows = [replace(row, threshold=limits(level)) for level in levels]
    check = check_of(result(*rows), report_id="default", run="1.1", lines=LINES)
    assert [note.level for note in check.annotations] == ["warning"]


def test_only_alarms_need_the_changed_lines() -> None:
    assert is_alarming(CASES["regression"])
    assert not is_alarming(CASES["improvement"])


def test_a_check_run_of_many_rows_fits() -> None:
    check = check_of(many(800), report_id="default", run="1.1", lines=LINES)
    assert len(check.summary.encode()) <= 60_000
    assert len(check.title) <= 400


def test_a_forged_verdict_in_words_is_shown_as_text() -> None:
    forged = result(verdict=VerdictKind.FAIL, exit_status=1, reason="</details><!-- x -->@all")
    check = check_of(forged, report_id="default", run="1.1", lines={})
    assert "<!-- x -->" not in check.summary
