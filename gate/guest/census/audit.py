"""What the target reads and starts, by audit events: data files, folders, libraries, processes."""

from __future__ import annotations

import os
import stat
import sys
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote

from .ledger import Ledger

CODE = (".py", ".pyc", ".pyi", ".so", ".pyd")
INI = frozenset(
    {"pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "pytest.toml"}
)
"""Read by pytest; the supervisor compares what they say to pytest."""
NOBODYS = ("__pycache__", ".pytest_cache")
"""Folders whose content follows from the rest."""
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

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.files: dict[str, str] = {}
        """Hash of the content of each, as it was when it was opened first."""
        self.folders: set[str] = set()
        self.flags: set[str] = set()
        self.asleep = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.asleep:
            return
        if event in {"open", "os.rename", "os.link"}:
            self._note_file(arguments[0])
        elif event == "sqlite3.connect":
            self._note_file(_database(arguments[0]))
        elif event in {"os.listdir", "os.scandir"}:
            self._note_folder(arguments[0])
        elif event in THREADS:
            self.flags.add("uses threads")
        elif event in UNRELIABLE and self._is_asked_for:
            self.flags.add(UNRELIABLE[event])

    @property
    def _is_asked_for(self) -> bool:
        """By the target, or by a plugin for the target; what imports do by themselves is not."""
        return self._ledger.asked_by_target and not self._ledger.imports

    def _note_file(self, path: object) -> None:
        name = _text(path)
        path = os.path.realpath(name) if name is not None else ""
        if name is None or path in self.files or not self._is_ours(path):
            return
        if self._matters(name, path):
            self.asleep = True
            try:
                self.files[path] = file_digest(path)
            finally:
                self.asleep = False

    def _matters(self, name: str, path: str) -> bool:
        """Whether who opens a file takes it for data."""
        if name.endswith(".pyc"):  # without its source
            return True
        if name.endswith(CODE) or os.path.basename(name) in INI:  # compared as they are executed
            return self._ledger.works_for_target
        is_in_tree = path.startswith(self._ledger.places.tree)
        return is_in_tree or self._ledger.asked_by_target

    def _note_folder(self, path: object) -> None:
        name = os.path.join(os.path.realpath(_folder(path)), "")
        is_in_tree = name.startswith(self._ledger.places.tree)
        is_read = self._ledger.works_for_target or (is_in_tree and self._is_asked_for)
        if is_read and self._is_ours(name):
            self.folders.add(name)

    def _is_ours(self, path: str) -> bool:
        places = self._ledger.places
        is_nobodys = any(folder in path for folder in NOBODYS)
        return path.startswith((places.tree, places.library)) and not is_nobodys


def file_digest(path: str) -> str:
    """Return the hash of a file's content (of metadata: of its headers), or why there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # to read a pipe would empty it
            return "no file"
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
        names = sorted(name for name in os.listdir(path) if name not in NOBODYS)
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


def _folder(path: object) -> str:
    """The name of a folder, also of one that is given by its descriptor."""
    try:
        return (
            os.readlink("/proc/self/fd/%d" % path) if isinstance(path, int) else _text(path) or "."
        )
    except OSError:
        return "."


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
