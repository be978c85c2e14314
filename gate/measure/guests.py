"""A guest process: started in its side's environment, listened to, and ended for good."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import anyio

import gate.guest
from gate.errors import MeasureError
from gate.guest.channel import Channel, ChannelClosedError
from gate.isolation import Cell, Role
from gate.measure.protocol import Fate, GarbledError, Message, parse
from gate.model import Side

PACKAGE = "perf_gate_guest"
POLL_S = 0.25
TAIL_BYTES = 4000
USAGE_ERROR = 4
"""pytest's exit status for arguments that it does not know."""


class GuestLostError(Exception):
    """A guest is gone (or will be): it crashed, hung, or talked nonsense."""

    def __init__(self, fate: Fate, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.fate = fate
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """All that is fixed about the guests of one side."""

    side: Side
    python: Path
    tree: Path
    """The working directory: the side's exported tree."""
    environ: Mapping[str, str]
    packages: tuple[str, ...]
    """Import names of the target, whose origin has to be this side."""
    own: tuple[Path, ...]
    """Folders from which the target's modules may come."""
    elsewhere: Path
    """The folder of the other side, from which nothing may come."""
    library: Path
    """The folder that holds the guest's package, made by :func:`lay_out`."""
    log: Path
    cell: Cell
    """What keeps the guests from everything else."""
    pytest_args: tuple[str, ...] = ()

    @property
    def export(self) -> Path:
        """The whole exported repository, of which the tree may be a folder."""
        folders = (self.tree, *self.tree.parents)
        return next((each for each in folders if each.parent in self.own), self.tree)


def lay_out(folder: Path) -> Path:
    """Copy the guest's package to ``folder``, so that nothing else of ours is importable."""
    source = Path(gate.guest.__file__).parent
    shutil.copytree(
        source, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    return folder


class Mode(StrEnum):
    """What guests do with a benchmark."""

    MEASURE = "measure"
    COUNT = "count"


class Guest:
    """One living process of one side."""

    def __init__(self, seat: Seat, process: subprocess.Popen[bytes], channel: Channel) -> None:
        self.seat = seat
        self._process = process
        self._channel = channel

    async def hear(self, timeout_s: float) -> Message:
        """Return what the guest says next, within ``timeout_s`` seconds; others go on meanwhile.

        Raises:
            GuestLostError: if it ended, says nothing in time, or says something unexpected.
        """
        deadline = time.monotonic() + timeout_s
        while (left_s := deadline - time.monotonic()) > 0:
            with anyio.move_on_after(min(POLL_S, left_s)):
                await anyio.wait_readable(self._channel.fileno())
            if (message := self._look(deadline)) is not None:
                return message
        raise _hung(timeout_s)

    def next(self, timeout_s: float) -> Message:
        """As :meth:`hear`, where nothing else goes on; a signal handler may raise meanwhile."""
        deadline = time.monotonic() + timeout_s
        while (left_s := deadline - time.monotonic()) > 0:
            select.select([self._channel], [], [], min(POLL_S, left_s))
            if (message := self._look(deadline)) is not None:
                return message
        raise _hung(timeout_s)

    def send(self, **message: object) -> None:
        """Give an order; a guest that is gone is noticed by the next :meth:`next`."""
        with contextlib.suppress(ChannelClosedError):
            self._channel.send(**message)

    def end(self) -> None:
        """Kill the process and everything in its group; returns when it is gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._channel.close()

    def _look(self, deadline: float) -> Message | None:
        if self._has_spoken():
            return self._read(deadline)
        if self._process.poll() is not None and not self._has_spoken():
            raise self._crashed()
        return None

    def _has_spoken(self) -> bool:
        return bool(select.select([self._channel], [], [], 0)[0])

    def _read(self, deadline: float) -> Message:
        try:
            return parse(self._channel.receive(max(0.01, deadline - time.monotonic())))
        except ChannelClosedError:
            raise self._crashed() from None
        except TimeoutError:
            raise GuestLostError(Fate.HUNG, "stopped in the middle of a message") from None
        except GarbledError as error:
            raise GuestLostError(Fate.CRASHED, str(error)) from None

    def _crashed(self) -> GuestLostError:
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return GuestLostError(Fate.CRASHED, "closed its channel and lives on")
        return GuestLostError(
            Fate.CRASHED, f"{_how_it_ended(status)}\n{_tail(self.seat.log)}".strip(), status
        )


@contextlib.contextmanager
def start(
    seat: Seat,
    paths: tuple[str, ...],
    *,
    seed: int,
    mode: Mode = Mode.MEASURE,
    patience_s: float = 0.0,
) -> Iterator[Guest]:
    """Start a guest that collects ``paths`` (relative to the tree); it is killed on leaving.

    ``patience_s`` is how long a benchmark may take to be counted.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = _spawn(
            seat,
            {
                "mode": mode,
                "seed": seed,
                "patience_s": patience_s,
                "packages": list(seat.packages),
                "elsewhere": str(seat.elsewhere),
                "export": str(seat.export),
                "pytest_args": list(seat.pytest_args),
                "paths": list(paths),
            },
            theirs.fileno(),
        )
    guest = Guest(seat, process, Channel(ours))
    try:
        yield guest
    finally:
        guest.end()


def _spawn(seat: Seat, settings: dict[str, object], fd: int) -> subprocess.Popen[bytes]:
    environ = {
        **seat.environ,
        "PYTHONPATH": str(seat.library),
        "PYTHONHASHSEED": str(settings["seed"]),
        "PERF_GATE_FD": str(fd),
        "PERF_GATE_SETTINGS": json.dumps(settings),
    }
    launch = seat.cell.launch(
        [str(seat.python), "-m", PACKAGE],
        env=environ,
        role=Role.MEASURE,
        readable=[seat.library, seat.tree],
        descriptors=[fd],
    )
    with seat.log.open("wb") as log:
        return subprocess.Popen(
            launch.args,
            cwd=seat.tree,
            env=launch.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[fd],
            start_new_session=True,
        )


def _hung(timeout_s: float) -> GuestLostError:
    return GuestLostError(Fate.HUNG, f"no sign of life for {timeout_s:.0f} s")


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"the process ended with status {status}"
    try:
        return f"the process was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"the process was ended by signal {-status}"


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - TAIL_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def check_origins(seats: Mapping[Side, Seat], origins: Mapping[Side, Mapping[str, str]]) -> None:
    """Hold the files of the target's modules against the folders of their side.

    Raises:
        MeasureError: if a side ran code that is not its own; what was measured means nothing.
    """
    for side, modules in origins.items():
        own = [folder.resolve() for folder in seats[side].own]
        for module, file in modules.items():
            if not any(Path(file).is_relative_to(folder) for folder in own):
                raise MeasureError(
                    f"{side} did not run its own code: module {module} came from {file}",
                    hint="is the target installed in another way, or sys.path changed by conftest?",
                )
