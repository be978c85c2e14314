"""Runs a few lines of Python confined, and returns what they found."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from gate.isolation import Policy, Role, confine
from gate.model import Side
from tests.unit.isolation.machines import python

SOURCE = '''
import ctypes, errno, json, os, socket, subprocess, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
arm = os.uname().machine == "aarch64"

def of(do):
    """The name of the error, or "" where it worked."""
    try:
        do()
    except OSError as error:
        return errno.errorcode.get(error.errno, "?")
    return ""

def call(amd, generic, *args):
    def do():
        longs = [ctypes.c_long(each) for each in (generic if arm else amd, *args)]
        if libc.syscall(*longs) < 0:
            raise OSError(ctypes.get_errno(), "refused")
    return do

def write(path):
    with open(path, "w") as file:
        file.write("x")

def move(one, other):
    write(one)
    os.rename(one, other)
'''


def run(source: str, home: Path, under: Policy, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run some Python confined, head's and while measuring unless ``more`` says something else."""
    arguments: dict[str, Any] = {"env": {}, "side": Side.HEAD, "role": Role.MEASURE, **more}
    args = [str(python()), "-I", "-S", "-c", SOURCE + source]
    launch = confine(under, args, home=home, **arguments)
    return subprocess.run(
        launch.args,
        env=launch.env,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        close_fds=False,
    )


def answers_of(source: str, home: Path, under: Policy, **more: Any) -> Any:
    """What the Python leaves in ``answers``."""
    done = run(f"{source}\nprint(json.dumps(answers))", home, under, **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
