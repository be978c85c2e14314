"""The result on a terminal and in a log."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len

from gate.model import Result
from gate.report.terminal import console, print_view
from gate.report.view import view_of
from tests.golden.results import CASES, many

COMMAND = re.compile(r"^\s*::[a-z-]+|##\[")
"""What a runner's log obeys: at the start of a line, or anywhere."""


class Terminal(io.StringIO):
    """A stream at which somebody sits."""

    def isatty(self) -> bool:
        return True


def _printed(
    case: Result,
    stream: io.StringIO | None = None,
    environ: Mapping[str, str] | None = None,
    width: int | None = 80,
) -> str:
    out = stream or io.StringIO()
    print_view(view_of(case), console(out, environ or {}, width=width), [Path("out/result.json")])
    return out.getvalue()


@pytest.mark.parametrize("environ", [{}, {"COLORTERM": "truecolor", "TERM": "xterm"}])
def test_a_terminal_gets_styles(environ: dict[str, str]) -> None:
    """The same words, with styles around them."""
    styled = _printed(CASES["regression"], Terminal(), environ)

    assert "\x1b[" in styled
    assert re.sub(r"\x1b\[[\d;]*m", "", styled) == _printed(CASES["regression"])


@pytest.mark.parametrize(
    ("stream", "environ"),
    [
        (io.StringIO(), {}),
        (io.StringIO(), {"FORCE_COLOR": "1", "TERM": "xterm-256color"}),
        (Terminal(), {"NO_COLOR": "1"}),
        (Terminal(), {"CI": "true"}),
    ],
)
def test_everything_else_is_plain(stream: io.StringIO, environ: dict[str, str]) -> None:
    """No terminal, NO_COLOR or CI: not one escape sequence."""
    assert "\x1b" not in _printed(CASES["regression"], stream, environ)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
@pytest.mark.parametrize("case", sorted(set(CASES) - {"hostile_names"}))
def test_no_line_is_wider_than_the_terminal(case: str, width: int) -> None:
    """Names are folded in the middle and sentences are wrapped; a word is never torn."""
    for line in _printed(CASES[case], width=width).splitlines():
        assert cell_len(line) <= max(width, max(map(cell_len, line.split()), default=0) + 4)


@pytest.mark.parametrize("width", range(40, 120))
def test_hostile_text_is_no_command_and_moves_no_cursor(width: int) -> None:
    """Wherever lines break, none of them is obeyed."""
    printed = _printed(CASES["hostile_names"], width=width)

    assert [line for line in printed.splitlines() if COMMAND.search(line)] == []
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", printed)


def test_a_stream_without_unicode_is_no_reason_to_crash() -> None:
    """What ASCII lacks is shown escaped."""
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii")
    print_view(view_of(CASES["hostile_names"]), console(stream, {}))
    stream.flush()

    assert rb"12.3 \xb5s" in buffer.getvalue()


def test_the_verdict_comes_first_and_the_files_last() -> None:
    """What to know, what to do, and where to read on."""
    printed = _printed(CASES["regression"]).splitlines()

    assert printed[0].startswith("✗ Performance failed: 2 of 6 benchmarks regressed")
    assert printed[1].startswith("Make it fast again")
    assert printed[-1] == "Written: out/result.json"


def test_thousands_of_rows_do_not_push_the_verdict_away() -> None:
    """The table ends after sixty rows and says where the others are."""
    printed = _printed(many(2_000))

    assert "1,940 more in summary.md" in printed
    assert len(printed.splitlines()) < 140


def test_a_log_without_width_has_room_for_intervals() -> None:
    """Nobody's window limits a file; COLUMNS does where it is set."""
    assert "interval" in _printed(CASES["all_well"], width=None)
    assert "interval" not in _printed(CASES["all_well"], environ={"COLUMNS": "80"}, width=None)
