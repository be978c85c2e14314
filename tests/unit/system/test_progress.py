"""What is said while it goes on."""

from __future__ import annotations

import io
import re
import threading

import pytest
from rich.console import Console

from gate.system.progress import LiveProgress, PlainProgress, Progress, SilentProgress, progress_for
from tests.golden.results import HOSTILE
from tests.unit.report.test_terminal import COMMAND, Terminal


class HandClock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_log_gets_a_line_when_a_phase_starts_and_one_in_ten_seconds() -> None:
    """Not one for each of a thousand steps."""
    stream, clock = io.StringIO(), HandClock()
    progress = PlainProgress(stream, clock)
    progress.phase("measure")
    for step in range(30):
        clock.now += 1
        progress.step(step + 1, 30, "test_a")
    progress.note("one core is busy")
    progress.phase("report")

    assert stream.getvalue().splitlines() == [
        "measure",
        "measure: 10 of 30 after 10 s, test_a",
        "measure: 20 of 30 after 20 s, test_a",
        "measure: 30 of 30 after 30 s, test_a",
        "note: one core is busy",
        "report",
    ]


def test_a_phase_starts_the_ten_seconds_anew() -> None:
    """Its own line was said a moment ago."""
    stream, clock = io.StringIO(), HandClock()
    progress = PlainProgress(stream, clock)
    clock.now += 60
    progress.phase("measure")
    clock.now += 9.9
    progress.step(1, 2, "test_a")

    assert stream.getvalue() == "measure\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_obeyed_by_a_log(name: str) -> None:
    """Names and notes come from the target."""
    stream, clock = io.StringIO(), HandClock()
    progress = PlainProgress(stream, clock)
    progress.phase(name)
    clock.now += 10
    progress.step(1, 2, name)
    progress.note(name)
    written = stream.getvalue().splitlines()

    assert len(written) == 3
    assert [line for line in written if COMMAND.search(line) or "\x1b" in line] == []


def _live(clock: HandClock) -> tuple[Terminal, LiveProgress]:
    stream = Terminal()
    console = Console(file=stream, width=80, force_terminal=True, emoji=False, _environ={})
    return stream, LiveProgress(console, clock)


def _frames(stream: Terminal) -> list[str]:
    drawn = re.split(r"\r\x1b\[2K|\n", stream.getvalue())
    return [re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", frame).strip() for frame in drawn]


def test_a_terminal_shows_how_far_it_is_and_when_it_will_end() -> None:
    """Phase, bar, count, elapsed and estimate, in one line of eighty columns."""
    clock = HandClock()
    stream, live = _live(clock)
    with live as progress:
        progress.phase("measure")
        for step in range(10):
            clock.now += 2
            progress.step(step + 1, 20, "tests/bench/test_url.py::test_parse[long]")
    frame = next(frame for frame in _frames(stream) if "10/20" in frame)

    assert re.fullmatch(r"measure +\S+ +10/20 +0:00:20 +0:00:\d\d +tests/ben….*\[long\]", frame)
    assert len(frame) <= 80


def test_it_draws_a_few_times_a_second_at_most() -> None:
    """Drawing takes processor time, and the processor is being measured: no thread does it."""
    clock, threads = HandClock(), threading.active_count()
    stream, live = _live(clock)
    with live as progress:
        progress.phase("measure")
        assert threading.active_count() == threads
        before = len(stream.getvalue())
        for step in range(1000):
            progress.step(step, 1000, "test_a")
        assert len(stream.getvalue()) == before
        clock.now += 0.25
        progress.step(999, 1000, "test_a")
        assert len(stream.getvalue()) > before


def test_the_line_is_gone_afterwards_even_after_an_error() -> None:
    """The cursor is shown again, and what is printed next begins a line."""
    stream, live = _live(HandClock())

    def interrupted() -> None:
        with live as progress:
            progress.phase("install")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")
    assert _frames(stream)[-1] == ""


@pytest.mark.parametrize("name", ["[red]x[/red]", "\x1b[31mx", ":rocket:", "::error::x"])
def test_names_are_shown_as_they_are(name: str) -> None:
    """Neither rich's markup nor an escape sequence."""
    clock = HandClock()
    stream, live = _live(clock)
    with live as progress:
        progress.phase("measure")
        clock.now += 1
        progress.step(1, 2, name)
        progress.note(name)
    shown = name.replace("\x1b", r"\x1b").replace("::error", ": :error")

    assert sum(frame.endswith(shown) for frame in _frames(stream)) >= 2


def test_a_step_before_any_phase_is_no_error() -> None:
    """Progress never raises."""
    stream, live = _live(HandClock())
    with live as progress:
        progress.step(1, 2, "test_a")

    assert _frames(stream) == [""]


@pytest.mark.parametrize(
    ("stream", "environ", "kind"),
    [
        (Terminal(), {"TERM": "xterm"}, LiveProgress),
        (Terminal(), {"TERM": "dumb"}, PlainProgress),
        (Terminal(), {"CI": "true"}, PlainProgress),
        (io.StringIO(), {}, PlainProgress),
    ],
)
def test_the_stream_decides(stream: io.StringIO, environ: dict[str, str], kind: type) -> None:
    """Live where somebody watches, plain in a log."""
    assert isinstance(progress_for(stream, environ, HandClock()), kind)


def test_silence_is_a_progress_too(capsys: pytest.CaptureFixture[str]) -> None:
    """For tests, and for callers that want none."""
    progress: Progress = SilentProgress()
    progress.phase("measure")
    progress.step(1, 2, "test_a")
    progress.note("x")

    assert capsys.readouterr() == ("", "")
