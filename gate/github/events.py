"""From an event payload to what it is about on GitHub: pull request, head, run; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.github.api.pulls import PullRequest
from gate.strict import COMMIT

_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What GitHub says a run is about; nothing of it comes from the change's files."""

    repository: str
    """``owner/name``"""
    run: int
    """The run that measured."""
    attempt: int = 1
    head: str | None = None
    """Full object name of what was measured."""
    pull: PullRequest | None = None
    """Where the event names it."""
    branch: str | None = None
    """``owner:name`` of the head, by which an open pull request is found."""

    @property
    def key(self) -> str:
        """Tells runs and their attempts apart."""
        return f"{self.run}.{self.attempt}"


def occasion_of(environment: Mapping[str, str], event: Mapping[str, Any]) -> Occasion | None:
    """Return what a run is about; None outside of Actions.

    Args:
        environment: ``GITHUB_REPOSITORY``, ``GITHUB_RUN_ID`` and their kin.
        event: The payload; for ``workflow_run`` the run that it names is the one that measured.
    """
    repository = environment.get("GITHUB_REPOSITORY", "")
    if environment.get("GITHUB_ACTIONS") != "true" or not is_repository(repository):
        return None
    if environment.get("GITHUB_EVENT_NAME") == "workflow_run":
        return _of_run(repository, event)
    return _of_event(repository, environment, event)


def is_repository(name: str) -> bool:
    """Whether a text can be ``owner/name``; it becomes part of addresses."""
    return bool(_REPOSITORY.fullmatch(name)) and not {".", ".."} & {*name.split("/")}


def _of_event(
    repository: str, environment: Mapping[str, str], event: Mapping[str, Any]
) -> Occasion:
    pull = _pull(repository, event)
    return Occasion(
        repository=repository,
        run=_number(environment.get("GITHUB_RUN_ID")),
        attempt=_number(environment.get("GITHUB_RUN_ATTEMPT")) or 1,
        head=pull.head if pull else None,
        pull=pull,
    )


def _of_run(repository: str, event: Mapping[str, Any]) -> Occasion:
    branch, owner = (
        text_at(event, "workflow_run", *path)
        for path in (("head_branch",), ("head_repository", "owner", "login"))
    )
    asked = text_at(event, "workflow_run", "event") == "pull_request"
    return Occasion(
        repository=repository,
        run=_number(value_at(event, "workflow_run", "id")),
        attempt=_number(value_at(event, "workflow_run", "run_attempt")) or 1,
        head=commit_at(event, "workflow_run", "head_sha"),
        branch=f"{owner}:{branch}" if asked and owner and branch else None,
    )


def _pull(repository: str, event: Mapping[str, Any]) -> PullRequest | None:
    number = _number(value_at(event, "pull_request", "number"))
    head = commit_at(event, "pull_request", "head", "sha")
    base = commit_at(event, "pull_request", "base", "sha")
    if not (number and head and base):
        return None
    return PullRequest(repository=repository, number=number, head=head, base=base)


def has_label(event: Mapping[str, Any], label: str) -> bool:
    """Whether the pull request of an event, or as the API describes it, carries a label."""
    labels = value_at(event, "pull_request", "labels")
    named = labels if isinstance(labels, list) else []
    return any(isinstance(one, Mapping) and one.get("name") == label for one in named)


def value_at(event: Mapping[str, Any], *path: str) -> Any:
    """Look something up; None where it is absent."""
    found: Any = event
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def text_at(event: Mapping[str, Any], *path: str) -> str | None:
    """Look up a text that is not empty; None where there is none."""
    found = value_at(event, *path)
    return found if isinstance(found, str) and found else None


def commit_at(event: Mapping[str, Any], *path: str) -> str | None:
    """Look up an object name; None where it is absent, malformed or all zeros (no such commit)."""
    found = text_at(event, *path)
    return found if found and COMMIT.fullmatch(found) and found.strip("0") else None


def _number(value: Any) -> int:
    """A whole number above 0, else 0."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return 0
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,17}", str(value)) else 0
