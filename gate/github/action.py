"""From the environment of a Docker action and its event payload to a Job; reads no file, pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from gate.config.fields import LONGEST_BUDGET_S, UnfitError, duration_s, store
from gate.config.loader import Scalar
from gate.config.problems import Position
from gate.config.schema import Comment, Store
from gate.errors import UsageError
from gate.github.api.client import Server
from gate.github.events import Occasion, commit_at, has_label, occasion_of
from gate.job import Job
from gate.judge.rows.acceptance import LABEL
from gate.report.render import marker
from gate.report.view import DEFAULT_REPORT_ID

_T = TypeVar("_T")

INPUTS = (
    "mode",
    "config",
    "working-directory",
    "base",
    "token",
    "python-version",
    "budget",
    "shard",
    "store",
    "comment",
    "report-id",
    "dry-run",
)
"""Every input that ``action.yml`` declares."""


class Mode(StrEnum):
    """What one start of the image does."""

    CHECK = "check"
    RECORD = "record"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one start of the image asks for: the job, and what must not travel with it."""

    job: Job
    token: str = field(default="", repr=False)
    """A credential: it stays on the publishing side, away from the pipe and the target."""
    mode: Mode = Mode.CHECK
    occasion: Occasion | None = None
    """What GitHub says this is about; None outside of Actions."""
    server: Server | None = None
    """Where to post; None without a token."""
    comment: Comment | None = None
    """When to comment; None: as the rules say."""
    expected: int | None = None
    """How many results `publish` must find; None: nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    base: str | None = None
    head: str | None = None
    base_is_branch: bool = False


def read_request(
    environment: Mapping[str, str], event: Mapping[str, Any], *, repository: Path, out: Path
) -> Request:
    """Translate what the runner (or ``docker run``) sets into a Job.

    Args:
        environment: ``INPUT_*`` with hyphens or underscores, where empty means absent, and
            ``GITHUB_*``. Without ``GITHUB_ACTIONS`` the working tree is judged.
        event: The payload; empty where there is none.
        repository: The checkout.
        out: Where results go.

    Raises:
        UsageError: Something cannot be understood or must not be done; names every problem.
    """
    inputs = _Inputs(environment=environment, problems=[])
    mode = _mode_of(environment, inputs)
    sides = _sides(environment, event, inputs.problems)
    job = _job(inputs, sides, mode, repository=repository, out=out)
    token = inputs.text("token") or ""
    request = Request(
        job=replace(job, granted=has_label(event, LABEL)),
        token=token,
        mode=mode,
        occasion=occasion_of(environment, event),
        server=Server.named(environment, token) if token else None,
        comment=inputs.read("comment", _comment),
        expected=inputs.read("shard", _count) if mode is Mode.PUBLISH else None,
    )
    _refuse(inputs.problems)
    return request


def _job(inputs: _Inputs, sides: _Sides, mode: Mode, *, repository: Path, out: Path) -> Job:
    base = inputs.text("base")
    return Job(
        repository=repository,
        out=out,
        working_directory=inputs.read("working-directory", _folder) or PurePosixPath(),
        base=base or sides.base,
        head=sides.head,
        base_is_branch=sides.base_is_branch and base is None,
        config=_below(repository, inputs.text("config")),
        budget_s=inputs.read("budget", _budget),
        shard=None if mode is Mode.PUBLISH else inputs.read("shard", _shard),
        dry_run=inputs.read("dry-run", _switch) or False,
        python=inputs.read("python-version", _python),
        store=inputs.read("store", _store),
        report_id=inputs.read("report-id", _report_id) or DEFAULT_REPORT_ID,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """The inputs, and a list that collects what is wrong with them."""

    environment: Mapping[str, str]
    problems: list[str]

    def text(self, name: str) -> str | None:
        hyphens = f"INPUT_{name.upper()}"
        for variable in (hyphens, hyphens.replace("-", "_")):
            if value := self.environment.get(variable, "").strip():
                return value
        return None

    def read(self, name: str, decode: Callable[[str], _T]) -> _T | None:
        value = self.text(name)
        try:
            return None if value is None else decode(value)
        except ValueError as error:
            self.problems.append(f"{name}: expected {error}, found {value!r}")
            return None


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UsageError(
            "the action was started with something it cannot do:\n"
            + "\n".join(f"  {problem}" for problem in problems),
            hint="correct the step that uses perf-gate in the workflow",
        )


# --- which mode, which revisions -----------------------------------------------------------------


def _mode_of(environment: Mapping[str, str], inputs: _Inputs) -> Mode:
    """What is asked for; else what suits the event."""
    event = environment.get("GITHUB_EVENT_NAME")
    after_a_run = event == "workflow_run"
    usual = Mode.PUBLISH if after_a_run else Mode.CHECK
    mode = inputs.read("mode", _mode) or usual
    if event in {"pull_request", "merge_group"} and mode is Mode.RECORD:
        inputs.problems.append(
            f"mode: record on {event}: its token writes baselines, and no code of a change "
            "may run beside it; record on push"
        )
    if after_a_run and mode is not Mode.PUBLISH:
        inputs.problems.append(
            "workflow_run: its token can write, and no code of a change may run beside it; "
            "check on pull_request, and publish here"
        )
    return mode


def _sides(environment: Mapping[str, str], event: Mapping[str, Any], problems: list[str]) -> _Sides:
    if environment.get("GITHUB_ACTIONS") != "true":
        return _Sides()
    match environment.get("GITHUB_EVENT_NAME"):
        case "pull_request":
            return _of_pull_request(event, problems)
        case "push":
            after = commit_at(event, "after") or environment.get("GITHUB_SHA")
            return _Sides(base=commit_at(event, "before"), head=after or "HEAD")
        case "merge_group":
            head = commit_at(event, "merge_group", "head_sha")
            return _Sides(base=commit_at(event, "merge_group", "base_sha"), head=head or "HEAD")
        case "pull_request_target":
            problems.append(
                "pull_request_target: it hands the repository's secrets and a token that can "
                "write to a job that runs the change's code; use the event pull_request"
            )
    return _Sides(head="HEAD")


def _of_pull_request(event: Mapping[str, Any], problems: list[str]) -> _Sides:
    # Not GITHUB_SHA: that is a merge commit which nobody wrote.
    head = commit_at(event, "pull_request", "head", "sha")
    base = commit_at(event, "pull_request", "base", "sha")
    if head is None or base is None:
        problems.append("pull_request: the event payload does not name its head and base commits")
    return _Sides(base=base, head=head, base_is_branch=True)


# --- one decoder an input: the value, or a ValueError that says what was expected ----------------


def _mode(value: str) -> Mode | None:
    if value != "auto" and value not in set(Mode):
        raise ValueError(f"auto, {' or '.join(Mode)}")
    return None if value == "auto" else Mode(value)


def _report_id(value: str) -> str:
    try:
        marker(value)
    except UsageError:
        raise ValueError("a short name of letters, digits, dots and hyphens") from None
    return value


def _comment(value: str) -> Comment:
    if value not in set(Comment):
        raise ValueError(f"one of {', '.join(Comment)}")
    return Comment(value)


def _count(value: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", value):
        raise ValueError("how many results there must be, such as 3")
    return int(value)


def _store(value: str) -> Store:
    try:
        return store(Scalar(at=Position(), value=value, text=value))
    except UnfitError as error:
        raise ValueError(str(error)) from error


def _folder(value: str) -> PurePosixPath:
    folder = PurePosixPath(value)
    if folder.is_absolute() or ".." in folder.parts:
        raise ValueError("a folder inside the repository")
    return folder


def _below(repository: Path, file: str | None) -> Path | None:
    return None if file is None else repository / file


def _budget(value: str) -> float:
    expected = "a duration such as 90s, 3m or 1h, at most 6h"
    try:
        seconds = duration_s(value)
    except ValueError:
        raise ValueError(expected) from None
    if not 0 < seconds <= LONGEST_BUDGET_S:
        raise ValueError(expected)
    return seconds


def _shard(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", value)
    if match is None or int(match[1]) > int(match[2]):
        raise ValueError("a shard such as 1/3, at most 3/3")
    return int(match[1]), int(match[2])


def _switch(value: str) -> bool:
    if value.lower() not in {"true", "false"}:
        raise ValueError("true or false")
    return value.lower() == "true"


def _python(value: str) -> str:
    # Unquoted in YAML, 3.10 is the number 3.1.
    if not re.fullmatch(r"3\.(9|[1-9][0-9])(\.[0-9]+)?t?", value):
        raise ValueError('a version from 3.9 on, in quotes, such as "3.12"')
    return value
