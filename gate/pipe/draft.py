"""A result in the making: what is known before anything is judged."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from gate.errors import InstallError, MeasureError
from gate.model import WHOLE, Judgement, Noise, Part, Result, Revisions, Seconds, VerdictKind
from gate.system import machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that a result says besides the judgement."""

    started: float
    """``time.monotonic()`` at the start of the run."""
    revisions: Revisions | None = None
    notices: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    install_s: float = 0.0
    measure_s: float = 0.0
    python: str = "unknown"
    fingerprint: str = ""
    """Digits of the machine with the interpreter of head; empty: not known yet."""
    part: Part = WHOLE

    def finished(self, judgement: Judgement) -> Result:
        """The result of a run that came to its end."""
        total = time.monotonic() - self.started
        return Result(
            revisions=self.revisions,
            judgement=judgement,
            machine=replace(machine.describe(self.python), fingerprint=self.fingerprint),
            seconds=Seconds(install=self.install_s, measure=self.measure_s, total=total),
            differences=self.differences,
            notices=tuple(dict.fromkeys(self.notices)),
            part=self.part,
        )

    def failed(self, error: InstallError | MeasureError) -> Result:
        """The result of a run that could not judge; that is not the same as regressed."""
        reason, *log = error.message.splitlines()
        judgement = Judgement(
            findings=(),
            verdict=VerdictKind.ERROR,
            reason=f"{reason.rstrip(':')}; {error.hint}" if error.hint else reason,
            exit_status=error.status,
            noise=Noise(floor=0.0, false_failure=0.0, smallest_detectable=None),
        )
        return replace(self.finished(judgement), log=tuple(line for line in log if line.strip()))
