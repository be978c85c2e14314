"""The machine that a baseline holds for, asked of itself and of the target's interpreter."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import replace

from gate.baseline.record import Fingerprint
from gate.environments.environments import Environment
from gate.system import machine, processes

_ASK = "import platform, sys; print(platform.python_implementation(), sys.version)"
_ANSWER_S = 30.0
_NONE = "none"


def fingerprint_of(environment: Environment, variables: Mapping[str, str]) -> Fingerprint:
    """Return the fingerprint of this machine with the interpreter of a side.

    Args:
        environment: The side; none of the target's code runs.
        variables: Where a runner says which image it is: ``ImageOS`` and ``ImageVersion``.
    """
    return replace(machine_here(variables), python=_build(environment) or environment.interpreter)


def machine_here(variables: Mapping[str, str]) -> Fingerprint:
    """Return the fingerprint of this machine as far as it is known before anything is installed.

    Args:
        variables: As `fingerprint_of`.
    """
    here = machine.describe(_NONE)
    return Fingerprint(
        cpu=here.cpu,
        cores=here.cores,
        python=_NONE,
        libc=" ".join(platform.libc_ver()).strip() or _NONE,
        image=" ".join(filter(None, map(variables.get, ("ImageOS", "ImageVersion")))) or _NONE,
    )


def _build(environment: Environment) -> str:
    """Version, build and compiler of the interpreter, which reads nothing that is installed."""
    done = processes.run(
        [str(environment.python), "-I", "-S", "-c", _ASK],
        cwd=environment.folder,
        env={},
        timeout_s=_ANSWER_S,
    )
    return " ".join(done.output.split()) if done.status == 0 else ""
