"""The workflows that there are, which of them go together, and where each is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Workflow(StrEnum):
    """What can be asked for; each is one file, and ``forks`` a pair."""

    GATE = "gate"
    FORKS = "forks"
    MATRIX = "matrix"
    SELF_HOSTED = "self-hosted"
    RECORD = "record"
    SCHEDULE = "schedule"


USUAL = (Workflow.FORKS, Workflow.RECORD)
"""Right for every repository: nobody needs to know whether there will be forks."""

_GATES = (Workflow.GATE, Workflow.FORKS, Workflow.MATRIX, Workflow.SELF_HOSTED)
_TOGETHER = {Workflow.FORKS, Workflow.MATRIX}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One workflow file."""

    template: str
    name: str
    """Below ``.github/workflows``."""
    what: str
    """What it does, for a line in a terminal."""


_CHECKING = {
    Workflow.GATE: File(
        template="gate.yml.j2",
        name="perf-gate.yml",
        what="judges pull requests, and comments where they are not from forks",
    ),
    Workflow.FORKS: File(
        template="check.yml.j2",
        name="perf-gate.yml",
        what="judges pull requests, with a token that only reads",
    ),
    Workflow.MATRIX: File(
        template="matrix.yml.j2",
        name="perf-gate.yml",
        what="judges pull requests in several jobs, with one verdict",
    ),
    Workflow.SELF_HOSTED: File(
        template="self-hosted.yml.j2",
        name="perf-gate.yml",
        what="judges pull requests on a machine of yours",
    ),
}
_PUBLISH = File(
    template="publish.yml.j2",
    name="perf-gate-publish.yml",
    what="posts what was found, for pull requests from forks, too",
)
_OTHERS = {
    Workflow.RECORD: File(
        template="record.yml.j2",
        name="perf-gate-record.yml",
        what="adds what is merged to the branch perf-gate-data",
    ),
    Workflow.SCHEDULE: File(
        template="schedule.yml.j2",
        name="perf-gate-schedule.yml",
        what="compares with the last release, once a week",
    ),
}


def chosen(text: str) -> tuple[Workflow, ...]:
    """Read a list such as ``matrix,forks,record``.

    Raises:
        ValueError: It names something unknown, or what cannot stand side by side; says what.
    """
    names = {name.strip() for name in text.split(",") if name.strip()}
    unknown = names - {*Workflow}
    if unknown or not names:
        raise ValueError(f"some of {', '.join(Workflow)}, with commas between them")
    gates = [one for one in _GATES if one in names]
    if len(gates) > 1 and set(gates) != _TOGETHER:
        raise ValueError(
            f"one of {', '.join(gates)}, for they write the same file"
            " (only matrix and forks go together)"
        )
    return tuple(one for one in Workflow if one in names)


def files_of(workflows: Collection[Workflow]) -> tuple[File, ...]:
    """Return the files of a choice, each path once, in the order in which they take part."""
    checking = [_CHECKING[one] for one in reversed(_GATES) if one in workflows][:1]
    publishing = [_PUBLISH] if Workflow.FORKS in workflows else []
    others = [file for one, file in _OTHERS.items() if one in workflows]
    return (*checking, *publishing, *others)
