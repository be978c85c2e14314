"""What can become of a request to GitHub besides an answer."""

from __future__ import annotations

from gate.errors import ExitStatus, GateError


class ApiError(GateError):
    """GitHub was asked or told in vain; it says nothing about the change."""

    status = ExitStatus.NOTHING_MEASURED


class UnansweredError(ApiError):
    """No answer, half of one, or a failure of the server: what was asked may have been done."""


class LimitedError(ApiError):
    """Too many requests: it was not done, and may be asked again later."""

    def __init__(self, message: str, *, wait_s: float | None) -> None:
        super().__init__(message, hint="Fewer jobs at a time ask less of GitHub.")
        self.wait_s = wait_s
        """Seconds that the server asks for; None: it does not say."""


class ForbiddenError(ApiError):
    """The token may not do this; asking again changes nothing."""


class NotThereError(ApiError):
    """There is no such thing, or the token may not know of it."""


class RefusedError(ApiError):
    """The request was not accepted as it is."""


class OutdatedError(ApiError):
    """The pull request has a newer head: what was measured is no longer what it says."""
