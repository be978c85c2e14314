"""What isolation works here: every part is tried in a process of its own, then attacked."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gate.isolation import files, launcher
from gate.isolation.bpf import MACHINES
from gate.isolation.confine import Launch, confine, furnish
from gate.isolation.policy import Allowance, Limits, Part, Policy, Role
from gate.isolation.probes import attacks
from gate.isolation.probes.places import Places
from gate.model import Side

_TIMEOUT_S = 30.0
_ANY_VERSION, _QUERY = 0, 1  # arguments by which Landlock tells its version
SAID = "perf-gate: launcher: "
"""How a line of the launcher begins; the step that failed follows."""
_WAIT = "import sys; print(flush=True); sys.stdin.read()"
_LOST = {
    Part.USERS: "Both sides run as the user who started perf-gate, and can reach each other's "
    "processes and whatever that user has",
    Part.FILES: "The target's code can read and write what its user can (Landlock does not work)",
    Part.CALLS: "The target's code has a network while it is measured (seccomp does not work)",
    Part.PRIVILEGES: "Nothing is kept from the target's code (no_new_privs does not work)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attack, and what came of it."""

    name: str
    succeeded: bool
    answer: str
    """``open``, ``absent`` where there was nothing to attack, or why it was refused."""


def answering(python: Path) -> tuple[str, ...]:
    """A command by which an interpreter shows that it starts, and does nothing."""
    return (str(python), "-I", "-S", "-c", "")


def reaching(python: Path, paths: Iterable[Path]) -> tuple[str, ...]:
    """A command by which an interpreter shows that it starts, and that paths are not closed."""
    code = "import os, sys; [os.stat(each) for each in sys.argv[1:]]"
    return (*answering(python)[:-1], code, *map(str, paths))


def probe_level(
    commands: Sequence[Sequence[str]] = (answering(Path(sys.executable)),),
    *,
    allowance: Allowance = Allowance(),  # noqa: B008 - frozen
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Policy:
    """Return what works here, found out by doing it: all parts, or all but those that fail.

    Args:
        commands: What the confined code has to be able to start, each ending with status 0: the
            target's interpreter (see `answering`), and what installs.
        allowance: What base's configuration opens.
        limits: Resource limits.
    """
    asked = Policy(parts=frozenset(Part), allowance=allowance, limits=limits)
    if sys.platform != "linux" or os.uname().machine not in MACHINES:
        why = f"this is no Linux on {' or '.join(MACHINES)}"
        return _without(asked, Part.PRIVILEGES, why)
    policy = replace(asked, landlock=_landlock())
    if policy.landlock < files.OLDEST:
        why = f"the kernel has version {policy.landlock} of it, {files.OLDEST} is needed"
        policy = _without(policy, Part.FILES, why)
    while policy.parts and (failure := _first_failure(policy, commands)):
        policy = _without(policy, *failure)
    return policy


def _landlock() -> int:
    system = ctypes.CDLL(None, use_errno=True)
    return max(0, int(system.syscall(launcher.CREATE_RULESET, None, _ANY_VERSION, _QUERY)))


def _without(policy: Policy, part: Part, why: str) -> Policy:
    lost = frozenset(Part) if part is Part.PRIVILEGES else {part}
    sentence = f"{_LOST[part]}: {why}."
    return replace(policy, parts=policy.parts - lost, missing=(*policy.missing, sentence))


def _first_failure(policy: Policy, commands: Sequence[Sequence[str]]) -> tuple[Part, str] | None:
    failures = (_failure(policy, command) for command in commands)
    return next((each for each in failures if each), None)


def _failure(policy: Policy, command: Sequence[str]) -> tuple[Part, str] | None:
    """The part to blame where a command does not start, and what was said."""
    try:
        done = trial(policy, command)
    except PermissionError as error:  # to hand over a folder
        return Part.USERS, f"it takes root to give each a user ({error.strerror})"
    except subprocess.TimeoutExpired:
        return _hiding(policy), f"{command[0]} did not end"
    if done.returncode == 0:
        return None
    said = " ".join(done.stdout.split()) or f"{command[0]} ended with status {done.returncode}"
    step, _, why = said.removeprefix(SAID).partition(": ")
    return (Part(step), why) if step in policy.parts else (_hiding(policy), said)


def _hiding(policy: Policy) -> Part:
    """What keeps a program from its files is to blame where it does not start."""
    parts = (each for each in (Part.USERS, Part.FILES) if each in policy.parts)
    return next(parts, Part.PRIVILEGES)


def trial(policy: Policy, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command as head's code would be run; status 0: it starts.

    Raises:
        PermissionError: we may not give folders to the side's user.
        subprocess.TimeoutExpired: it did not end within half a minute.
    """
    with _room(policy) as (home, _):
        launch = confine(policy, command, env={}, side=Side.HEAD, role=Role.MEASURE, home=home)
        return _run(launch)


def _run(launch: Launch) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        launch.args,
        cwd="/",
        env=launch.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        timeout=_TIMEOUT_S,
        check=False,
    )


def attack(policy: Policy, python: Path, places: Places) -> tuple[Attempt, ...]:
    """Make all attacks of `gate.isolation.probes` as head's code, while it is measured.

    Args:
        policy: What confines it.
        python: An interpreter of which `probe_level` was told.
        places: What is attacked; the other side is made for the purpose.

    Raises:
        RuntimeError: the attacks gave no answer, so that nothing is known.
    """
    with _room(policy) as (home, other), _neighbour(policy, python, other) as process:
        aims = replace(places, other_folder=str(other), other_process=process)
        source = Path(attacks.__file__).read_text(encoding="utf-8")
        args = [str(python), "-I", "-S", "-c", source, json.dumps(asdict(aims))]
        launch = confine(policy, args, env={}, side=Side.HEAD, role=Role.MEASURE, home=home)
        done = _run(launch)
    if done.returncode != 0:
        raise RuntimeError(f"the probes ended with status {done.returncode}: {done.stdout.strip()}")
    answers: dict[str, str] = json.loads(done.stdout)
    return tuple(
        Attempt(name=name, succeeded=answer == "open", answer=answer)
        for name, answer in answers.items()
    )


@contextlib.contextmanager
def _room(policy: Policy) -> Iterator[tuple[Path, Path]]:
    """Homes for head and base, furnished and handed over."""
    with tempfile.TemporaryDirectory(prefix="perf-gate-") as name:
        top = Path(name).resolve()
        top.chmod(0o711)
        yield furnish(policy, Side.HEAD, top / "head"), furnish(policy, Side.BASE, top / "base")


@contextlib.contextmanager
def _neighbour(policy: Policy, python: Path, home: Path) -> Iterator[int]:
    """A process of base that waits."""
    args = [str(python), "-I", "-S", "-c", _WAIT]
    launch = confine(policy, args, env={}, side=Side.BASE, role=Role.MEASURE, home=home)
    with subprocess.Popen(
        launch.args,
        cwd="/",
        env=launch.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        if process.stdout is not None:
            process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()
