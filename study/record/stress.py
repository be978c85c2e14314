"""Other processes that want every core all the time, for as long as something is measured."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from gate.errors import UsageError
from gate.system.machine import cores

QUIET, STRESS = "quiet", "stress"


@contextmanager
def under(condition: str) -> Iterator[None]:
    """Keep a condition up: one worker of stress-ng a core, or nothing.

    Raises:
        UsageError: if stress-ng is not installed.
    """
    if condition == QUIET:
        yield
        return
    if shutil.which("stress-ng") is None:
        raise UsageError("stress-ng is not installed", hint="apt-get install stress-ng")
    command = ["stress-ng", "--cpu", str(len(cores())), "--quiet"]
    with subprocess.Popen(command) as workers:
        try:
            yield
        finally:
            workers.terminate()
