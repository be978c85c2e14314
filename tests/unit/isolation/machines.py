"""What the tests of isolation run on: an interpreter that every user can start, and homes."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.isolation import Level, Policy, answering, furnish, probe_level
from gate.model import Side

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534


def open_to_all(path: Path) -> bool:
    """Whether another user can get at a file: no folder above it is closed."""
    real = path.resolve()
    return all(each.stat().st_mode & 0o001 for each in real.parents)


@functools.cache
def python() -> Path:
    """An interpreter that any user can start."""
    for each in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        if Path(each).exists() and open_to_all(Path(each)) and _is_new_enough(each):
            return Path(each)
    pytest.skip(f"no interpreter can be started by other users; ours is {sys.executable}")


def _is_new_enough(interpreter: str) -> bool:
    """Whether the gate itself runs on it."""
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([interpreter, "-c", question], check=False).returncode == 0


@functools.cache
def policy() -> Policy:
    """What works here."""
    return probe_level([answering(python())])


def full() -> Policy:
    """A policy of all parts; skips where this kernel or this user lacks one, and names it."""
    if policy().level is not Level.FULL:
        pytest.skip(f"isolation is not full here: {' '.join(policy().missing)}")
    return policy()


def confining() -> Policy:
    """A policy that guards files and system calls, whoever we are; skips where it cannot."""
    if policy().level is Level.NONE:
        pytest.skip(f"nothing can be kept from a process here: {' '.join(policy().missing)}")
    return policy()


def homes(top: Path, under: Policy) -> dict[Side, Path]:
    """A home for each side, in a folder that others can pass."""
    for each in (top, *top.parents):
        if each.stat().st_uid == os.getuid() and not each.stat().st_mode & 0o001:
            each.chmod(each.stat().st_mode | 0o001)
    return {side: furnish(under, side, top / side) for side in Side}
