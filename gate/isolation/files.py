"""Which files the target's code may read and write, as rules for Landlock."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from gate.isolation.policy import Role

OLDEST = 2
"""Version of Landlock without which moving a file to another folder is impossible."""

_EXECUTE, _WRITE, _READ, _LIST, _CONTROL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 15
_NODES = 1 << 6 | 1 << 11  # making devices
_BY_VERSION = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: _CONTROL}
_TO_READ = _EXECUTE | _READ | _LIST
_TO_USE = _READ | _WRITE | _LIST | _CONTROL
_TO_CHANGE = sum(_BY_VERSION.values()) & ~_NODES
_SCOPES = {6: 1 << 0 | 1 << 1}  # abstract sockets, signals

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/nix/store")
_KERNEL = ("/proc", "/sys")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts")
_NAMES = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")
"""What names of machines are looked up with; links that may lead to /run."""
_NAMED_BY = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("UV_FIND_LINKS", "PIP_FIND_LINKS"),
)
"""Variables that hold paths which installing needs."""

Rule = tuple[str, int]
"""A path, with all below it, and the rights of Landlock."""


def handled(version: int) -> int:
    """Return the rights that a version of Landlock knows: nobody has them unless a rule says so."""
    return sum(bits for since, bits in _BY_VERSION.items() if since <= version)


def scoped(version: int) -> int:
    """Return what a version of Landlock keeps inside: signals and abstract sockets."""
    return sum(bits for since, bits in _SCOPES.items() if since <= version)


def rules(
    role: Role,
    environ: Mapping[str, str],
    *,
    given: Iterable[Path],
    readable: Iterable[Path],
    writable: Iterable[Path],
) -> tuple[Rule, ...]:
    """Return the allow-list of one program; everything else cannot be opened.

    Args:
        role: Installing also reads what the environment names: certificates, folders of wheels.
        environ: The target's environment.
        given: Files and folders to read, and devices to use, that no side can replace: links are
            followed.
        readable: Files and folders to read and execute; a link opens nothing.
        writable: Folders to do anything in; a link opens nothing.
    """
    names = [*_SYSTEM, *_KERNEL, *(str(each) for each in given if not _device(each))]
    if role is Role.INSTALL:
        names += [*_NAMES, *_named_by(environ)]
    devices = [f"/dev/{name}" for name in _DEVICES] + [str(each) for each in given if _device(each)]
    return (
        *((path, _TO_READ) for path in dict.fromkeys(map(os.path.realpath, names))),
        *((path, _TO_USE) for path in dict.fromkeys(map(os.path.realpath, devices))),
        *((str(each), _TO_READ) for each in readable),
        *((str(each), _TO_CHANGE) for each in ("/dev/shm", *writable)),  # noqa: S108 - shared locks
    )


def _device(path: Path) -> bool:
    return path.is_char_device() or path.is_block_device()


def _named_by(environ: Mapping[str, str]) -> list[str]:
    words = [word for name in _NAMED_BY for word in environ.get(name, "").split(",")]
    return [word for word in words if word.startswith("/")]


def virtual(program: Path) -> tuple[Path, ...]:
    """Return the virtual environment that a program lies in, if it does."""
    top = program.absolute().parent.parent
    return (top,) if (top / "pyvenv.cfg").is_file() else ()


def installation(program: Path) -> tuple[Path, ...]:
    """Return what a program is made of: its file, and where it is a Python, its library.

    Only those folders, not what they lie in: ``~/bin/python`` does not open the home folder.
    """
    real = program.resolve()
    top = real.parent.parent
    if not any((top / "lib").glob("python3*/os.py")):
        return (real,)
    return (real, *(top / name for name in ("bin", "include", "lib", "share")))
