"""One start of the image: what is asked, the pipe, and what the runner is told."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from gate.errors import GateError, Interrupted, UsageError
from gate.github.action import Mode, Request, read_request
from gate.github.commands import untrusted
from gate.github.handover import (
    SUMMARY_FILE,
    Posted,
    annotations_of,
    annotations_of_error,
    give_back,
    output_folder,
    outputs_of,
    outputs_of_error,
    tell,
)
from gate.model import Judgement
from gate.system.signals import interruptible

Pipe = Callable[[Request], Judgement]
"""Measures and judges, and writes the reports below ``request.job.out``."""

Post = Callable[[Request], Posted]
"""Says on GitHub what the pipe found; called when the runner knows it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the image was started."""

    environment: Mapping[str, str]
    workspace: Path
    out: Path
    log: TextIO

    @property
    def caches(self) -> list[Path]:
        """What is kept for the runner's next job, which cannot remove what is root's."""
        home = self.environment.get("HOME")
        in_actions = self.environment.get("GITHUB_ACTIONS") == "true"
        return [Path(home, ".cache")] if in_actions and home else []

    def say(self, text: str, annotations: list[str]) -> None:
        """Write text that may come from the target, and commands where the runner obeys them."""
        lines = [untrusted(text)] if text else []
        if self.environment.get("GITHUB_ACTIONS") == "true":
            lines += annotations
        self.log.write("".join(f"{line}\n" for line in lines))
        self.log.flush()


def post_nothing(_: Request) -> Posted:
    """Post nothing."""
    return Posted()


def serve(
    environment: Mapping[str, str],
    pipe: Pipe,
    post: Post = post_nothing,
    *,
    folder: Path,
    log: TextIO,
) -> int:
    """Run the pipe for what the environment asks, and tell the runner how it ended.

    Args:
        environment: Of the process.
        pipe: What to run.
        post: What to do afterwards, where there is a judgement.
        folder: The checkout, where ``GITHUB_WORKSPACE`` does not name it.
        log: Read by people and by the runner.

    Returns:
        The exit status. Failing to tell the runner never changes it, and after an interruption
        the runner is told nothing.
    """
    workspace = Path(environment.get("GITHUB_WORKSPACE") or folder)
    place = Place(
        environment=environment, workspace=workspace, out=output_folder(workspace), log=log
    )
    try:
        with interruptible():
            return _serve(place, pipe, post)
    except Interrupted as error:
        place.say(f"perf-gate: {error.message}", [])
        return error.status
    finally:
        for written in (place.out, *place.caches):
            give_back(written, workspace)


def _serve(place: Place, pipe: Pipe, post: Post) -> int:
    try:
        request = _request(place)
        judgement = pipe(request)
    except Interrupted:
        raise
    except GateError as error:
        return _refuse(place, error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect has its own status
        place.say(traceback.format_exc(), [])
        return _refuse(place, _defect(error))
    place.say("", annotations_of(judgement))
    summary = place.out / SUMMARY_FILE
    text = summary.read_text(encoding="utf-8") if summary.is_file() else ""
    outputs = outputs_of(judgement, place.out, place.workspace)
    if request.mode is Mode.RECORD:  # what lies there is of an earlier run
        outputs |= {"result-path": "", "report-path": ""}
    _tell(place, outputs, text)
    _post(place, request, post)
    return judgement.exit_status


def _post(place: Place, request: Request, post: Post) -> None:
    try:
        posted = post(request)
    except Interrupted:
        raise
    except Exception as error:  # noqa: BLE001 - failing to post never changes the verdict
        place.say(traceback.format_exc(), [])
        posted = Posted(notes=(_defect(error).message,))
    for note in posted.notes:
        place.say(f"perf-gate: {note}", [])
    if posted.url:
        _tell(place, {"comment-url": posted.url}, "")


def _request(place: Place) -> Request:
    event = read_event(place.environment.get("GITHUB_EVENT_PATH"))
    return read_request(place.environment, event, repository=place.workspace, out=place.out)


def read_event(path: str | None) -> Mapping[str, Any]:
    """Return the payload of the event; empty where there is none.

    Raises:
        UsageError: It cannot be read.
    """
    if not path:
        return {}
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"the event payload {path} cannot be read: {error}") from error
    return event if isinstance(event, dict) else {}


def _refuse(place: Place, error: GateError) -> int:
    place.say(f"perf-gate: {error.message}\n{error.hint}".rstrip(), annotations_of_error(error))
    _tell(place, outputs_of_error(error), "")
    return error.status


def _defect(error: Exception) -> GateError:
    return GateError(
        f"this is a defect of perf-gate: {type(error).__name__}: {error}",
        hint="report it with the log above; it says nothing about the change",
    )


def _tell(place: Place, outputs: Mapping[str, str], summary: str) -> None:
    try:
        tell(place.environment, outputs, summary)
    except OSError as error:
        place.say(f"perf-gate: the runner could not be told the outcome: {error}", [])
