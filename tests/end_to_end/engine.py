"""A container engine that is really there: the machine's own, else a private one of docker.io.

Run as a program it says which engine it found, or exits 1 with the reason why there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "perf-gate-ci"
DAEMON = "/usr/sbin/dockerd"
CLIENT = "/usr/bin/docker"
BUILT = "perf-gate.tests=yes"
"""Label of the images that are built here."""


class EngineError(RuntimeError):
    """There is no engine, or it refused; the message is what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A client that reaches a running daemon."""

    client: str
    host: str | None = None
    """Socket of a private daemon; None: wherever the client looks by itself."""

    def run(self, *arguments: str, timeout_s: float = 600) -> str:
        """Call the client and return its standard output.

        Raises:
            EngineError: The client failed.
            subprocess.TimeoutExpired: It did not end.
        """
        done = subprocess.run(
            [self.client, *arguments],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )
        if done.returncode:
            raise EngineError(f"docker {arguments[0]}: {done.stderr[-4000:]}")
        return done.stdout

    def build(self, context: Path, tag: str) -> None:
        """Build the Dockerfile of a folder over the machine's network; older builds are removed."""
        mark = ("--label", BUILT)
        self.run("build", "--quiet", *mark, "--network", "host", "--tag", tag, str(context))
        self.run("image", "prune", "--force", "--filter", f"label={BUILT}")

    def has(self, image: str) -> bool:
        """Tell whether an image is here already."""
        return bool(self.run("image", "ls", "--quiet", image).strip())

    def pulls(self, image: str) -> bool:
        """Fetch an image from its registry; False where no registry can be reached."""
        try:
            self.run("pull", "--quiet", image, timeout_s=180)
        except (EngineError, subprocess.TimeoutExpired):
            return False
        return True

    def environment(self) -> dict[str, str]:
        """Environment that a client needs to reach this daemon and to build with BuildKit."""
        host = {"DOCKER_HOST": self.host} if self.host else {}
        return {**os.environ, "DOCKER_BUILDKIT": "1", **host}


@contextmanager
def running_engine() -> Iterator[Engine]:
    """Find an engine, or start a private daemon that is stopped in the end.

    Raises:
        EngineError: Neither can be had on this machine.
    """
    own = shutil.which("docker")
    if own and _answers(Engine(client=own)):
        yield Engine(client=own)
        return
    if not (os.access(DAEMON, os.X_OK) and os.access(CLIENT, os.X_OK)):
        raise EngineError("no engine answers, and Debian's docker.io is not installed")
    if os.geteuid() != 0:
        raise EngineError("no engine answers, and only root can start a private one")
    with _private_daemon() as engine:
        yield engine


@contextmanager
def _private_daemon() -> Iterator[Engine]:
    # The folder is short: a socket's path has at most 107 characters.
    with (
        tempfile.TemporaryDirectory(prefix="pg-engine-", dir="/run") as folder,
        _unmounted(Path(folder) / "exec" / "netns" / "default"),
        _daemon(Path(folder)) as daemon,
    ):
        try:
            talk = _await_listening(daemon)
            yield Engine(client=CLIENT, host=f"unix://{folder}/docker.sock")
        finally:
            daemon.terminate()
        talk.join()


@contextmanager
def _unmounted(place: Path) -> Iterator[None]:
    """Take away what a daemon leaves when a container has used the machine's network."""
    try:
        yield
    finally:
        if place.exists():
            subprocess.run(["umount", str(place)], stderr=subprocess.DEVNULL, check=False)


def _daemon(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        _daemon_command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def _daemon_command(folder: Path) -> list[str]:
    # No bridge and no packet filter: the machine's network stays as it was.
    return [
        DAEMON,
        *("--host", f"unix://{folder}/docker.sock"),
        *("--data-root", str(CACHE / "engine")),
        *("--exec-root", str(folder / "exec")),
        *("--pidfile", str(folder / "pid")),
        *("--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"),
        *("--exec-opt", "native.cgroupdriver=cgroupfs"),
    ]


def _await_listening(daemon: subprocess.Popen[str]) -> threading.Thread:
    """Return when the daemon takes calls; the thread reads on, as a full pipe would stop it."""
    assert daemon.stderr is not None
    said = deque[str](maxlen=40)
    for line in daemon.stderr:
        said.append(line)
        if "API listen on" in line:
            talk = threading.Thread(target=daemon.stderr.read, daemon=True)
            talk.start()
            return talk
    raise EngineError(f"the private daemon does not start: {''.join(said)}")


def _answers(engine: Engine) -> bool:
    try:
        engine.run("version", "--format", "{{.Server.Version}}", timeout_s=20)
    except (EngineError, subprocess.TimeoutExpired):
        return False
    return True


def main() -> int:
    """Say which engine there is."""
    try:
        with running_engine() as engine:
            version = engine.run("version", "--format", "{{.Server.Version}}").strip()
            sys.stdout.write(f"engine {version}, {engine.host or 'of this machine'}\n")
    except EngineError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
