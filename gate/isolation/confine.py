"""What starts a program of the target confined: arguments and environment of the launcher."""

from __future__ import annotations

import marshal
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.isolation import files, launcher
from gate.isolation.bpf import program
from gate.isolation.policy import Part, Policy, Role
from gate.model import Side

_NOBODY = "perf-gate"  # a name for a user that has none, since programs ask for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What is to be started, by whatever starts programs."""

    args: tuple[str, ...]
    """The launcher; at level none the program itself."""
    env: Mapping[str, str]
    """The whole environment."""


def confine(
    policy: Policy,
    args: Sequence[str],
    *,
    env: Mapping[str, str],
    side: Side,
    role: Role,
    home: Path,
    readable: Iterable[Path] = (),
    writable: Iterable[Path] = (),
    descriptors: Iterable[int] = (),
) -> Launch:
    """Return what starts a program as far from everything else as ``policy`` can.

    The process becomes the program, with its number, session and working directory.

    Args:
        policy: What works here, from `gate.isolation.probing.probe_level`.
        args: Program (looked up on the PATH of ``env``) and arguments.
        env: The program's whole environment, before HOME, TMPDIR and the user's name are set.
        side: Whose code it is.
        role: What it is started for.
        home: The side's own folder (see `hand_over`); its ``tmp`` must exist.
        readable: What it reads beside the system's folders, its virtual environment and, unless
            it lies in ``home``, its own installation. Like all that
            is given here, it lies where no side can replace it.
        writable: Folders that it changes beside ``home``; they belong to the side's user.
        descriptors: What stays open beside the standard ones.
    """
    names = {"HOME": str(home), "USER": _NOBODY, "LOGNAME": _NOBODY, "TMPDIR": str(home / "tmp")}
    environ = {**env, **names}
    if not policy.parts:
        return Launch(args=tuple(args), env=environ)
    settings = _settings(policy, args, side, role) | {"keep": sorted(descriptors)}
    if Part.FILES in policy.parts:
        program = Path(shutil.which(args[0], path=environ.get("PATH", os.defpath)) or args[0])
        # What the side may replace says nothing about where its interpreter is.
        own = () if program.absolute().is_relative_to(home) else files.installation(program)
        readable = [*readable, *files.virtual(program)]
        given = [*map(Path, policy.allowance.paths), *own]
        writable = [home, *writable]
        rules = files.rules(role, environ, given=given, readable=readable, writable=writable)
        settings["files"] = _files(policy, rules)
    return _launch(settings, environ)


def _settings(policy: Policy, args: Sequence[str], side: Side, role: Role) -> dict[str, Any]:
    """What the launcher is told, but for files and descriptors."""
    return {
        "args": [os.fspath(each) for each in args],
        "user": policy.user(side),
        "groups": _groups(policy),
        "privileges": Part.PRIVILEGES in policy.parts,
        "files": None,
        "calls": _calls(policy, role),
        "limits": _limits(policy),
    }


def _launch(settings: dict[str, Any], environ: Mapping[str, str]) -> Launch:
    hidden = {f"{launcher.PREFIX.decode()}{name}": value for name, value in environ.items()}
    return Launch(
        args=(sys.executable, "-I", "-S", launcher.__file__),
        env={launcher.SETTINGS: marshal.dumps(settings).hex(), **hidden},
    )


def _files(policy: Policy, rules: Sequence[files.Rule]) -> dict[str, Any]:
    handled, scoped = files.handled(policy.landlock), files.scoped(policy.landlock)
    return {"handled": handled, "scoped": scoped, "rules": rules}


def _calls(policy: Policy, role: Role) -> str | None:
    if Part.CALLS not in policy.parts:
        return None
    return program(os.uname().machine, role, policy.allowance).hex()


def _limits(policy: Policy) -> dict[str, int]:
    limits = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": policy.limits.file_bytes}
    if Part.USERS in policy.parts:  # else it would count whatever else we run
        limits["RLIMIT_NPROC"] = policy.limits.processes
    return limits


def _groups(policy: Policy) -> list[int]:
    """The groups of devices that are allowed; never root's."""
    opened = map(Path, policy.allowance.paths)
    states = [each.stat() for each in opened if each.exists()]
    return sorted({each.st_gid for each in states if stat.S_ISCHR(each.st_mode)} - {0})


def hand_over(policy: Policy, side: Side, folder: Path) -> None:
    """Make a folder with all that is in it the side's own, closed to everybody else.

    From then on nothing but the side's code may write there: what it plants is not followed.
    Call it while nothing of the side runs. The folders above must let others pass (mode 0711).

    Raises:
        OSError: the folder is not there, or not ours to give.
    """
    user = policy.user(side)
    folder.chmod(stat.S_IRWXU)
    if user is None:
        return
    for parent, folders, names in os.walk(folder):
        for each in (parent, *(os.path.join(parent, one) for one in (*folders, *names))):  # noqa: PTH118 - many
            os.chown(each, user, user, follow_symlinks=False)


def furnish(policy: Policy, side: Side, home: Path) -> Path:
    """Make the home of a side, with its ``tmp``, hand it over and return it."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    hand_over(policy, side, home)
    return home
