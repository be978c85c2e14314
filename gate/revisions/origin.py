"""What a shallow clone lacks, fetched from where it came from, in growing steps."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gate.errors import UsageError
from gate.revisions.git import Git, GitError, settings
from gate.revisions.names import listed

DEPTHS = (50, 500, 2147483647)
"""How many commits of history are asked for in turn; git takes the last for all of it."""

FULL_CLONE = (
    "Give actions/checkout `fetch-depth: 0`; in a checkout of your own run `git fetch --unshallow`."
)

_FETCHED = "refs/fetched/"
_PROTOCOLS = ("file", "http", "https", "ssh")
_NETWORK = (
    *("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"),
    *("all_proxy", "https_proxy", "http_proxy", "no_proxy"),
    *("GIT_SSL_CAINFO", "SSH_AUTH_SOCK", "SSL_CERT_DIR", "SSL_CERT_FILE"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The repository that the target was cloned from."""

    url: str = field(repr=False)
    token: str | None = field(repr=False)
    """Handed only to ``server``: the target's settings may name any address."""
    server: str = "https://github.com"


def known_origin(url: str | None, environment: Mapping[str, str]) -> Origin | None:
    """The origin with what the environment says about it.

    Args:
        url: Of the target's remote ``origin``.
        environment: ``PERF_GATE_TOKEN``, and ``GITHUB_SERVER_URL`` where it is not github.com.
    """
    if not url:
        return None
    server = environment.get("GITHUB_SERVER_URL") or "https://github.com"
    return Origin(
        url=url, token=environment.get("PERF_GATE_TOKEN") or None, server=server.rstrip("/")
    )


def fetch(git: Git, origin: Origin, names: Sequence[str], depth: int | None) -> tuple[str, ...]:
    """Fetch commits into our own repository.

    Args:
        git: For our own repository.
        origin: Where to fetch from.
        names: Full object names, or names of branches and tags as the origin knows them.
        depth: How many commits of history, at least 1; None where the clone is not shallow.

    Returns:
        For each name the reference under which it can be found from now on.

    Raises:
        UsageError: The origin cannot be reached, refuses, or does not have it.
    """
    references = tuple(_FETCHED + name for name in names)
    sources = [f"+{name}:{kept}" for name, kept in zip(names, references, strict=True)]
    history = () if depth is None else (f"--depth={depth}",)
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *history)
    try:
        git.run(
            *("fetch", *options, "--end-of-options", "origin", *sources),
            environment=variables(origin),
        )
    except GitError as error:
        raise UsageError(
            f"This clone lacks commits, and fetching {listed(names)} from origin failed: "
            f"{error.complaint}",
            hint=FULL_CLONE,
        ) from error
    return references


def variables(origin: Origin) -> dict[str, str]:
    """What git must know for a call that talks to ``origin``: its address, token and network.

    Returns:
        Variables for the ``environment`` of ``Git.run``.
    """
    values = {f"protocol.{each}.allow": "always" for each in _PROTOCOLS}
    values["remote.origin.url"] = origin.url
    if origin.token:  # git adds it to what is asked of this server, and of no other
        secret = base64.b64encode(f"x-access-token:{origin.token}".encode()).decode()
        values[f"http.{origin.server}/.extraHeader"] = f"Authorization: Basic {secret}"
    network = {name: os.environ[name] for name in _NETWORK if name in os.environ}
    return network | settings(values) | {"GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
