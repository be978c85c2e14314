"""What is recorded, in the order in which it is: breadth first, the most useful ones first."""

from __future__ import annotations

from dataclasses import dataclass

from study.record.stress import QUIET, STRESS

MOST_BENCHMARKS = 10
"""Of a library, evenly over its suite: more libraries say more than more rows of one."""
SLOWEST_S = 0.5
"""A benchmark of which one pair takes longer is left out, after the first."""
LIBRARIES = (
    "tomlkit",
    "mistune",
    "bidict",
    "graphql-core",
    "attrs",
    "pluggy",
    "multidict",
    "yarl",
)
UNDER_STRESS = ("tomlkit", "mistune", "bidict")
SLOWED = ("tomlkit", "mistune")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One recording."""

    library: str
    head: str
    condition: str
    walks: int

    @property
    def name(self) -> str:
        """The name of its file, without suffix."""
        return f"{self.library}-{self.head}-{self.condition}"


def tasks(condition: str) -> tuple[Task, ...]:
    """Return what is recorded under a condition."""
    if condition == STRESS:
        return tuple(_task(library, "base", STRESS, 32) for library in UNDER_STRESS)
    nothing = (_task(library, "base", QUIET, 40) for library in LIBRARIES)
    slow = (_task(library, "slow", QUIET, 20) for library in SLOWED)
    return (*nothing, *slow)


def _task(library: str, head: str, condition: str, walks: int) -> Task:
    return Task(library=library, head=head, condition=condition, walks=walks)
