"""Starts the guest: takes the socket, ties its life to the supervisor's, and runs pytest."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
FD, SETTINGS = "PERF_GATE_FD", "PERF_GATE_SETTINGS"


def main() -> int:
    """Run the target's benchmarks under the supervisor's orders; returns pytest's exit status."""
    _die_with_parent()
    settings = json.loads(os.environ.pop(SETTINGS))
    sock = socket.socket(fileno=int(os.environ.pop(FD)))
    sock.set_inheritable(False)
    _tidy_path()
    return _run(sock, settings)


def _run(sock: socket.socket, settings: dict[str, Any]) -> int:
    census = _census(settings)  # before anything else is imported

    import pytest  # noqa: PLC0415 - only now is the path as the target expects it

    from .channel import Channel, ChannelClosedError  # noqa: PLC0415
    from .plugin import GuestPlugin  # noqa: PLC0415

    plugin = GuestPlugin(Channel(sock), settings, census)
    words = [*settings["pytest_args"], "--rootdir", os.getcwd(), *settings["paths"]]
    try:
        return int(pytest.main(words, plugins=[plugin]))
    except ChannelClosedError:  # the supervisor is gone: nobody wants the rest
        return 0


def _census(settings: dict[str, Any]) -> Any:
    if settings["mode"] != "count":
        return None
    from .census.report import Census  # noqa: PLC0415 - not loaded where time is measured

    return Census(settings["export"], settings["packages"])


def _tidy_path() -> None:
    """Installed packages win over the tree, the tree stays importable, we leave no trace behind."""
    sys.path[:] = [*sys.path[1:], sys.path[0]]
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    kept = [p for p in os.environ.pop("PYTHONPATH", "").split(os.pathsep) if p and p != here]
    if kept:
        os.environ["PYTHONPATH"] = os.pathsep.join(kept)
    for name in [name for name in os.environ if name.startswith("CODSPEED_")]:
        del os.environ[name]


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):  # not Linux: a closed socket ends us
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
