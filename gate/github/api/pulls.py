"""Pull requests: which one a run was for, its head, the lines that it changes, and its rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from gate.github.api.client import Client
from gate.github.api.failures import NotThereError, OutdatedError, UnansweredError

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_FILE_PAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as GitHub itself describes it."""

    repository: str
    """``owner/name``"""
    number: int
    head: str
    """Full object name of the head that was judged."""
    base: str
    """Full object name of the tip that it would be merged into."""

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"repos/{self.repository}/pulls/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A stretch of lines of head, counted from 1."""

    first: int
    last: int


def pull_request(client: Client, repository: str, number: int) -> PullRequest:
    """Return a pull request with the head that it has now."""
    return _read(client.get(f"repos/{repository}/pulls/{number}"), repository)


def pull_request_of(
    client: Client, repository: str, head: str, branch: str
) -> tuple[PullRequest, ...]:
    """Return the open pull requests of a branch whose head is still the one that was judged.

    GitHub's own association of commits with pull requests is empty for forks.

    Args:
        client: Of the server.
        repository: That the pull request is for.
        head: The full object name that a run was for, as the event says.
        branch: ``owner:name``, as the event says.
    """
    found = client.get(f"repos/{repository}/pulls", state="open", head=branch, per_page=100)
    pulls = (_read(item, repository) for item in _items(found))
    return tuple(sorted((one for one in pulls if one.head == head), key=lambda one: one.number))


def guard(client: Client, pull: PullRequest) -> Callable[[], None]:
    """Return a check to be made right before each write.

    It raises `OutdatedError` where the pull request has another head by now.
    """

    def check() -> None:
        now = pull_request(client, pull.repository, pull.number).head
        if now != pull.head:
            raise OutdatedError(
                f"nothing was posted: pull request {pull.number} has a newer head, {now[:10]}"
            )

    return check


def changed_lines(client: Client, pull: PullRequest) -> Mapping[str, Lines]:
    """Return for each changed file the first stretch of lines that are new in head."""
    found = {}
    for page in client.pages(f"{pull.path}/files", _FILE_PAGES):
        for file in _items(page):
            lines = first_added(str(file.get("patch", "")))
            if lines is not None:
                found[str(file.get("filename"))] = lines
    return found


def first_added(patch: str) -> Lines | None:
    """Return the first stretch of added lines in a unified diff; None where nothing was added."""
    added = _added(patch)
    first = last = next(added, None)
    if first is None or last is None:
        return None
    for line in added:
        if line != last + 1:
            break
        last = line
    return Lines(first=first, last=last)


def _added(patch: str) -> Iterator[int]:
    line = 0
    for text in patch.split("\n"):
        if match := _HUNK.match(text):
            line = int(match[1])
        elif text.startswith("+"):
            yield line
            line += 1
        elif text.startswith(" "):
            line += 1


def file_of(client: Client, pull: PullRequest, file: PurePosixPath) -> str | None:
    """Return a file as it is on base, else on head; None where neither has it."""
    on_base = file_at(client, pull.repository, file, pull.base)
    return file_at(client, pull.repository, file, pull.head) if on_base is None else on_base


def file_at(client: Client, repository: str, file: PurePosixPath, commit: str) -> str | None:
    """Return a file as a commit has it; None where it has none."""
    try:
        return client.text(f"repos/{repository}/contents/{quote(str(file))}", ref=commit)
    except NotThereError:
        return None


def _items(page: Any) -> list[Mapping[str, Any]]:
    if isinstance(page, list) and all(isinstance(item, dict) for item in page):
        return page
    raise UnansweredError("GitHub's answer is not a list of objects")


def _read(item: Any, repository: str) -> PullRequest:
    try:
        return PullRequest(
            repository=repository,
            number=int(item["number"]),
            head=str(item["head"]["sha"]),
            base=str(item["base"]["sha"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UnansweredError("GitHub's answer is not a pull request") from None
