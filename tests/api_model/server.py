"""The model of the API on loopback: pages, credentials, redirects, and faults on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.api_model.description import (
    operation_for,
    problems_of_answer,
    problems_of_request,
)
from tests.api_model.state import GitHub

TOKEN = "ghs_of_the_tests"  # noqa: S105 - opens nothing
PREFIX = "/api/v3"
NOT_FOUND = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}


class Fault(StrEnum):
    """What goes wrong with one request."""

    READ_ONLY = "read-only"
    PRIMARY = "primary limit"
    SECONDARY = "secondary limit"
    TOO_MANY = "too many"
    NOT_FOUND = "not found"
    INVALID = "invalid"
    MOVED = "moved"
    FAILED = "failed"
    """500, and nothing was done."""
    LOST = "lost"
    """502, but it was done."""
    DROPPED = "dropped"
    """No answer, and nothing was done."""
    CUT = "cut"
    """Done, but the connection ends in the middle of the answer."""
    HALF = "half"
    """Done, but the answer is half of a JSON text."""


DONE = frozenset({Fault.LOST, Fault.CUT, Fault.HALF})
_RESOURCE = {"message": "Resource not accessible by integration"}
_SAID: Mapping[Fault, tuple[int, Any, Mapping[str, str]]] = {
    Fault.READ_ONLY: (403, _RESOURCE, {"x-ratelimit-remaining": "990"}),
    Fault.PRIMARY: (
        403,
        {"message": "API rate limit exceeded for installation"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1030"},
    ),
    Fault.SECONDARY: (403, {"message": "You have exceeded a secondary rate limit"}, {}),
    Fault.TOO_MANY: (429, {"message": "slow down"}, {"retry-after": "7"}),
    Fault.NOT_FOUND: (404, NOT_FOUND, {}),
    Fault.INVALID: (422, {"message": "Validation Failed"}, {}),
    Fault.MOVED: (301, {"message": "Moved Permanently"}, {"location": "/elsewhere"}),
    Fault.FAILED: (500, {"message": "Server Error"}, {}),
    Fault.LOST: (502, {"message": "Bad Gateway"}, {}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request that arrived."""

    method: str
    path: str
    authorization: str | None

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not self.path.endswith("/graphql")


@dataclass
class Api:
    """The running model."""

    hub: GitHub
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Where a request or an answer is not as GitHub describes it."""
    fault: Callable[[int, Seen], Fault | None] = lambda _number, _seen: None
    """What goes wrong with the Nth request, counted from 1."""
    before: Callable[[Seen], None] = lambda _seen: None
    """What others do right before a request is looked at."""

    @property
    def environment(self) -> dict[str, str]:
        return {
            "GITHUB_API_URL": f"{self.url}{PREFIX}",
            "GITHUB_GRAPHQL_URL": f"{self.url}/api/graphql",
        }

    @property
    def writes(self) -> list[Seen]:
        return [one for one in self.seen if one.writes]


@contextmanager
def serving(hub: GitHub) -> Iterator[Api]:
    """Serve a model until the block is left."""
    api = Api(hub)
    server = _Server(("127.0.0.1", 0), _handler(api))
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is no error of ours."""


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.api = api
    return Handler


class _Handler(BaseHTTPRequestHandler):
    api: Api
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece, and waits for no acknowledgement
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        seen = Seen(
            method=self.command,
            path=self.path,
            authorization=self.headers.get("authorization"),
        )
        self.api.before(seen)
        self.api.seen.append(seen)
        fault = self.api.fault(len(self.api.seen), seen)
        if fault is Fault.DROPPED:
            self.close_connection = True
            return
        done = self._done(json.loads(body) if body else None) if _acts(fault) else None
        self._say(fault, done)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server asks for

    def _done(self, body: Any) -> tuple[int, Any, dict[str, str]]:
        address = urlsplit(self.path)
        path, query = unquote(address.path), dict(parse_qsl(address.query))
        if path.startswith("/blob/"):
            return 200, self.api.hub.archives[int(path.removeprefix("/blob/"))], {}
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Bad credentials"}, {}
        if path == "/api/graphql":
            return 200, {"data": {"viewer": {"login": self.api.hub.login}}}, {}
        return self._operation(path.removeprefix(PREFIX), query, body)

    def _operation(self, path: str, query: dict[str, str], body: Any) -> tuple[int, Any, Any]:
        found = operation_for(self.command, path)
        if found is None:
            self.api.problems.append(f"no operation: {self.command} {path}")
            return 404, NOT_FOUND, {}
        one, at = found
        wrong = problems_of_request(one, query, body)
        self.api.problems += wrong
        if wrong:
            return 422, {"message": "Validation Failed"}, {}
        if one.name.endswith("/{archive_format}"):
            return 302, None, {"location": f"{self.api.url}/blob/{at['artifact_id']}"}
        if one.name.endswith("/contents/{path}"):
            text = self.api.hub.contents.get((query["ref"], at["path"]))
            return (404, NOT_FOUND, {}) if text is None else (200, text.encode(), {})
        answer = self.api.hub.answer(one.name, at, query, body)
        if answer is None:
            return 404, NOT_FOUND, {}
        status, told = answer
        headers: dict[str, str] = {}
        if isinstance(told, list):
            told, headers = self._page(told, query)
        self.api.problems += problems_of_answer(one, status, told)
        return status, told, headers

    def _page(self, rows: list[Any], query: Mapping[str, str]) -> tuple[list[Any], dict[str, str]]:
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        rest = rows[page * size :]
        link = f'<{self.api.url}/next>; rel="next"' if rest else '<x>; rel="prev"'
        return rows[(page - 1) * size : page * size], {"link": link}

    def _say(self, fault: Fault | None, done: tuple[int, Any, dict[str, str]] | None) -> None:
        status, told, headers = (fault and _SAID.get(fault)) or done or (500, None, {})
        data = told if isinstance(told, bytes) else b"" if told is None else _json(told)
        if fault is Fault.HALF:
            data = data[: len(data) // 2] or b"{"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if fault is Fault.CUT:
            self.close_connection = True
            data = data[: len(data) // 2]
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _acts(fault: Fault | None) -> bool:
    return fault is None or fault in DONE


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
