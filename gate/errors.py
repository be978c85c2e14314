"""Everything that can go wrong on purpose: one exit status, one sentence and one hint each."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the process returns; scripts rely on these numbers."""

    PASS = 0
    REGRESSED = 1
    USAGE = 2
    INSTALL = 3
    NOTHING_MEASURED = 4
    INCONCLUSIVE = 5
    DEFECT = 70
    INTERRUPTED = 130


class GateError(Exception):
    """An expected failure: it says what happened and where, and what to do next."""

    status = ExitStatus.DEFECT

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GateError):
    """The call or the configuration is wrong; nothing was measured."""

    status = ExitStatus.USAGE


class InstallError(GateError):
    """A side could not be installed; says nothing about its speed."""

    status = ExitStatus.INSTALL


class MeasureError(GateError):
    """Nothing could be measured, or what was measured is not what was asked for."""

    status = ExitStatus.NOTHING_MEASURED


class Interrupted(GateError):  # noqa: N818 - it is no error of anybody
    """SIGINT or SIGTERM arrived; nothing is written after it."""

    status = ExitStatus.INTERRUPTED
