"""The check run: the report on a commit, and annotations on lines that the change touches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from gate.github.api.client import Client
from gate.github.api.failures import UnansweredError
from gate.github.api.pulls import Lines

MOST_ANNOTATIONS = 50
"""GitHub takes so many of them at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A message at lines of a file of head; ``level`` is notice, warning or failure."""

    path: str
    lines: Lines
    level: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a check run says; ``key`` tells it from all others of the commit, even by that name."""

    name: str
    key: str
    conclusion: str
    """success, neutral or failure."""
    title: str
    summary: str
    """Markdown, at most 65,535 characters."""
    annotations: Sequence[Annotation] = ()


def report_check(
    client: Client, repository: str, head: str, check: Check, guard: Callable[[], None]
) -> None:
    """Make the commit have this check run, once.

    An answer that never came is no reason to make a second one: it is looked for first.
    """
    for attempt in count(1):
        found = _find(client, repository, head, check)
        guard()
        if found is not None:
            # Annotations would be added to those that it has.
            client.patch(f"repos/{repository}/check-runs/{found}", _body(check))
            return
        try:
            client.post(f"repos/{repository}/check-runs", _whole(head, check))
        except UnansweredError as error:
            client.wait(error, attempt)
        else:
            return


def _find(client: Client, repository: str, head: str, check: Check) -> int | None:
    """Only what we made ourselves: a job of that name is a check run, too."""
    path = f"repos/{repository}/commits/{head}/check-runs"
    answer = client.get(path, check_name=check.name, filter="latest", per_page=100)
    runs = answer.get("check_runs", []) if isinstance(answer, dict) else []
    return next((int(run["id"]) for run in runs if run.get("external_id") == check.key), None)


def _body(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "external_id": check.key,
        "status": "completed",
        "conclusion": check.conclusion,
        "output": {"title": check.title, "summary": check.summary},
    }


def _whole(head: str, check: Check) -> dict[str, Any]:
    body = _body(check)
    kept = check.annotations[:MOST_ANNOTATIONS]
    output = {**body["output"], "annotations": [_annotation(one) for one in kept]}
    return {**body, "head_sha": head, "output": output}


def _annotation(one: Annotation) -> dict[str, Any]:
    return {
        "path": one.path,
        "start_line": one.lines.first,
        "end_line": one.lines.last,
        "annotation_level": one.level,
        "message": one.message,
    }
