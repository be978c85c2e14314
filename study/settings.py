"""What every part of the study is told: where things are, and when to stop."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECORDINGS = HERE / "recordings"
REPOSITORIES = Path(tempfile.gettempdir(), "real")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One call of the study."""

    repositories: Path = REPOSITORIES
    """Where ``libraries/prepare.py`` put the libraries."""
    recordings: Path = RECORDINGS
    """What is kept for good: recordings, and what jobs and other tools said."""
    results: Path = REPOSITORIES / ".study"
    """Recordings that are not complete yet."""
    libraries: tuple[str, ...] = ()
    """Names; empty: those that a part chooses."""
    pairs: int | None = None
    """Of a recording; None: what its task says."""
    runs: int = 20_000
    """Replays without a change."""
    rounds: int = 2
    """Of jobs, quiet and under stress in turns."""
    minutes: float | None = None
    """After so long nothing new is begun; None: no limit."""
    began: float = field(default_factory=time.monotonic)

    def left_s(self) -> float:
        """Seconds until nothing new is begun."""
        if self.minutes is None:
            return float("inf")
        return self.began + 60 * self.minutes - time.monotonic()

    def wanted(self, library: str) -> bool:
        """Whether a library is asked for."""
        return not self.libraries or library in self.libraries


def say(text: str) -> None:
    """Tell a person at a terminal how far it is; tables alone go to standard output."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def line(*cells: object) -> str:
    """Return one row of a Markdown table."""
    escaped = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def head(*titles: str) -> str:
    """Return the head of a Markdown table."""
    return f"{line(*titles)}\n{line(*('---' for _ in titles))}"
