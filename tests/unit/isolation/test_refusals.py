from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gate.isolation import Role, allowance, confine
from gate.isolation.policy import Allowance
from gate.isolation.refusals import KEY, refusal
from gate.model import Side
from tests.unit.isolation.machines import confining, homes, python

TRACEBACK = """Traceback (most recent call last):
  File "/usr/lib/python3.11/socket.py", line 232, in __init__
    _socket.socket.__init__(self, family, type, proto, fileno)
PermissionError: [Errno 13] Permission denied
"""


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (TRACEBACK, "socket"),
        (TRACEBACK + "\n== 1 error in 0.1s ==", "socket"),
        ("curl: socket: Permission denied", "socket"),
        ("PermissionError: [Errno 13] Permission denied: '/srv/corpus'", "open"),
        ("unshare: Operation not permitted", "unshare"),
        ("perf_event_open(...) failed: [Errno 1] Operation not permitted", "perf_event_open"),
        ("RuntimeError: can't start new thread", "clone"),
        ("OSError: [Errno 27] File too large", "write"),
        ("PermissionError: [Errno 13] Permission denied", None),
        ("the socket was closed: ConnectionResetError", None),
        ("mount: Operation succeeded", None),
        ("AssertionError", None),
        ("", None),
    ],
)
def test_the_call_is_named(text: str, call: str | None) -> None:
    found = refusal(text)
    assert (found.call if found else None) == call


def test_the_key_that_would_allow_it_is_named() -> None:
    assert f"`{KEY}: [sockets]`" in str(refusal(TRACEBACK))
    denied = str(refusal("PermissionError: [Errno 13] Permission denied: '/dev/nvidia0'"))
    assert "/dev/nvidia0" in denied
    assert f"`{KEY}`" in denied


@pytest.mark.parametrize(
    "text", ["socket" * 200_000, "[Errno 13] Permission denied: '/x\n" * 50_000]
)
def test_a_text_made_to_take_long_does_not(text: str) -> None:
    """It would run into the time that every test has."""
    assert refusal(text) is None


UNSHARE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(0x10000000)
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "unshare")
"""


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("import socket; socket.create_server(('127.0.0.1', 0))", "socket"),
        ("open('/srv-of-nobody', 'w')", "open"),
        (UNSHARE, "unshare"),
    ],
)
def test_what_python_says_of_a_refusal_is_understood(
    tmp_path: Path, source: str, call: str
) -> None:
    home = homes(tmp_path, confining())[Side.HEAD]
    args = [str(python()), "-c", source]
    launch = confine(confining(), args, env={}, side=Side.HEAD, role=Role.MEASURE, home=home)
    done = subprocess.run(
        launch.args, env=launch.env, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    found = refusal(done.stderr)
    assert found is not None, done.stderr
    assert found.call == call


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], Allowance()),
        (["sockets"], Allowance(sockets=True)),
        (["/dev/nvidia0", "sockets"], Allowance(sockets=True, paths=("/dev/nvidia0",))),
    ],
)
def test_the_words_of_the_configuration_are_read(words: list[str], expected: Allowance) -> None:
    assert allowance(words) == expected


@pytest.mark.parametrize("word", ["loopback", "/", "//", "", "/srv/../root", "data"])
def test_any_other_word_is_refused_with_what_was_expected(word: str) -> None:
    with pytest.raises(ValueError, match="expected 'sockets' or an absolute path"):
        allowance([word])
