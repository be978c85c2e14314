"""One request to GitHub's API: tried a few times, size and time bounded, no redirect followed."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from gate.github.api.answers import Answer, problem
from gate.github.api.failures import (
    ApiError,
    NotThereError,
    RefusedError,
    UnansweredError,
)
from gate.github.api.patience import Patience

ANSWER_BYTES = 20 * 1024 * 1024
"""The longest answer that is read."""
PER_PAGE = 100
MOST_PAGES = 100

_API = "https://api.github.com"
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_JSON = "application/vnd.github+json"
_RAW = "application/vnd.github.raw+json"
_DONE = range(200, 300)
_ELSEWHERE = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Whom to ask, and with which credential."""

    token: str = field(repr=False)
    api: str
    graphql: str

    @classmethod
    def named(cls, environment: Mapping[str, str], token: str) -> Self:
        """Return the server that ``GITHUB_API_URL`` and ``GITHUB_GRAPHQL_URL`` name."""
        api = (environment.get("GITHUB_API_URL") or _API).rstrip("/")
        graphql = environment.get("GITHUB_GRAPHQL_URL") or f"{api.removesuffix('/v3')}/graphql"
        return cls(token=token, api=api, graphql=graphql)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    method: str
    url: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = None
    accept: str = _JSON
    repeatable: bool = True
    """Done twice it is the same as done once."""
    wanted: range = _DONE
    """The statuses that are an answer."""


class Client:
    """Asks one server; a context manager that closes its connections.

    Every method raises `ApiError`: `ForbiddenError`, `NotThereError`, `RefusedError` at once;
    `LimitedError` and `UnansweredError` when patience is at its end.
    """

    def __init__(self, server: Server, patience: Patience) -> None:
        self.patience = patience
        self.calls = 0
        """Requests with the token so far, tries included."""
        self.waited_s = 0.0
        """Seconds that failures have cost so far, of all requests together."""
        self._server = server
        self._http = httpx.Client(verify=_trust(), timeout=_TIMEOUT, follow_redirects=False)
        self._viewer: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """Return the JSON of an answer."""
        return _json(self._ask(self._call("GET", path, query=query)))

    def text(self, path: str, **query: str | int) -> str:
        """Return a file as it is."""
        answer = self._ask(self._call("GET", path, query=query, accept=_RAW))
        return answer.content.decode("utf-8", "replace")

    def pages(self, path: str, most: int = MOST_PAGES, **query: str | int) -> Iterator[Any]:
        """Yield the JSON of page after page, at most ``most`` of them."""
        for page in range(1, most + 1):
            call = self._call("GET", path, query={**query, "per_page": PER_PAGE, "page": page})
            answer = self._ask(call)
            yield _json(answer)
            if 'rel="next"' not in answer.headers.get("link", ""):
                return

    def post(self, path: str, body: Any) -> Any:
        """Make something; it is not asked twice whether it was done or not.

        Raises:
            UnansweredError: after the first try: it may have been made.
        """
        return _json(self._ask(self._call("POST", path, body=body, repeatable=False)))

    def patch(self, path: str, body: Any) -> Any:
        """Change something to what ``body`` says."""
        return _json(self._ask(self._call("PATCH", path, body=body)))

    def delete(self, path: str) -> None:
        """Remove something; that it is gone already is as good."""
        try:
            self._ask(self._call("DELETE", path))
        except NotThereError:
            return

    def viewer(self) -> str:
        """Return the login that the token acts as, asked once; for any kind of token."""
        if self._viewer is None:
            call = _Call(method="POST", url=self._server.graphql, body={"query": "{viewer{login}}"})
            try:
                self._viewer = str(_json(self._ask(call))["data"]["viewer"]["login"])
            except (ApiError, KeyError, TypeError):
                self._viewer = "github-actions[bot]"
        return self._viewer

    def location(self, path: str) -> str:
        """Return where the server sends us; nobody goes there with the token.

        Raises:
            RefusedError: It is no address, or less protected than the server itself.
        """
        answer = self._ask(self._call("GET", path, wanted=_ELSEWHERE))
        target = str(answer.headers.get("location", ""))
        scheme = urlsplit(target).scheme
        if scheme != "https" and scheme != urlsplit(self._server.api).scheme:
            raise RefusedError(f"{path} does not lead to a place that can be trusted")
        return target

    def download(self, url: str, most: int) -> bytes:
        """Return what lies at an address, asked without the token.

        Raises:
            RefusedError: It has more than ``most`` bytes, or is not there.
        """
        call = _Call(method="GET", url=url, accept="*/*")
        return self._ask(call, most=most, credential={}).content

    def wait(self, failure: ApiError, attempt: int) -> None:
        """Wait before what failed is tried again.

        Args:
            failure: What became of the last try.
            attempt: How many tries there were, from 1.

        Raises:
            ApiError: The failure itself: patience is at its end.
        """
        pause = self.patience.pause_s(failure, attempt, self.waited_s)
        if pause is None:
            raise failure
        self.waited_s += pause
        self.patience.sleep(pause)

    # --- how it is done --------------------------------------------------------------------------

    def _call(self, method: str, path: str, **more: Any) -> _Call:
        return _Call(method=method, url=f"{self._server.api}/{path}", **more)

    def _credential(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._server.token}"}

    def _ask(
        self, call: _Call, *, most: int = ANSWER_BYTES, credential: Mapping[str, str] | None = None
    ) -> Answer:
        headers = self._credential() if credential is None else credential
        for attempt in count(1):
            began = self.patience.now()
            try:
                return self._once(call, most, headers)
            except ApiError as error:
                self.waited_s += max(0.0, self.patience.now() - began)
                if isinstance(error, UnansweredError) and not call.repeatable:
                    raise
                self.wait(error, attempt)
        raise AssertionError  # pragma: no cover - count never ends

    def _once(self, call: _Call, most: int, credential: Mapping[str, str]) -> Answer:
        self.calls += bool(credential)
        headers = {"accept": call.accept, "user-agent": "perf-gate", **credential}
        where = f"{call.method} {urlsplit(call.url).path}"
        with _failures(where):
            answer = self._read(call, headers, most)
        if answer.status not in call.wanted:
            raise problem(where, answer, self.patience.now())
        if call.accept == _JSON and answer.content:
            _json(answer)  # half an answer is none: it is tried again
        return answer

    def _read(self, call: _Call, headers: Mapping[str, str], most: int) -> Answer:
        query = dict(call.query) or None
        with self._http.stream(
            call.method, call.url, params=query, json=call.body, headers=headers
        ) as response:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > most:
                    raise RefusedError(f"the answer has more than {most} bytes")
            return Answer(
                status=response.status_code, headers=response.headers, content=bytes(content)
            )


@cache
def _trust() -> ssl.SSLContext:
    """The certificates are read once; that takes longer than a request."""
    return httpx.create_ssl_context()


@contextmanager
def _failures(where: str) -> Iterator[None]:
    try:
        yield
    except (httpx.TransportError, httpx.DecodingError) as error:
        # Only the kind is told: the text of some of these repeats what was sent.
        message = f"GitHub did not answer {where}: {type(error).__name__}"
        raise UnansweredError(message, hint="Run the job again.") from None
    except (httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        raise RefusedError(f"{where} cannot be asked: {type(error).__name__}") from None


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.content) if answer.content else None
    except (ValueError, RecursionError):
        raise UnansweredError("GitHub's answer is not JSON", hint="Run the job again.") from None
