"""What a small GitHub knows: pull requests, comments, check runs, artifacts, files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REPOSITORY = "octo/target"
ME = "github-actions[bot]"
HEAD, NEWER, BASE = "a" * 40, "d" * 40, "b" * 40
NUMBER = 7


@dataclass
class Pull:
    number: int = NUMBER
    head: str = HEAD
    base: str = BASE
    branch: str = "contributor:feature"
    state: str = "open"
    files: list[dict[str, str]] = field(default_factory=list)


@dataclass
class GitHub:
    """All state, and how each operation reads or changes it."""

    pulls: dict[int, Pull] = field(default_factory=lambda: {NUMBER: Pull()})
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    checks: dict[int, dict[str, Any]] = field(default_factory=dict)
    artifacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    contents: dict[tuple[str, str], str] = field(default_factory=dict)
    """(revision, path) -> text"""
    login: str = ME
    last_id: int = 100

    def add_comment(self, body: str, login: str | None = None) -> int:
        number = self._next()
        self.comments[number] = {
            "id": number,
            "body": body,
            "html_url": f"https://github.com/{REPOSITORY}/pull/{NUMBER}#issuecomment-{number}",
            "user": {"login": login or self.login},
            "created_at": "2026-11-24T12:00:00Z",
        }
        return number

    def add_artifact(self, name: str, files: Mapping[str, str | bytes]) -> int:
        number = self._next()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        self.archives[number] = stream.getvalue()
        size = len(self.archives[number])
        told = {"id": number, "name": name, "expired": False, "size_in_bytes": size}
        self.artifacts[number] = told
        return number

    def _next(self) -> int:
        self.last_id += 1
        return self.last_id

    # --- operations: parameters, query, body -> status, answer; None: not there ----------------

    def answer(
        self, name: str, at: Mapping[str, str], query: Mapping[str, str], body: Any
    ) -> tuple[int, Any] | None:
        """Do one operation; a list is answered whole, the server cuts it into pages."""
        method, _, path = name.partition(" ")
        match path.removeprefix("/repos/{owner}/{repo}/").split("/"):
            case ["issues", "comments", _]:
                return self._comment(method, int(at["comment_id"]), body)
            case ["issues", *_]:
                return self._comments(method, int(at["issue_number"]), body)
            case ["pulls", *rest]:
                return self._pulls(rest, at, query)
            case ["actions", *_]:
                rows = list(self.artifacts.values())
                return 200, {"total_count": len(rows), "artifacts": rows}
        return self._check_runs(method, at, query, body)

    def _pulls(
        self, rest: list[str], at: Mapping[str, str], query: Mapping[str, str]
    ) -> tuple[int, Any] | None:
        if not rest:
            return 200, [_pull(one) for one in self.pulls.values() if _fits(one, query)]
        pull = self.pulls.get(int(at["pull_number"]))
        if pull is None:
            return None
        return 200, pull.files if rest[1:] else _pull(pull)

    def _check_runs(
        self, method: str, at: Mapping[str, str], query: Mapping[str, str], body: Any
    ) -> tuple[int, Any] | None:
        if method == "get":
            return 200, self._checks(at["ref"], query)
        if method == "post":
            return 201, self._check(self._next(), body)
        number = int(at["check_run_id"])
        return (200, self._check(number, body)) if number in self.checks else None

    def _comments(self, method: str, number: int, body: Any) -> tuple[int, Any] | None:
        if number not in self.pulls:
            return None
        if method == "post":
            return 201, self.comments[self.add_comment(body["body"])]
        return 200, list(self.comments.values())

    def _comment(self, method: str, number: int, body: Any) -> tuple[int, Any] | None:
        if number not in self.comments:
            return None
        if method == "delete":
            del self.comments[number]
            return 204, None
        self.comments[number]["body"] = body["body"]
        return 200, self.comments[number]

    def _checks(self, head: str, query: Mapping[str, str]) -> dict[str, Any]:
        rows = [
            {key: value for key, value in one.items() if key != "output"}
            for one in self.checks.values()
            if one["head_sha"] == head and one["name"] == query.get("check_name", one["name"])
        ]
        return {"total_count": len(rows), "check_runs": rows}

    def _check(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        stored = self.checks.setdefault(number, {"id": number, "head_sha": body.get("head_sha")})
        output = {**stored.get("output", {}), **body["output"]}
        stored.update({**body, "output": output})
        return {key: value for key, value in stored.items() if key != "output"}


def _pull(one: Pull) -> dict[str, Any]:
    owner, _, branch = one.branch.partition(":")
    return {
        "number": one.number,
        "state": one.state,
        "head": {"sha": one.head, "ref": branch or owner},
        "base": {"sha": one.base, "ref": "main"},
    }


def _fits(one: Pull, query: Mapping[str, str]) -> bool:
    wanted = query.get("state", "open") in {one.state, "all"}
    return wanted and query.get("head", one.branch) == one.branch
