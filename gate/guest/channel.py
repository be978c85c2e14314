"""Messages between supervisor and guest: JSON objects, each behind its length, over a socket."""

from __future__ import annotations

import socket
import struct
import time
from json import dumps, loads  # bound now: a target may patch its json

HEADER = struct.Struct("!I")
MAX_BYTES = 32 * 1024 * 1024


class ChannelClosedError(Exception):
    """The other end is gone, or what it sent is not a message."""


class Channel:
    """One end of the conversation; neither end ever has two messages under way."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def send(self, **message: object) -> None:
        """Send one message.

        Raises:
            ChannelClosedError: if the other end is gone.
        """
        body = dumps(message).encode("utf-8", "backslashreplace")
        try:
            self._socket.sendall(HEADER.pack(len(body)) + body)
        except OSError as error:
            raise ChannelClosedError(str(error)) from error

    def receive(self, timeout_s: float | None = None) -> dict[str, object]:
        """Return the next message; wait at most ``timeout_s`` seconds (None: for ever).

        Raises:
            ChannelClosedError: if the other end is gone or sent something that is not a message.
            TimeoutError: if the message is not complete in time.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        (size,) = HEADER.unpack(self._exactly(HEADER.size, deadline))
        if size > MAX_BYTES:
            raise ChannelClosedError("a message of %d bytes is too large" % size)
        try:
            message = loads(self._exactly(size, deadline))
        except ValueError as error:
            raise ChannelClosedError("not a message: %s" % error) from error
        if not isinstance(message, dict):
            raise ChannelClosedError("not a message: %r" % type(message).__name__)
        return message

    def fileno(self) -> int:
        """The descriptor, for ``select``."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        parts = []
        while size:
            part = self._some(size, deadline)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _some(self, size: int, deadline: float | None) -> bytes:
        remaining = None if deadline is None else deadline - time.monotonic()
        if remaining is not None and remaining <= 0:
            raise TimeoutError
        self._socket.settimeout(remaining)
        try:
            part = self._socket.recv(min(size, 1 << 16))
        except socket.timeout as error:
            raise TimeoutError from error
        except OSError as error:
            raise ChannelClosedError(str(error)) from error
        if not part:
            raise ChannelClosedError("the other end hung up")
        return part
