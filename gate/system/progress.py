"""Says on standard error what is going on while it goes on: live, line by line, or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from gate.text import fold, terminal

Clock = Callable[[], float]
"""Seconds since some moment, never going back."""

_QUIET_S = 10.0  # a log is read afterwards: a line now and then is enough
_REFRESH_S = 0.25
_TEXT_CELLS = 28  # with everything else the line fits 80 columns


class Progress(Protocol):
    """Is told what happens; never raises, and changes nothing. Texts may come from the target."""

    def phase(self, name: str) -> None:
        """Begin a phase of the run, such as ``install``; it ends where the next begins."""

    def step(self, done: int, total: int, text: str) -> None:
        """Say how far the phase is: ``done`` of ``total`` (>= 0), and what is at work."""

    def note(self, text: str) -> None:
        """Say something that a reader should see at once."""


class SilentProgress:
    """Says nothing."""

    def phase(self, name: str) -> None:
        """Ignore it."""

    def step(self, done: int, total: int, text: str) -> None:
        """Ignore it."""

    def note(self, text: str) -> None:
        """Ignore it."""


class PlainProgress:
    """For logs: a line when a phase starts, and at most one in ten seconds while it lasts."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._phase = "start"
        self._started = self._said = clock()

    def __enter__(self) -> Self:
        """Do nothing: there is no line to take."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: there is no line to clear."""

    def phase(self, name: str) -> None:
        """Write that the phase begins."""
        self._phase = terminal(name)
        self._started = self._said = self._clock()
        self._write(self._phase)

    def step(self, done: int, total: int, text: str) -> None:
        """Write how far the phase is, unless something was written a short while ago."""
        now = self._clock()
        if now - self._said < _QUIET_S:
            return
        self._said = now
        elapsed = f"{now - self._started:.0f} s"
        self._write(f"{self._phase}: {done} of {total} after {elapsed}, {terminal(text)}")

    def note(self, text: str) -> None:
        """Write it, always."""
        self._write(f"note: {terminal(text)}")

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class LiveProgress:
    """For terminals: one line with phase, bar, elapsed and estimated time; a ``with`` clears it.

    It draws only when it is told something: a thread of its own would take processor time
    from what is measured.
    """

    def __init__(self, console: Console, clock: Clock) -> None:
        self._clock = clock
        self._drawn = float("-inf")
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=16),
            TextColumn("{task.completed:.0f}/{task.total:.0f}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[text]}", markup=False),
            console=console,
            auto_refresh=False,
            transient=True,
            get_time=clock,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Do nothing yet: the line is taken by the first phase."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the line, whatever happened."""
        self._bar.stop()

    def phase(self, name: str) -> None:
        """Replace the line by an empty bar for this phase."""
        self._bar.start()
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(terminal(name), total=0, text="")
        self._draw()

    def step(self, done: int, total: int, text: str) -> None:
        """Move the bar; it is drawn a few times a second at most."""
        if self._task is None:
            return
        shown = fold(terminal(text), _TEXT_CELLS)
        self._bar.update(self._task, completed=done, total=total, text=shown)
        if self._clock() - self._drawn >= _REFRESH_S:
            self._draw()

    def note(self, text: str) -> None:
        """Write it above the line."""
        self._bar.console.print(f"note: {terminal(text)}", markup=False, soft_wrap=True)

    def _draw(self) -> None:
        self._drawn = self._clock()
        self._bar.refresh()


def progress_for(
    stream: TextIO, environ: Mapping[str, str] = os.environ, clock: Clock = time.monotonic
) -> PlainProgress | LiveProgress:
    """Return the progress that suits ``stream``: live on a terminal, plain in a log.

    Args:
        stream: Usually standard error.
        environ: ``CI``, when not empty, and ``TERM=dumb`` make it plain; ``NO_COLOR`` colourless.
        clock: Seconds, for the estimates and for how often something is said.
    """
    if not stream.isatty() or environ.get("CI") or environ.get("TERM") == "dumb":
        return PlainProgress(stream, clock)
    return LiveProgress(Console(file=stream, highlight=False, emoji=False, _environ=environ), clock)
