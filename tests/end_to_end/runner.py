"""How the runner starts a Docker action: mounts, inputs, file commands, log."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.end_to_end.engine import Engine
from tests.runner_model import LogCommand, commands_in, key_values

RUNNER_USER = 1001
TOKEN = "ghs_of_the_tests"  # noqa: S105 - opens nothing

SEALED = (
    *("--network", "none", "--read-only", "--tmpfs", "/tmp", "--memory", "1g"),
    *("--pids-limit", "256", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
)
"""Options of an engine that leave a container nothing but its mounts and a temporary folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step of a workflow says of the action, and what happened in the repository."""

    workspace: Path
    event_name: str = "pull_request"
    event: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the runner knows when the step has ended."""

    status: int
    log: str
    """Standard output and standard error, merged."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""

    @property
    def commands(self) -> list[LogCommand]:
        """The log commands that it obeyed."""
        return commands_in(self.log)


def start(
    engine: Engine, image: str, *arguments: str, options: Sequence[str] = SEALED
) -> Conclusion:
    """Start an image as ``docker run --rm OPTIONS IMAGE ARGUMENTS``."""
    return _started(engine, [*options, image, *arguments], {})


def run_step(
    engine: Engine,
    image: str,
    step: Step,
    *,
    action: Path,
    temporary: Path,
    options: Sequence[str] = (),
    cancel_at: str = "",
) -> Conclusion:
    """Start an image as the runner starts an action, and read what it left behind.

    Args:
        engine: Where.
        image: Built from the action's folder.
        step: What to do.
        action: The ``action.yml``.
        temporary: An empty folder that becomes the runner's.
        options: More options of ``docker run``; there is no network.
        cancel_at: How the line of the log begins at which somebody cancels the workflow.
    """
    folders = _folders(temporary, step)
    variables = {**step.environment, **_inputs(action, step), **_context(step)}
    mounts = [f"--volume={here}:{there}" for there, here in folders.items()]
    # The values travel in the client's own environment, as the runner does it.
    names = [f"--env={name}" for name in variables]
    fixed = ["--network=none", "--workdir=/github/workspace", "--env=HOME=/github/home"]
    ended = _started(engine, [*fixed, *mounts, *names, *options, image], variables, cancel_at)
    commands = folders["/github/file_commands"]
    return Conclusion(
        status=ended.status,
        log=ended.log,
        outputs=key_values((commands / "output").read_bytes().decode()),
        summary=(commands / "summary").read_text(encoding="utf-8"),
    )


def _started(
    engine: Engine, arguments: Sequence[str], variables: Mapping[str, str], cancel_at: str = ""
) -> Conclusion:
    name = f"perf-gate-{uuid.uuid4().hex}"
    log = []
    with _client(engine, ["run", "--rm", "--name", name, *arguments], variables) as client:
        assert client.stdout is not None
        try:
            for line in client.stdout:
                log.append(line.decode(errors="replace"))
                if cancel_at and log[-1].startswith(cancel_at):
                    engine.run("kill", "--signal", "INT", name)
        except BaseException:
            engine.run("kill", name)
            raise
    return Conclusion(status=client.returncode, log="".join(log))


def _client(
    engine: Engine, arguments: Sequence[str], variables: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [engine.client, *arguments],
        env={**engine.environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _folders(temporary: Path, step: Step) -> dict[str, Path]:
    """Make what the runner mounts, owned by its user and not by root."""
    folders = {
        "/github/runner_temp": temporary,
        "/github/home": temporary / "_github_home",
        "/github/workflow": temporary / "_github_workflow",
        "/github/file_commands": temporary / "_runner_file_commands",
    }
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    (temporary / "_github_workflow" / "event.json").write_text(json.dumps(step.event))
    for name in ("output", "summary", "env", "path", "state"):
        (temporary / "_runner_file_commands" / name).touch()
    for path in (temporary, *temporary.rglob("*")):
        os.chown(path, RUNNER_USER, RUNNER_USER)
    return {**folders, "/github/workspace": step.workspace}


def _inputs(action: Path, step: Step) -> dict[str, str]:
    """Every declared input is set, empty without a default; hyphens stay, blanks do not."""
    declared = yaml.safe_load(action.read_text(encoding="utf-8"))["inputs"]
    defaults = {name: str(entry.get("default", "")) for name, entry in declared.items()}
    given = {**defaults, **step.inputs}
    return {
        f"INPUT_{name.replace(' ', '_').upper()}": value.replace("${{ github.token }}", TOKEN)
        for name, value in given.items()
    }


def _context(step: Step) -> dict[str, str]:
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": step.event_name,
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_OUTPUT": "/github/file_commands/output",
        "GITHUB_REPOSITORY": "octo/target",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        "GITHUB_WORKSPACE": "/github/workspace",
        "RUNNER_TEMP": "/github/runner_temp",
    }
