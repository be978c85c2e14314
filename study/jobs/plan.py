"""Which jobs are run, in which order: everything once before anything twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from study.jobs.planted import Kind
from study.record.stress import QUIET, STRESS

COMMENT = "comment"
STILL = ("base", COMMENT, "same", "renamed")
"""Changes that slow nothing: none at all, a comment, documentation, a renamed variable."""
PERCENT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One run of ``perf-gate check``."""

    library: str
    change: str
    """One of ``STILL``, or a kind of slowdown."""
    proof: bool
    condition: str
    number: int
    """Which repetition, from 0."""

    @property
    def is_planted(self) -> bool:
        """Something has to turn red."""
        return self.change not in STILL

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two of them the same."""
        return tuple(asdict(self).values())


def planned(libraries: Sequence[str], rounds: int) -> Iterator[Planned]:
    """Yield jobs, quiet and stressed rounds in turns, so that they may be stopped at any time.

    What slows nothing is tried on every library in every round, and mostly without the proof,
    which hides what measuring would get wrong. Each kind of slowdown is tried on one library in
    a round, and on the next one in the next, and so is the proof.
    """
    for number in range(rounds):
        condition = STRESS if number % 2 else QUIET
        for change, proof, library in _changes(libraries, number // 2):
            yield Planned(
                library=library,
                change=change,
                proof=proof,
                condition=condition,
                number=number,
            )


def _changes(names: Sequence[str], turn: int) -> Iterator[tuple[str, bool, str]]:
    """Change, proof and library; slowdowns come between what slows nothing."""
    kinds = tuple(Kind)
    for index, change in enumerate(STILL):
        yield from ((change, False, name) for name in names)
        yield change, True, names[(index + turn) % len(names)]
        for at in range(index, len(kinds), len(STILL)):
            yield kinds[at], False, names[(at + turn) % len(names)]
