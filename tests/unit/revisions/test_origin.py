"""The token opens a private repository on its own server, and is seen nowhere else."""

from __future__ import annotations

import base64
import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gate.errors import UsageError
from gate.job import Job
from gate.model import Revisions
from gate.revisions import clone, settle
from tests.repositories import git, long_history, shallow

_EXPECTED = "Basic " + base64.b64encode(b"x-access-token:secret-token").decode()


@dataclass
class _Server:
    """A git server on loopback that lets nobody in without the token."""

    root: Path
    address: str = ""
    authorizations: list[str | None] = field(default_factory=list)
    """What each request brought along."""

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        self.authorizations.append(request.headers["Authorization"])
        if request.headers["Authorization"] != _EXPECTED:
            request.send_error(403)
            return
        head, _, body = self._backend(request).partition(b"\r\n\r\n")
        request.send_response(200)
        for line in head.decode().split("\r\n"):
            request.send_header(*line.split(": ", 1))
        request.end_headers()
        request.wfile.write(body)

    def _backend(self, request: http.server.BaseHTTPRequestHandler) -> bytes:
        path, _, query = request.path.partition("?")
        variables = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": request.command,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        }
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "http-backend"],
            env=variables,
            input=body,
            capture_output=True,
            check=True,
        )
        return done.stdout


@pytest.fixture
def server(tmp_path: Path) -> Iterator[_Server]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.answer(self)

        def do_POST(self) -> None:
            served.answer(self)

        def log_message(self, *_: object) -> None:
            """Nothing: the output belongs to the tests."""

    served = _Server(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        served.address = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        yield served
        listening.shutdown()
        thread.join()


def _private(tmp_path: Path, server: _Server) -> tuple[Path, dict[str, str]]:
    """A shallow clone of a repository that only the token opens."""
    origin, commits = long_history(tmp_path, after=5)
    folder = shallow(tmp_path, origin, "feature")
    origin.folder.rename(tmp_path / "private")
    git(folder, "remote", "set-url", "origin", f"{server.address}/private/.git")
    return folder, commits


def _settled_with(token: str, folder: Path, address: str) -> Revisions:
    environment = {"PERF_GATE_TOKEN": token, "GITHUB_SERVER_URL": address}
    own = clone(folder, folder.parent / "own", environment=environment)
    job = Job(repository=folder, out=folder.parent / "out", base="main", base_is_branch=True)
    return settle(job, own)[0]


def test_a_private_repository_is_deepened_with_the_token(tmp_path: Path, server: _Server) -> None:
    folder, commits = _private(tmp_path, server)
    revisions = _settled_with("secret-token", folder, server.address)
    assert revisions.base.commit == commits["fork"]
    assert set(server.authorizations) == {_EXPECTED}


def test_a_refused_token_is_in_no_message(tmp_path: Path, server: _Server) -> None:
    folder, _ = _private(tmp_path, server)
    with pytest.raises(UsageError, match="403") as caught:
        _settled_with("wrong-secret", folder, server.address)
    said = f"{caught.value.message} {caught.value.hint}"
    assert "fetch-depth: 0" in said
    assert "wrong-secret" not in said
    assert base64.b64encode(b"x-access-token:wrong-secret").decode() not in said
    assert len(server.authorizations) == 1


def test_the_token_does_not_go_where_a_planted_origin_points(
    tmp_path: Path, server: _Server
) -> None:
    folder, _ = _private(tmp_path, server)
    with pytest.raises(UsageError, match="403"):
        _settled_with("secret-token", folder, "https://github.com")
    assert server.authorizations == [None]
