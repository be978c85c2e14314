"""How long to wait before the next try of a request, and when to give up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from gate.github.api.failures import ApiError, LimitedError, UnansweredError

_UNSAID_S = 60.0
"""GitHub asks for a minute at least where a limit is reached and no time is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a request is tried, and how long all of them together; times in seconds."""

    tries: int = 4
    """At least 1."""
    first_s: float = 1.0
    """Half of it is the average pause after the first failure; it doubles with each."""
    total_s: float = 180.0
    """What failures may cost, of all requests of a client together."""
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    """Uniform in [0, 1)."""
    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    def pause_s(self, failure: ApiError, attempt: int, waited_s: float) -> float | None:
        """Return how long to wait after a failure; None: give up.

        Args:
            failure: What became of the last try.
            attempt: How many tries there were, from 1.
            waited_s: What failures have cost so far.
        """
        if attempt >= self.tries:
            return None
        if isinstance(failure, LimitedError):
            asked = _UNSAID_S * 2 ** (attempt - 1) if failure.wait_s is None else failure.wait_s
            pause = asked + self.chance() * self.first_s
        elif isinstance(failure, UnansweredError):
            pause = self.chance() * self.first_s * 2 ** (attempt - 1)
        else:
            return None
        return pause if waited_s + pause <= self.total_s else None
