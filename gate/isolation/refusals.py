"""Which refusal an error text speaks of, and the key that would lift it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gate.isolation.calls import NUMBERS
from gate.isolation.policy import SOCKETS

KEY = "isolation.allow"

_LAST = 8000  # characters: no text, however it is made, may take long
_NOTHING_NAMED = re.compile(r"\[Errno 13\] Permission denied[ \t]*$", re.MULTILINE)
_FILE = re.compile(r"\[Errno 13\] Permission denied: (['\"])(?P<path>/[^'\"\n]*)\1")
_NOT_PERMITTED = re.compile(r"\[Errno 1\]|\bEPERM\b|Operation not permitted")
_NAMES = re.compile(rf"\b({'|'.join(sorted(NUMBERS, key=len, reverse=True))})\b")
_PROCESSES = re.compile(
    r"\[Errno 11\] Resource temporarily unavailable|can't start new thread|fork: retry"
)
_TOO_LARGE = re.compile(r"\[Errno 27\] File too large")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What isolation most likely refused; the target's own files refuse in the same words."""

    call: str
    """The system call."""
    advice: str
    """A sentence: what it is refused for, and the key. A path in it is untrusted text."""

    def __str__(self) -> str:
        return f"isolation refuses `{self.call}`: {self.advice}"


def refusal(text: str) -> Refusal | None:
    """Return the refusal that the end of a program, or the error of a benchmark, speaks of.

    Only where the target's code was confined, and where both sides say the same, is it worth
    telling: a change that runs into a refusal that base did not meet is broken on head alone.

    Args:
        text: Traceback or output of the target (untrusted; it is searched, and decides nothing).
    """
    text = text[-_LAST:]
    if "socket: Permission denied" in text or _names_no_file(text):
        return Refusal(
            call="socket",
            advice="there is no network while measuring. A suite that needs one (a server on "
            f"loopback, too) gets it by `{KEY}: [{SOCKETS}]` in the configuration of base.",
        )
    if found := _FILE.search(text):
        return Refusal(
            call="open",
            advice=f"{found['path']} is not the target's own. To read it, or to use a device, "
            f"name it below `{KEY}` in the configuration of base; write below TMPDIR or HOME.",
        )
    if _NOT_PERMITTED.search(text) and (name := _NAMES.search(text)):
        return Refusal(call=name[1], advice="no key allows it.")
    return _limit(text)


def _names_no_file(text: str) -> bool:
    """Sockets are what Python is denied without naming a file; a line above speaks of them."""
    found = _NOTHING_NAMED.search(text)
    return found is not None and "socket" in text[: found.start()]


def _limit(text: str) -> Refusal | None:
    if _PROCESSES.search(text):
        return Refusal(call="clone", advice="the side has too many processes and threads.")
    if _TOO_LARGE.search(text):
        return Refusal(call="write", advice="a file has become too large.")
    return None
