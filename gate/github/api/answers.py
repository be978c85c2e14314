"""What an answer of GitHub means where it is not what was asked for. Pure."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import httpx

from gate.github.api.failures import (
    ApiError,
    ForbiddenError,
    LimitedError,
    NotThereError,
    RefusedError,
    UnansweredError,
)

_SERVER_FAILS = 500
_READ_ONLY = (
    "The token may only read, as for pull requests from forks: the job summary tells all. "
    "docs/action.md shows which permissions a job needs, and how forks get a comment."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: httpx.Headers
    content: bytes


def problem(where: str, answer: Answer, now: float) -> ApiError:
    """Return what kind of failure an answer is.

    Args:
        where: What was asked, for the message.
        answer: Of a status that was not asked for.
        now: Seconds since the epoch.
    """
    status = answer.status
    said = f"GitHub answers {where} with {status}{_reason(answer)}"
    if status >= _SERVER_FAILS:
        return UnansweredError(said, hint="Run the job again.")
    if status in {403, 429}:
        return _denied(said, answer, now)
    if status == 404:  # noqa: PLR2004 - Not Found
        return NotThereError(said, hint=_READ_ONLY)
    return RefusedError(said, hint="docs/action.md shows what the job and its token need.")


def _denied(said: str, answer: Answer, now: float) -> ApiError:
    after, reset = (_number(answer, name) for name in ("retry-after", "x-ratelimit-reset"))
    if after is not None:
        return LimitedError(said, wait_s=after)
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return LimitedError(said, wait_s=max(0.0, reset - now))
    if answer.status == 429 or "rate limit" in said.lower():  # noqa: PLR2004 - Too Many Requests
        return LimitedError(said, wait_s=None)
    return ForbiddenError(said, hint=_READ_ONLY)


def _number(answer: Answer, header: str) -> float | None:
    try:
        value = float(answer.headers.get(header, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _reason(answer: Answer) -> str:
    try:
        message = json.loads(answer.content)["message"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
    return f": {message[:200]}" if isinstance(message, str) else ""
