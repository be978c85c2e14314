"""Calls uv: with an environment from an allow-list, side by side, again when the network fails."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from gate.errors import InstallError
from gate.model import Side
from gate.system.processes import Command, Completed, run_together

RUNNING = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
"""Variables that every process of the target gets."""

_INSTALLING = re.compile(
    r"SSL_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY"
    r"|UV_(INDEX|DEFAULT_INDEX|INDEX_URL|EXTRA_INDEX_URL|INDEX_STRATEGY|NO_INDEX|FIND_LINKS|OFFLINE)"
    r"|UV_(NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST)"
)
_FROM_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_NO_INDEX": "UV_NO_INDEX",
    "PIP_CERT": "SSL_CERT_FILE",
}
_FALSE = {"", "0", "false", "no", "off"}
_TIMEOUT_S = 1800.0
_RETRIES = 2
_LAST_LINES = 15
_NETWORK = re.compile(
    r"error sending request|dns error|connection (reset|refused|closed)|timed out"
    r"|error decoding response|HTTP status (server|client) error \((5\d\d|429)|unexpected eof"
    r"|failed to (fetch|download)",
    re.IGNORECASE,
)
_NO_INDEX = re.compile(r"network (was|is) disabled|provided package locations|--find-links")
_OFFLINE_HINT = (
    "Without a network, put wheels of everything that is needed (build backends and pytest too) "
    "into a folder, and set UV_FIND_LINKS=FOLDER and UV_NO_INDEX=1."
)
_BUILD_HINT = (
    "Try the same command in a clean checkout. What a build needs beside Python packages "
    "(compilers, libraries, variables) must be at hand; see target.install and target.env."
)
_RESOLVE_HINT = (
    "The declared requirements cannot all be met with this interpreter: "
    "see target.install, target.requirements and target.python."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of uv on behalf of a side."""

    side: Side
    args: Sequence[str]
    """Arguments after ``uv``."""
    cwd: Path
    env: Mapping[str, str]


def running_environ(environ: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that the target's processes run in: an allow-list, and ``more``."""
    return {name: environ[name] for name in RUNNING if name in environ} | dict(more)


def installing_environ(
    environ: Mapping[str, str], more: Mapping[str, str], cache: Path
) -> dict[str, str]:
    """Return the environment for uv: what chooses and reaches the package index comes along.

    Args:
        environ: Our own environment; pip's variables are translated where uv's are absent.
        more: The target's own variables.
        cache: Folder of uv's cache.
    """
    chosen = {name: value for name, value in environ.items() if _INSTALLING.fullmatch(name)}
    for pip, uv in _FROM_PIP.items():
        if environ.get(pip):
            chosen.setdefault(uv, environ[pip])
    if links := _links(environ):
        chosen["UV_FIND_LINKS"] = ",".join(links)
    ours = {
        "UV_CACHE_DIR": str(cache),
        "UV_HTTP_RETRIES": "1",
        "UV_LINK_MODE": "copy",
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return running_environ(environ, chosen) | dict(more) | ours


def _links(environ: Mapping[str, str]) -> list[str]:
    """Places of wheels, absolute since uv runs in the tree; pip skips those that are not there."""
    links = environ.get("UV_FIND_LINKS", "").split(",")
    if not environ.get("UV_FIND_LINKS"):
        words = environ.get("PIP_FIND_LINKS", "").split()
        links = [each for each in words if "://" in each or Path(each).exists()]
    return [each if "://" in each else str(Path(each).absolute()) for each in links if each]


def index_arguments(env: Mapping[str, str]) -> list[str]:
    """Return ``--no-index`` where UV_NO_INDEX asks for it: uv itself does not read it."""
    return [] if env.get("UV_NO_INDEX", "").lower() in _FALSE else ["--no-index"]


def call_together(calls: Sequence[Call]) -> None:
    """Call uv side by side, those whose network failed up to twice more.

    Raises:
        InstallError: A call failed; names the side and the command, and quotes its last lines.
    """
    waiting, failed = list(calls), []
    for _ in range(1 + _RETRIES):
        done = run_together([_command(each) for each in waiting])
        failed = [(c, d) for c, d in zip(waiting, done, strict=True) if d.status != 0]
        if not failed or not all(_is_network(each) for _, each in failed):
            break
        waiting = [each for each, _ in failed]
    if failed:
        raise _failure(*failed[0])


def _is_network(done: Completed) -> bool:
    return done.status is not None and _NETWORK.search(done.output) is not None


def _command(call: Call) -> Command:
    args = [find_uv_bin(), "--color", "never", *call.args]
    return Command(args=args, cwd=call.cwd, env=call.env, timeout_s=_TIMEOUT_S)


def _failure(call: Call, done: Completed) -> InstallError:
    words = " ".join(Path(each).name if each.startswith("/") else each for each in call.args)
    ended = "took too long" if done.status is None else f"ended with status {done.status}"
    lines = "\n".join(done.output.strip().splitlines()[-_LAST_LINES:])
    return InstallError(
        f"{call.side} could not be installed: `uv {words}` {ended}:\n{lines}",
        hint=_hint(call, done),
    )


def _hint(call: Call, done: Completed) -> str:
    if _is_network(done):
        return f"The package index could not be reached. {_OFFLINE_HINT}"
    if _NO_INDEX.search(done.output):
        return _OFFLINE_HINT
    return _BUILD_HINT if call.args[0] == "build" else _RESOLVE_HINT
