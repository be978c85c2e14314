"""Whether each side's executor does what the suite relies on: asked in its own environment."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gate.measure.guests import Seat
from gate.model import Side
from gate.pipe.bundled.layout import PACKAGE
from gate.suite.cases import FACTS
from gate.system.processes import Command, Completed, run_together

TIMEOUT_S = 60.0
MOST_SENTENCES, SENTENCE_LIMIT = 12, 300
FILE_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What is known of one side's executor."""

    lacks: tuple[str, ...] = ()
    """Sentences, with text of the target in them; empty: it can be measured."""
    absent: bool = False
    """There is no such factory."""
    facts: Mapping[str, float] = field(default_factory=dict)
    """By the name of the row; finite and >= 0."""


def probe(seats: Mapping[Side, Seat], folder: Path) -> Mapping[Side, Probe]:
    """Ask both sides at once.

    Args:
        seats: Where the suite's guests sit.
        folder: Where the answers are written; ours.
    """
    files = {side: folder / f"{side}-probe.json" for side in Side}
    commands = [_command(seats[side], files[side]) for side in Side]
    done = dict(zip(Side, run_together(commands), strict=True))
    return {side: _answer(files[side], done[side]) for side in Side}


def _command(seat: Seat, file: Path) -> Command:
    return Command(
        args=[str(seat.python), "-m", f"{PACKAGE}.probe", str(file)],
        cwd=seat.tree,
        env={**seat.environ, "PYTHONHASHSEED": "0"},
        timeout_s=TIMEOUT_S,
    )


def _answer(file: Path, done: Completed) -> Probe:
    """What a side wrote, checked: foreign code ran there."""
    if done.status is None:
        return Probe(lacks=(f"its smoke test did not end within {TIMEOUT_S:.0f} s",))
    try:
        with file.open("rb") as stream:
            return _parsed(json.loads(stream.read(FILE_LIMIT)))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        lines = done.output.strip().splitlines()
        said = f": {lines[-1][:SENTENCE_LIMIT]}" if lines else ""
        return Probe(lacks=(f"its smoke test ended with status {done.status}{said}",))


def _parsed(answer: Any) -> Probe:
    if not all(isinstance(one, str) for one in answer["lacks"]):
        raise TypeError("sentences expected")
    known = {fact.name for fact in FACTS}
    facts = {name: float(value) for name, value in answer["facts"].items() if name in known}
    if not all(math.isfinite(value) and value >= 0 for value in facts.values()):
        raise ValueError("numbers from 0 expected")
    return Probe(
        lacks=tuple(one[:SENTENCE_LIMIT] for one in answer["lacks"][:MOST_SENTENCES]),
        absent=answer["absent"] is True,
        facts=facts,
    )
