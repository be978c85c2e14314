from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gate.environments import uv
from gate.errors import InstallError
from gate.model import Side

OURS = {
    "PATH": "/bin",
    "HOME": "/home/x",
    "LANG": "C",
    "GITHUB_TOKEN": "secret",
    "GITHUB_ENV": "/x",
    "INPUT_TOKEN": "secret",
    "ACTIONS_RUNTIME_TOKEN": "secret",
    "UV_PUBLISH_TOKEN": "secret",
    "UV_INDEX_PRIVATE_PASSWORD": "secret",
    "PYTHONPATH": "/x",
    "PYTHONDONTWRITEBYTECODE": "1",
    "VIRTUAL_ENV": "/x",
    "UV_PYTHON": "3.9",
    "SSL_CERT_FILE": "/certificates",
    "https_proxy": "http://proxy.invalid",
    "UV_INDEX_URL": "https://index.invalid",
}


def test_uv_gets_an_allow_list() -> None:
    env = uv.installing_environ(OURS, {"MINE": "1"}, Path("/cache"))
    assert "secret" not in env.values()
    ours = {name for name in env if name in OURS}
    assert ours == {"PATH", "HOME", "LANG", "SSL_CERT_FILE", "https_proxy", "UV_INDEX_URL"}
    assert (env["MINE"], env["UV_CACHE_DIR"]) == ("1", "/cache")
    assert (env["UV_PYTHON_DOWNLOADS"], env["UV_LINK_MODE"]) == ("never", "copy")


def test_the_target_runs_without_anything_of_the_index() -> None:
    found = uv.running_environ(OURS, {"MINE": "1"})
    assert found == {"PATH": "/bin", "HOME": "/home/x", "LANG": "C", "MINE": "1"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"PIP_INDEX_URL": "https://a.invalid"}, {"UV_DEFAULT_INDEX": "https://a.invalid"}),
        ({"PIP_INDEX_URL": "a", "UV_DEFAULT_INDEX": "b"}, {"UV_DEFAULT_INDEX": "b"}),
        (
            {"PIP_FIND_LINKS": "/ https://a.invalid /no/such"},
            {"UV_FIND_LINKS": "/,https://a.invalid"},
        ),
        ({"PIP_FIND_LINKS": "/", "UV_FIND_LINKS": "/tmp"}, {"UV_FIND_LINKS": "/tmp"}),
        ({"UV_FIND_LINKS": "wheels"}, {"UV_FIND_LINKS": str(Path("wheels").absolute())}),
        ({"PIP_NO_INDEX": "true"}, {"UV_NO_INDEX": "true"}),
    ],
)
def test_pip_variables_are_translated(given: dict[str, str], expected: dict[str, str]) -> None:
    env = uv.installing_environ(given, {}, Path("/cache"))
    assert {name: env.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", ["--no-index"]), ("True", ["--no-index"]), ("0", []), ("false", []), ("", [])],
)
def test_no_index_becomes_an_argument(value: str, expected: list[str]) -> None:
    assert uv.index_arguments({"UV_NO_INDEX": value}) == expected


def resolve(folder: Path, side: Side, requirement: str, **env: str) -> uv.Call:
    (folder / side).mkdir()
    (folder / side / "in.txt").write_text(requirement)
    args = ["pip", "compile", "--no-cache", "--python", sys.executable, "--output-file", "out.txt"]
    environ = uv.installing_environ({"PATH": os.environ["PATH"]}, env, folder / "cache")
    no_index = uv.index_arguments(environ)
    return uv.Call(side=side, args=[*args, *no_index, "in.txt"], cwd=folder / side, env=environ)


INDEX_PAGE = b'<a href="a_thing-1-py3-none-any.whl" data-core-metadata="true">a</a>'


class Flaky(BaseHTTPRequestHandler):
    """A package index that answers 503 to a number of requests first."""

    failures = 0

    def do_GET(self) -> None:
        """Answer as an index with one package."""
        if type(self).failures:
            type(self).failures -= 1
            self.send_error(503)
            return
        metadata = b"Metadata-Version: 2.1\nName: a-thing\nVersion: 1\n"
        body = metadata if self.path.endswith(".metadata") else INDEX_PAGE
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@contextmanager
def flaky_index(failures: int) -> Iterator[str]:
    Flaky.failures = failures
    with HTTPServer(("127.0.0.1", 0), Flaky) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/simple"
        finally:
            server.shutdown()
            thread.join()


def test_a_flaky_index_is_asked_again(tmp_path: Path) -> None:
    """Each try of uv makes two requests: five failures take up two tries and half of the third."""
    with flaky_index(5) as url:
        uv.call_together([resolve(tmp_path, Side.BASE, "a-thing", UV_DEFAULT_INDEX=url)])
    assert "a-thing==1" in (tmp_path / "base/out.txt").read_text()


def test_an_index_that_stays_away_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with flaky_index(1000) as url, pytest.raises(InstallError) as caught:
        uv.call_together([resolve(tmp_path, Side.HEAD, "a-thing", UV_DEFAULT_INDEX=url)])
    assert Flaky.failures == 1000 - 6
    assert caught.value.message.startswith("head could not be installed: `uv pip compile ")
    assert "UV_FIND_LINKS" in caught.value.hint
    assert "could not be reached" in caught.value.hint


def test_no_index_and_no_wheels_has_a_hint_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(InstallError) as caught:
        uv.call_together([resolve(tmp_path, Side.BASE, "a-thing", UV_NO_INDEX="1")])
    assert caught.value.hint.startswith("Without a network")


def test_one_side_that_fails_is_named_and_quoted(tmp_path: Path) -> None:
    good = resolve(tmp_path, Side.BASE, "")
    bad = resolve(tmp_path, Side.HEAD, "\n".join(f"not a requirement {i} !" for i in range(40)))
    with pytest.raises(InstallError) as caught:
        uv.call_together([good, bad])
    first, *quoted = caught.value.message.splitlines()
    assert first.startswith("head could not be installed")
    assert first.endswith("ended with status 2:")
    assert 1 <= len(quoted) <= 15
    assert (tmp_path / "base/out.txt").exists()
