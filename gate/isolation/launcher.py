"""Run by an interpreter of ours in front of every program of the target: gives up, then execs.

It stands alone (``python -I -S launcher.py``), since nothing of the target's may be imported, and
its own environment holds the target's under other names, since ``LD_PRELOAD`` must not reach a
process that is still privileged. A step that fails is said in one line, with status 125.
It imports little, since every guest waits for it: no json, typing or signal.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import resource
import stat
import struct

TYPE_CHECKING = False  # that of typing would take a while to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SETTINGS = "PERF_GATE_LAUNCH"
PREFIX = b"PERF_GATE_LAUNCH_"
FAILED = 125
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Landlock's calls have the same numbers on all machines."""

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_SPEC_ALLOW = 4  # else older kernels slow the target down (store bypass), where isolation is on
_NO_NEW_PRIVS, _FILTER_MODE, _PATH_BENEATH = 38, 1, 1
_SIGPIPE, _SIGXFSZ, _DEFAULT = 13, 25, 0
_CAPABILITY_VERSION = 0x20080522
_OF_FILES = 0x1 | 0x2 | 0x4 | 0x4000 | 0x8000  # execute, write, read, truncate, ioctl
_SYSTEM = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Take the settings, give up what they say, and become the target's program."""
    settings = marshal.loads(bytes.fromhex(os.environ[SETTINGS]))  # noqa: S302 - our own
    step = ""
    try:
        for step in _confined(settings):  # noqa: B007 - the last one is told
            pass
        os.execvpe(settings["args"][0], settings["args"], _environ())  # noqa: S606 - the point
    except OSError as error:
        os.write(2, f"perf-gate: launcher: {step}: {error}\n".encode())
    os._exit(FAILED)


def _environ() -> dict[bytes, bytes]:
    """What the target gets."""
    ours = os.environb.items()
    return {name[len(PREFIX) :]: value for name, value in ours if name.startswith(PREFIX)}


def _confined(settings: dict[str, Any]) -> Iterator[str]:
    """Yield the name of each step before it is taken, in the only order that works."""
    yield "limits"
    _close(settings["keep"])
    _limit(settings["limits"])
    yield "files"  # opened while nothing is closed to us
    ruleset = _ruleset(**settings["files"]) if settings["files"] else None
    yield "users"
    if settings["user"]:
        _become(settings["user"], settings["groups"])
    yield "privileges"
    if settings["privileges"]:
        _give_up()
    yield "files"
    if ruleset is not None:
        _call(RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
    yield "calls"
    if settings["calls"]:
        _filter(bytes.fromhex(settings["calls"]))
    yield "start"
    for each in (_SIGPIPE, _SIGXFSZ):  # which Python ignores for itself
        _SYSTEM.signal(each, _DEFAULT)


def _close(keep: list[int]) -> None:
    """Close every descriptor but the standard ones and those that are meant to be there."""
    low = 3
    for each in sorted(keep):
        os.closerange(low, each)
        low = each + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))


def _limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (limit, limit))


def _become(user: int, groups: list[int]) -> None:
    """Raises PermissionError where there is a way back."""
    os.setgroups(groups)
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if os.getresuid() != (user,) * 3 or os.getresgid() != (user,) * 3:
        raise PermissionError("the user did not change")


def _give_up() -> None:
    """No new privileges, and none of the old ones: root is without capabilities, too."""
    if _SYSTEM.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise _failure()
    header = struct.pack("=II", _CAPABILITY_VERSION, 0)
    _call(_CAPSET[os.uname().machine], header, bytes(24))


def _ruleset(handled: int, scoped: int, rules: list[tuple[str, int]]) -> int:
    """Landlock's allow-list; what is not there needs no rule, and a link stands for itself."""
    attributes = struct.pack("=QQQ", handled, 0, scoped)
    size = len(attributes) if scoped else 8  # old kernels refuse what they do not know
    ruleset = _call(CREATE_RULESET, attributes, size, 0)
    for path, rights in rules:
        try:
            place = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        applicable = handled if stat.S_ISDIR(os.fstat(place).st_mode) else handled & _OF_FILES
        rule = struct.pack("=Qi", rights & applicable, place)
        _call(ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
        os.close(place)
    return ruleset


def _filter(code: bytes) -> None:
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(code) // 8, ctypes.addressof(buffer))
    _call(_SECCOMP[os.uname().machine], _FILTER_MODE, _SPEC_ALLOW, program)


def _call(number: int, *arguments: int | bytes) -> int:
    longs = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    done = int(_SYSTEM.syscall(ctypes.c_long(number), *longs))
    if done < 0:
        raise _failure()
    return done


def _failure() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
