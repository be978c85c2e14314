"""A supervisor with canaries in every place where a runner leaves secrets, attacked by its guest.

``python besieged.py USER PARTS FOLDER`` becomes USER (0: stays what it is), finds out what works,
keeps those of PARTS (separated by commas), and prints what it found and what came of the attacks.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from dataclasses import asdict, replace
from pathlib import Path

from gate.isolation import Part, answering, attack, probe_level
from gate.isolation.probes.places import places

CANARY = "canary-of-perf-gate"


def runner(folder: Path) -> dict[str, str]:
    """Lay out what the runner leaves, as open as it leaves it; return its variables."""
    temporary, workspace = folder / "runner_temp", folder / "workspace"
    for each in (temporary, workspace):
        each.mkdir()
        each.chmod(0o777)
    commands = {name: temporary / name.lower() for name in ("GITHUB_ENV", "GITHUB_OUTPUT")}
    event, token = temporary / "event.json", temporary / "git-credentials-1.config"
    for path in (*commands.values(), event, token):
        path.write_text(CANARY)
        path.chmod(0o666)
    token.chmod(0o644)
    return {
        **{name: str(path) for name, path in commands.items()},
        "GITHUB_TOKEN": CANARY,
        "ACTIONS_RUNTIME_TOKEN": CANARY,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_WORKSPACE": str(workspace),
        "RUNNER_TEMP": str(temporary),
    }


def main() -> None:
    """Be besieged."""
    user, parts, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    os.environ.update(runner(folder))
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE, as the gate does at its start
    python = Path(sys.executable)
    found = probe_level([answering(python)])
    policy = replace(found, parts=found.parts & {Part(each) for each in parts.split(",") if each})
    with socket.socket(socket.AF_UNIX) as docker:
        docker.bind(str(folder / "docker.sock"))
        (folder / "docker.sock").chmod(0o660)
        docker.listen()
        aims = replace(places(os.environ), docker=(str(folder / "docker.sock"),))
        attempts = attack(policy, python, aims)
    answers = {each.name: each.answer for each in attempts}
    shown = [CANARY for each in attempts if CANARY in json.dumps(asdict(each))]
    told = {"level": found.level, "missing": found.missing, "answers": answers, "shown": shown}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
