"""Whether each side's executor does what the suite relies on: asked in its own environment."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gate.isolation import Role
from gate.measure.guests import Seat
from gate.model import Side
from gate.pipe.bundled.layout import PACKAGE
from gate.suite.cases import FACTS
from gate.system.handed import Handed
from gate.system.processes import Command, Completed, run_together

TIMEOUT_S = 60.0
MOST_SENTENCES, SENTENCE_LIMIT = 12, 300
FILE_LIMIT = 64 * 1024
ANSWER = "suite-probe.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What is known of one side's executor."""

    lacks: tuple[str, ...] = ()
    """Sentences, with text of the target in them; empty: it can be measured."""
    absent: bool = False
    """There is no such factory."""
    facts: Mapping[str, float] = field(default_factory=dict)
    """By the name of the row; finite and >= 0."""


def probe(seats: Mapping[Side, Seat]) -> Mapping[Side, Probe]:
    """Ask both sides at once; the answers lie in their homes.

    Args:
        seats: Where the suite's guests sit.
    """
    done = dict(zip(Side, run_together([_command(seats[side]) for side in Side]), strict=True))
    return {side: _answer(seats[side].cell.home, done[side]) for side in Side}


def _command(seat: Seat) -> Command:
    launch = seat.cell.launch(
        [str(seat.python), "-m", f"{PACKAGE}.probe", str(seat.cell.home / ANSWER)],
        env={**seat.environ, "PYTHONHASHSEED": "0"},
        role=Role.MEASURE,
        readable=[seat.tree],
    )
    return Command(args=launch.args, cwd=seat.tree, env=launch.env, timeout_s=TIMEOUT_S)


def _answer(home: Path, done: Completed) -> Probe:
    """What a side wrote, checked: foreign code ran there."""
    if done.status is None:
        return Probe(lacks=(f"its smoke test did not end within {TIMEOUT_S:.0f} s",))
    try:
        with Handed(home=home, folder=home).open(ANSWER) as stream:
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
