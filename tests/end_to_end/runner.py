"""How the runner starts a Docker action: mounts, inputs, file commands, log, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.api_model.server import TOKEN
from tests.api_model.state import REPOSITORY
from tests.end_to_end.engine import Engine
from tests.runner_model import LogCommand, commands_in, key_values

RUNNER_USER = 1001
RUN = 100
CANCELLING = ((signal.SIGINT, 7.5), (signal.SIGTERM, 2.5), (signal.SIGKILL, 60.0))
"""What the runner sends when a workflow is cancelled, and the seconds that it waits then."""

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
    github: Mapping[str, str] = field(default_factory=dict)
    """More of the context, such as ``GITHUB_API_URL``."""
    network: str = "none"
    """``host``: the step reaches servers on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Somebody, or the machine, ends a step in the middle."""

    at: str
    """How the line of the log begins at which it happens."""
    signals: Sequence[tuple[signal.Signals, float]] = CANCELLING


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What is known when a container has ended."""

    status: int
    log: str
    """Standard output and standard error, merged."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    left: str = ""
    """The container, where it is still there."""

    @property
    def commands(self) -> list[LogCommand]:
        """The log commands that the runner obeys."""
        return commands_in(self.log)


def start(
    engine: Engine, image: str, *arguments: str, options: Sequence[str] = SEALED
) -> Conclusion:
    """Start an image as ``docker run --rm OPTIONS IMAGE ARGUMENTS``."""
    return _ended(engine, [*options, image, *arguments], {}, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A runner of the machine's own: what a step leaves in its home, the next one finds."""

    engine: Engine
    image: str
    """Built from the action's folder."""
    action: Path
    """The ``action.yml``."""
    temporary: Path
    """Its own folder."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What every workflow sets."""
    options: Sequence[str] = ()
    """More options of ``docker run``."""

    def run(self, step: Step, cancel: Cancel | None = None) -> Conclusion:
        """Start the image as the runner starts an action, and read what it left behind."""
        folders = {**self._folders(step.event), "/github/workspace": step.workspace}
        variables = {**self.environment, **_inputs(self.action, step), **_context(step)}
        mounts = [f"--volume={here}:{there}" for there, here in folders.items()]
        # The values travel in the client's own environment, as the runner does it.
        names = [f"--env={name}" for name in variables]
        fixed = ["--workdir=/github/workspace", "--env=HOME=/github/home", self._socket]
        options = [f"--network={step.network}", *fixed, *mounts, *names, *self.options]
        ended = _ended(self.engine, [*options, self.image], variables, cancel)
        commands = folders["/github/file_commands"]
        return Conclusion(
            status=ended.status,
            log=ended.log,
            outputs=key_values((commands / "output").read_bytes().decode()),
            summary=(commands / "summary").read_text(encoding="utf-8"),
            left=ended.left,
        )

    @property
    def _socket(self) -> str:
        """The engine's own socket: the runner puts it into every container."""
        here = (self.engine.host or "unix:///var/run/docker.sock").removeprefix("unix://")
        return f"--volume={here}:/var/run/docker.sock"

    def _folders(self, event: Mapping[str, Any]) -> dict[str, Path]:
        """Make what is mounted, owned by the runner's user and not by root."""
        folders = {
            "/github/runner_temp": self.temporary,
            "/github/home": self.temporary / "_github_home",
            "/github/workflow": self.temporary / "_github_workflow",
            "/github/file_commands": self.temporary / "_runner_file_commands",
        }
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
            os.chown(folder, RUNNER_USER, RUNNER_USER)
        files = {self.temporary / "_github_workflow/event.json": json.dumps(event)}
        for name in ("output", "summary", "env", "path", "state"):
            files[self.temporary / "_runner_file_commands" / name] = ""
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
            os.chown(file, RUNNER_USER, RUNNER_USER)
        return folders


def _ended(
    engine: Engine, arguments: Sequence[str], variables: Mapping[str, str], cancel: Cancel | None
) -> Conclusion:
    name = f"perf-gate-{uuid.uuid4().hex}"
    log = []
    with _client(engine, ["run", "--rm", "--name", name, *arguments], variables) as client:
        assert client.stdout is not None
        for line in client.stdout:
            log.append(line.decode(errors="replace"))
            if cancel and log[-1].startswith(cancel.at):
                threading.Thread(target=_insist, args=(client, cancel.signals)).start()
                cancel = None
    assert cancel is None, f"no line begins with {cancel.at}: {''.join(log)}"
    left = engine.run("ps", "--all", "--quiet", "--filter", f"name={name}")
    if left:
        engine.run("rm", "--force", name)
    return Conclusion(status=client.returncode, log="".join(log), left=left)


def _insist(
    client: subprocess.Popen[bytes], signals: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Signal the client, which hands signals on to the first process of the container."""
    for number, patience_s in signals:
        client.send_signal(number)
        try:
            client.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
        return


@contextmanager
def _client(
    engine: Engine, arguments: Sequence[str], variables: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [engine.client, *arguments],
        env={**engine.environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as client:
        try:
            yield client
        except BaseException:
            client.terminate()
            raise


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
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": str(RUN),
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        "GITHUB_WORKSPACE": "/github/workspace",
        "RUNNER_TEMP": "/github/runner_temp",
        **step.github,
    }
