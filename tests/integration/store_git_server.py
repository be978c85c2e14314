"""A real git server over HTTP on loopback, whose answers to pushes can get lost."""

from __future__ import annotations

import base64
import http.server
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.api_model import server as api
from tests.repositories import git

TOKEN = api.TOKEN
"""GitHub takes one credential for both."""
_EXPECTED = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@dataclass
class GitServer:
    """Serves the bare repository ``data.git``; who pushes must show the token."""

    root: Path
    loses: Callable[[], bool] = lambda: False
    """Asked at each push whether its answer gets lost, after the push has been carried out."""
    before_push: Callable[[], None] = lambda: None
    """Called before a push is carried out."""
    address: str = ""
    pushes: int = 0
    lost: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Address of the repository."""
        return f"{self.address}/data.git"

    @property
    def repository(self) -> Path:
        """Where it is on the disk."""
        return self.root / "data.git"

    def git(self, *arguments: str) -> str:
        """Ask the repository itself."""
        return git(self.repository, *arguments)

    def files(self, branch: str) -> list[str]:
        """Names of all files on a branch."""
        return self.git("ls-tree", "-r", "--name-only", branch).splitlines()

    def is_lost(self) -> bool:
        """Count a push, and decide whether its answer gets lost."""
        with self.lock:
            self.pushes += 1
            decision = self.loses()
            self.lost += decision
            return decision


class _Handler(http.server.BaseHTTPRequestHandler):
    served: ClassVar[GitServer]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self._body())

    def _answer(self, body: bytes) -> None:
        if "git-receive-pack" in self.path and self.headers["Authorization"] != _EXPECTED:
            self.send_error(403)
            return
        is_push = self.command == "POST" and self.path.endswith("git-receive-pack")
        if is_push:
            self.served.before_push()
        head, _, content = self._backend(body).partition(b"\r\n\r\n")
        if is_push and self.served.is_lost():
            self.close_connection = True
            return
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        return b"".join(chunks)

    def _backend(self, body: bytes) -> bytes:
        path, _, query = self.path.partition("?")
        variables = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(self.served.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "somebody",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=variables, capture_output=True, check=True
        )
        return done.stdout


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


@contextmanager
def git_server(root: Path) -> Iterator[GitServer]:
    """Serve an empty bare repository below ``root``, which can leave contents out."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet", "--bare", "--initial-branch=main", "data.git")
    git(root / "data.git", "config", "http.receivepack", "true")
    git(root / "data.git", "config", "uploadpack.allowFilter", "true")
    served = GitServer(root)
    handler = type("Handler", (_Handler,), {"served": served})
    with _Server(("127.0.0.1", 0), handler) as server:
        served.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
