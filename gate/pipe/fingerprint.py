"""The machine that a baseline holds for, asked of itself and of the target's interpreter."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from gate.baseline.record import Fingerprint
from gate.environments.environments import Environment
from gate.system import machine, processes

_ASK = "import platform, sys; print(platform.python_implementation(), sys.version)"
_ANSWER_S = 30.0


def fingerprint_of(environment: Environment, variables: Mapping[str, str]) -> Fingerprint:
    """Return the fingerprint of this machine with the interpreter of a side.

    Args:
        environment: The side; none of the target's code runs.
        variables: Where a runner says which image it is: ``ImageOS`` and ``ImageVersion``.
    """
    here = machine.describe(environment.interpreter)
    return Fingerprint(
        cpu=here.cpu,
        cores=here.cores,
        python=_build(environment) or environment.interpreter,
        libc=" ".join(platform.libc_ver()).strip() or "none",
        image=" ".join(filter(None, map(variables.get, ("ImageOS", "ImageVersion")))) or "none",
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
