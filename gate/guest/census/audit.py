"""What the target reads and starts, by audit events: data files, folders, libraries, processes."""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote

from .monitor import Monitor

CODE = (".py", ".pyc", ".pyi", ".so", ".pyd")
INI = frozenset(
    {"pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "pytest.toml"}
)
"""Read by pytest; the supervisor compares what they say to pytest."""
METADATA = frozenset({"METADATA", "PKG-INFO"})
"""Version and dependencies stand in the headers; the rest is the description."""
UNRELIABLE = {
    "subprocess.Popen": "starts processes",
    "os.posix_spawn": "starts processes",
    "os.exec": "starts processes",
    "os.system": "starts processes",
    "os.fork": "starts processes",
    "os.forkpty": "starts processes",
    "socket.connect": "uses the network",
    "socket.bind": "uses the network",
    "sys.settrace": "traces itself",
    "sys.setprofile": "traces itself",
    "sys.monitoring.register_callback": "traces itself",
    "ctypes.dlopen": "loads a library by itself",
    "mmap.__new__": "maps memory",
}
THREADS = frozenset({"_thread.start_new_thread", "_thread.start_joinable_thread"})


class Audit:
    """Listens from its creation to the end of the process (a hook cannot be taken back)."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.flags: set[str] = set()
        self.asleep = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.asleep:
            return
        if event == "open":
            self._note_file(arguments[0])
        elif event == "sqlite3.connect":
            self._note_file(_database(arguments[0]))
        elif event in {"os.listdir", "os.scandir"}:
            self._note_folder(arguments[0])
        elif event in THREADS:
            self.flags.add("uses threads")
        elif event in UNRELIABLE and self._monitor.works_for_target:
            self.flags.add(UNRELIABLE[event])

    def _note_file(self, path: object) -> None:
        name = _text(path)
        if name is None or (name.endswith(CODE) and not self._monitor.works_for_target):
            return  # what is imported is compared as it is executed
        if os.path.basename(name) in INI and not self._monitor.works_for_target:
            return
        path = os.path.realpath(name)
        is_in_tree = path.startswith(self._monitor.places.tree)
        if self._is_ours(name) and (is_in_tree or self._monitor.asked_by_target):
            self.files.add(path)

    def _note_folder(self, path: object) -> None:
        name = _text(path if path is not None else ".")
        if name is not None and self._monitor.works_for_target and self._is_ours(name):
            self.folders.add(name)

    def _is_ours(self, name: str) -> bool:
        path = os.path.realpath(name)
        places = self._monitor.places
        return path.startswith((places.tree, places.library)) and "__pycache__" not in path


def file_digest(path: str) -> str:
    """Return the hash of a file's content (of metadata: of its headers), or why there is none."""
    try:
        with open(path, "rb") as stream:
            content = stream.read()
            if os.path.basename(path) in METADATA:
                content = content.partition(b"\n\n")[0]
            return blake2b(content, digest_size=10).hexdigest()
    except OSError as error:
        return type(error).__name__


def folder_digest(path: str) -> str:
    """Return the hash of the names in a folder."""
    try:
        names = sorted(name for name in os.listdir(path) if name != "__pycache__")
    except OSError as error:
        return type(error).__name__
    return blake2b("/".join(names).encode("utf-8", "surrogateescape"), digest_size=10).hexdigest()


def libraries() -> set[str]:
    """Return the native libraries that this process has mapped."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            names = (line.split(None, 5)[-1].strip() for line in maps)
            return {name for name in names if ".so" in os.path.basename(name)}
    except OSError:
        return {"unknown"}


def _database(path: object) -> object:
    """The file that a URI of sqlite names."""
    name = _text(path)
    if name is None or not name.startswith("file:"):
        return path
    return unquote(name[len("file:") :].partition("?")[0])


def _text(path: object) -> str | None:
    try:
        name = os.fspath(path)  # type: ignore[call-overload]
    except TypeError:  # a descriptor
        return None
    return os.fsdecode(name)
