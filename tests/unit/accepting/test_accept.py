"""An intended regression is written down: reason, size, end, and nothing else of the file moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gate.accepting.entries import Why, entries_of
from gate.accepting.insertion import with_entries
from gate.cli import main
from gate.config.decode import load
from gate.errors import UsageError
from gate.judge.rows.acceptance import Acceptances, accept
from gate.model import Metric, Outcome
from gate.report.documents import dumps
from tests.golden.intended import acceptance
from tests.golden.results import CASES, HOSTILE, limits, lost, regressed, unchanged

WHY = Why(reason='it "validates": input # 12', until=date(2027, 1, 31))
SLOW = regressed("bench.py::test_slow[a-1]", (0.08, 0.07, 0.0901))
SLOWER = regressed("bench.py::test_slow[b]", (0.2, 0.18, 0.22))
GONE = lost("bench.py::test_gone", Outcome.MISSING, "base has it, head does not")
FOLDED = """\
accept:
    - match: a
      missing: true
      until: 2027-01-31
      reason: >
        b

        c
"""
ENTRY = '{match: "test_x", up_to: 5%, reason: "why", until: 2027-01-31}'


def test_each_row_gets_an_entry_as_large_as_its_interval() -> None:
    entries = entries_of([SLOW, GONE, unchanged("still")], [], WHY)
    reason = r'reason: "it \"validates\": input # 12", until: 2027-01-31}'

    assert entries == (
        f'{{match: "bench.py::test_slow[a-1]", metric: time, up_to: 10%, {reason}',
        f'{{match: "bench.py::test_gone", metric: time, missing: true, {reason}',
    )


def test_a_pattern_gets_one_entry_as_large_as_all_that_it_matches() -> None:
    (entry,) = entries_of([SLOW, SLOWER, GONE], ["test_slow*"], WHY)

    assert entry.startswith('{match: "test_slow*", metric: time, up_to: 22%, reason: ')


@pytest.mark.parametrize(
    ("rows", "patterns", "problem"),
    [
        ([unchanged("still")], [], "there is nothing to accept"),
        ([SLOW], ["test_other"], "nothing that regressed or is missing matches 'test_other'"),
        ([replace(SLOW, threshold=limits(maximum=1e-6))], [], "is over its budget"),
        ([replace(SLOW, change=None)], [], "came from nothing"),
    ],
)
def test_what_no_acceptance_helps_is_refused(
    rows: list[object], patterns: list[str], problem: str
) -> None:
    with pytest.raises(UsageError, match=problem):
        entries_of(rows, patterns, WHY)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_was_written_accepts_what_it_was_written_for(name: str) -> None:
    """Whatever the name holds: the file can be read, and the next run passes."""
    row = regressed(name, (0.05, 0.04, 0.06))
    text = with_entries("", entries_of([row], [], WHY), filename="f")
    (written,) = load(text, filename="f").accept
    entry = replace(acceptance(written.match), up_to=written.up_to, reason=written.reason)

    (found,), _ = accept([row], Acceptances(entries=(entry,), today=date(2027, 1, 1)))

    assert found.outcome is (Outcome.ACCEPTED if name else Outcome.REGRESSED)
    assert written.metric is Metric.TIME


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "accept:\n  - NEW\n"),
        ("# only a comment", "# only a comment\naccept:\n  - NEW\n"),
        ("version: 1  # yes\n", "version: 1  # yes\naccept:\n  - NEW\n"),
        ("version: 1\r\n", "version: 1\r\naccept:\r\n  - NEW\r\n"),
        ("  version: 1\n", "  version: 1\n  accept:\n    - NEW\n"),
        ("accept:\n\nversion: 1\n", "accept:\n  - NEW\n\nversion: 1\n"),
        (
            "accept:\n# of old\n- OLD  # why\n  # more\n\n# about the version\nversion: 1\n",
            "accept:\n# of old\n- OLD  # why\n  # more\n- NEW\n\n# about the version\nversion: 1\n",
        ),
        (FOLDED, f"{FOLDED}    - NEW\n"),
        ("accept:\n  - OLD\n  - OLD", "accept:\n  - OLD\n  - OLD\n  - NEW\n"),
    ],
)
def test_an_entry_is_added_and_nothing_else_moves(before: str, after: str) -> None:
    old = ENTRY.replace("test_x", "old")

    made = with_entries(before.replace("OLD", old), [ENTRY], filename="f")

    assert made == after.replace("OLD", old).replace("NEW", ENTRY)


@pytest.mark.parametrize("text", ["{version: 1}\n", f"accept: [{ENTRY}]\n", "version: 1\n...\n"])
def test_a_file_that_no_line_can_be_added_to_is_left_alone(text: str) -> None:
    with pytest.raises(UsageError, match="no line can be added") as caught:
        with_entries(text, [ENTRY], filename="f")

    assert ENTRY in caught.value.hint


@pytest.fixture
def result(tmp_path: Path) -> str:
    (tmp_path / "result.json").write_text(dumps(CASES["regression"]), encoding="utf-8")
    return str(tmp_path)


def test_the_command_writes_into_the_configuration(
    result: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / ".perf-gate.yml"
    file.write_text("# ours\nversion: 1\n", encoding="utf-8")
    call = ["accept", result, "--match", "test_join", "--config", str(file), "--reason", "why"]

    assert main([*call, "--until", "2999-01-31"]) == 0

    entry = '{match: "test_join", metric: time, up_to: 5%, reason: "why", until: 2999-01-31}'
    assert file.read_text(encoding="utf-8") == f"# ours\nversion: 1\naccept:\n  - {entry}\n"
    assert entry in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ([], "without a reason"),
        (["--reason", "  "], "without a reason"),
        (["--reason", "why", "--until", "2001-01-01"], "2001-01-01 is over"),
    ],
)
def test_without_a_reason_or_a_day_to_come_nothing_is_written(
    result: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], problem: str
) -> None:
    file = tmp_path / ".perf-gate.yml"

    assert main(["accept", result, "--config", str(file), *more]) == 2

    assert problem in capsys.readouterr().err
    assert not file.exists()


def test_a_dry_run_prints_and_writes_nothing(
    result: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / ".perf-gate.yml"

    assert main(["accept", result, "--config", str(file), "--reason", "why", "--dry-run"]) == 0

    assert capsys.readouterr().out.count("  - {match: ") == 3
    assert not file.exists()
