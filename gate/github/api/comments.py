"""The one comment of a report: found by marker and author, then posted, edited or deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

from gate.github.api.client import Client
from gate.github.api.failures import ApiError, NotThereError, UnansweredError
from gate.github.api.pulls import PullRequest


class _LostError(UnansweredError):
    """What is there must be looked at again."""


class Move(StrEnum):
    """What is to become of the comment."""

    POST = "post"
    """It is there afterwards, and says what it should."""
    EDIT = "edit"
    """Where there is one, it says what it should afterwards; none is added."""
    DELETE = "delete"
    """It is gone afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What was posted by us before."""

    id: int
    body: str
    author: str
    url: str
    """Where people find it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The comments of a pull request, as far as they are one report's."""

    client: Client
    pull: PullRequest
    marker: str
    """First line of the report's comments."""
    guard: Callable[[], None]
    """Called right before each write; raises where nothing may be written any more."""

    def settle(self, move: Move, body: str) -> str:
        """Make the thread hold what it should, and the report's comment at most once.

        An answer that never came is no reason to post twice: the thread is read again first.

        Args:
            move: What is to become of it.
            body: What it should say; begins with the marker.

        Returns:
            Where people find the comment; empty where there is none.

        Raises:
            ApiError: It could not be made so; what is there is still at most one new comment.
        """
        for attempt in count(1):
            ours = self._ours()
            try:
                if move is Move.DELETE:
                    return self._only(ours, 0)
                if ours:
                    return self._say(ours, body)
                if move is Move.EDIT:
                    return ""
                self.guard()
                return self._tidied(self._post(body), body)
            except _LostError as error:
                self.client.wait(error, attempt)
        raise AssertionError  # pragma: no cover - count never ends

    def _tidied(self, posted: Comment, body: str) -> str:
        """Another run may have posted at the same moment; ours is said, whatever comes of it."""
        try:
            ours = self._ours(posted.author)
            return self._say(ours, body) if ours else posted.url
        except ApiError:
            return posted.url

    def _post(self, body: str) -> Comment:
        try:
            return _comment(self.client.post(self._all, {"body": body}))
        except UnansweredError as error:
            raise _LostError(error.message, hint=error.hint) from error

    def _say(self, ours: list[Comment], body: str) -> str:
        first = ours[0]
        if _normal(first.body) != _normal(body):
            self.guard()
            try:
                self.client.patch(self._one(first), {"body": body})
            except NotThereError as error:  # somebody deleted it meanwhile
                raise _LostError(error.message, hint=error.hint) from error
        return self._only(ours, 1)

    def _only(self, ours: list[Comment], keep: int) -> str:
        for comment in ours[keep:]:
            self.guard()
            self.client.delete(self._one(comment))
        return ours[0].url if ours and keep else ""

    def _ours(self, author: str = "") -> list[Comment]:
        """The report's comments that we wrote, the oldest first: others may copy a marker."""
        marked = [
            _comment(item)
            for page in self.client.pages(self._all)
            for item in _list(page)
            if str(item.get("body") or "").startswith(self.marker)
        ]
        me = author or (self.client.viewer() if marked else "")
        return sorted((one for one in marked if one.author == me), key=lambda one: one.id)

    @property
    def _all(self) -> str:
        return f"repos/{self.pull.repository}/issues/{self.pull.number}/comments"

    def _one(self, comment: Comment) -> str:
        return f"repos/{self.pull.repository}/issues/comments/{comment.id}"


def _normal(body: str) -> str:
    """GitHub may change ends of lines and of the text."""
    return body.replace("\r\n", "\n").strip()


def _list(page: Any) -> list[dict[str, Any]]:
    if isinstance(page, list):
        return [item for item in page if isinstance(item, dict)]
    raise UnansweredError("GitHub's answer is no list of comments")


def _comment(item: Any) -> Comment:
    try:
        author = (item.get("user") or {}).get("login")  # a deleted account has none
        return Comment(
            id=int(item["id"]),
            body=str(item["body"]),
            author=str(author or ""),
            url=str(item["html_url"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UnansweredError("GitHub's answer is no comment") from None
