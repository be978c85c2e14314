"""Which Python runs the target: the newest that both sides support, or the one asked for."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.errors import InstallError, UsageError
from gate.model import Side
from gate.system.processes import Command, Completed, run_together

OLDEST = (3, 9)
"""The oldest version whose measurements the guest can serve."""

_PROBE_S = 30.0
_PROBE = """
import json, os, platform, sys, sysconfig, venv
print(json.dumps({
    "implementation": platform.python_implementation(),
    "version": sys.version_info[:3],
    "final": sys.version_info.releaselevel == "final",
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "headers": os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")),
}))
"""
_FOLDERS = ("/usr/local/bin", "/opt/python/*/bin", "/opt/hostedtoolcache/Python/*/*/bin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python that was run and answered."""

    path: Path
    implementation: str
    """``CPython``; anything else is not measured."""
    version: tuple[int, int, int]
    final: bool
    """Not a pre-release."""
    free_threaded: bool = False
    headers: bool = True
    """Extension modules can be compiled for it."""

    def __str__(self) -> str:
        return f"{self.implementation} {'.'.join(str(each) for each in self.version)}"


def candidates(environ: Mapping[str, str]) -> list[Path]:
    """List what looks like an interpreter: the running one, on PATH, of pyenv and of images.

    Args:
        environ: Environment that PATH, HOME and PYENV_ROOT are read from.

    Returns:
        Paths in order of preference, each file once; none of them has been run.
    """
    pyenv = environ.get("PYENV_ROOT") or f"{environ.get('HOME', '')}/.pyenv"
    on_path = [Path(each) for each in environ.get("PATH", "").split(":") if each]
    # A shim of pyenv starts bash to say that it does not work; what it stands for is found below.
    folders = [each for each in on_path if each.name != "shims"]
    for pattern in (f"{pyenv}/versions/*/bin", *_FOLDERS):
        folders += sorted(Path("/").glob(pattern.lstrip("/")))
    found = [path for folder in folders for path in _interpreters(folder)]
    return list(dict.fromkeys(path.resolve() for path in (Path(sys.executable), *found)))


def _interpreters(folder: Path) -> Iterator[Path]:
    names = ("python3", "python", "python3.*")
    for path in (each for name in names for each in sorted(folder.glob(name))):
        found = re.fullmatch(r"python(?:3(?:\.(\d+))?)?", path.name)
        if found and int(found[1] or OLDEST[1]) >= OLDEST[1] and path.is_file():
            yield path


def probe(paths: Iterable[Path], environ: Mapping[str, str]) -> tuple[Interpreter, ...]:
    """Run each candidate, isolated from its surroundings, and keep those that answer."""
    paths = tuple(paths)
    start = ("/usr/bin/env",)  # makes a status of what cannot be started at all
    commands = [
        Command(
            args=[*start, str(path), "-I", "-c", _PROBE],
            cwd=Path("/"),
            env=environ,
            timeout_s=_PROBE_S,
        )
        for path in paths
    ]
    done = run_together(commands)
    answers = (_interpreter(*each) for each in zip(paths, done, strict=True))
    return tuple(each for each in answers if each is not None)


def _interpreter(path: Path, done: Completed) -> Interpreter | None:
    try:
        answer: dict[str, Any] = json.loads(done.output)
        major, minor, micro = answer.pop("version")
        return Interpreter(path=path, version=(major, minor, micro), **answer)
    except (ValueError, TypeError, KeyError, AttributeError):  # it is something else
        return None


def choose(
    found: Iterable[Interpreter], supported: Mapping[Side, str], asked: str | None
) -> Interpreter:
    """Choose the interpreter for both sides.

    Args:
        found: The interpreters at hand, in order of preference.
        supported: ``requires-python`` of each side, empty where it declares none.
        asked: Version that the configuration asks for, which then counts alone.

    Returns:
        The newest one that fits, with headers if possible.

    Raises:
        UsageError: The version that was asked for is not at hand.
        InstallError: None at hand is supported by both sides.
    """
    usable = [
        each
        for each in found
        if each.implementation == "CPython" and not each.free_threaded and each.version >= OLDEST
    ]
    if asked is not None:
        wanted = tuple(asked.strip().split("."))
        fitting = [each for each in usable if _parts(each)[: len(wanted)] == wanted]
    else:
        fitting = [
            each
            for each in usable
            if each.final and all(allows(rule, each.version) for rule in supported.values())
        ]
    if not fitting:
        raise _nothing_fits(usable, supported, asked)
    return max(fitting, key=lambda each: (each.version, each.final, each.headers))


def _parts(interpreter: Interpreter) -> tuple[str, ...]:
    return tuple(str(each) for each in interpreter.version)


def _nothing_fits(
    usable: Iterable[Interpreter], supported: Mapping[Side, str], asked: str | None
) -> InstallError | UsageError:
    names = ", ".join(f"{each} ({each.path})" for each in usable) or "none"
    if asked is not None:
        return UsageError(
            f"Python {asked} is asked for, but not at hand; found: {names}.",
            hint="Install it, or ask for one that is there: target.python or --python.",
        )
    rules = ", ".join(f"{side} requires {rule or 'any'!r}" for side, rule in supported.items())
    return InstallError(
        f"No interpreter at hand is supported by both sides: {rules}; found: {names}.",
        hint="Install one that both support, or set target.python.",
    )


def allows(specifiers: str, version: tuple[int, int, int]) -> bool:
    """Whether ``requires-python`` allows a version; what cannot be understood allows all."""
    return all(_allows(each.strip(), version) for each in specifiers.split(","))


def _allows(specifier: str, version: tuple[int, int, int]) -> bool:
    found = re.fullmatch(r"(===?|~=|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?[\w.]*", specifier)
    if found is None:
        return True
    operator = found[1]
    given = tuple(int(each) for each in found[2].split("."))
    wanted = (*given, 0, 0)[:3]
    if operator == "~=":
        return version >= wanted and version[: len(given) - 1] == given[:-1]
    if found[3]:
        same = version[: len(given)] == given
        return same if operator == "==" else not same
    return {
        "==": version == wanted,
        "===": version == wanted,
        "!=": version != wanted,
        "<=": version <= wanted,
        ">=": version >= wanted,
        "<": version < wanted,
        ">": version > wanted,
    }[operator]
