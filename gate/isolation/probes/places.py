"""Where a runner leaves what the target's code must not have."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_COMMANDS = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
_TEMPORARY = ("/github/runner_temp", "/home/runner/work/_temp")
_DOCKER = ("/var/run/docker.sock", "/run/docker.sock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What is attacked; empty or 0: there is no such thing here."""

    supervisor: int
    """The process that holds the token."""
    docker: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    """Files by which a step speaks to the runner."""
    credentials: tuple[str, ...] = ()
    """Files in which checkout left its token."""
    event: str = ""
    workspace: str = ""
    other_folder: str = ""
    """The other side's folder."""
    other_process: int = 0
    """A process of the other side."""


def places(environ: Mapping[str, str]) -> Places:
    """Return the places of the runner that started this process, as it sees them itself."""
    folders = {*_TEMPORARY, environ.get("RUNNER_TEMP", "/nowhere")}
    found = [path for each in sorted(folders) for path in Path(each).glob("git-credentials-*")]
    workspace = environ.get("GITHUB_WORKSPACE", "")
    config = Path(workspace, ".git", "config")
    if workspace and config.is_file():
        found.append(config)
    return Places(
        supervisor=os.getpid(),
        docker=tuple(each for each in _DOCKER if Path(each).exists()),
        commands=tuple(environ[name] for name in _COMMANDS if environ.get(name)),
        credentials=tuple(str(each) for each in found),
        event=environ.get("GITHUB_EVENT_PATH", ""),
        workspace=workspace,
    )
