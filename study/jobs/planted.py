"""Slowdowns of several kinds for real libraries: a statement in a function, and what it calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gate.selftests.plant import plant

MODULE = "_planted_by_the_study"


class Kind(StrEnum):
    """What a slowdown spends its time on."""

    LOOP = "busy loop"
    ALLOCATION = "allocation"
    CACHE = "cache"
    LOCK = "lock"
    WAKE_UPS = "wake-ups"
    CALLS = "system calls"
    SLEEP = "sleep"
    TAIL = "tail only"


_FUNCTIONS: Mapping[Kind, str] = {
    Kind.LOOP: "loop",
    Kind.ALLOCATION: "allocation",
    Kind.CACHE: "cache",
    Kind.LOCK: "lock",
    Kind.WAKE_UPS: "wake_ups",
    Kind.CALLS: "calls",
    Kind.SLEEP: "sleep",
    Kind.TAIL: "tail",
}

SOURCE = '''"""What the study plants: each function spends so many nanoseconds in its own way."""

import _thread
import os
import select
import time

LARGE = bytearray(1 << 23)
PIPE = os.pipe()
CALLS = [0]


def loop(nanoseconds):
    end = time.thread_time_ns() + nanoseconds
    while time.thread_time_ns() < end:
        pass


def allocation(nanoseconds):
    end = time.thread_time_ns() + nanoseconds
    while time.thread_time_ns() < end:
        [{"key": number} for number in range(16)]


def cache(nanoseconds):
    """A cache line of every page: what the caller had in the caches is gone, too."""
    end = time.thread_time_ns() + nanoseconds
    while time.thread_time_ns() < end:
        sum(LARGE[::4096])


def lock(nanoseconds):
    """Another thread holds a lock, and lets it go."""
    end = time.perf_counter_ns() + nanoseconds
    while time.perf_counter_ns() < end:
        held = _thread.allocate_lock()
        held.acquire()
        _thread.start_new_thread(held.release, ())
        held.acquire()


def wake_ups(nanoseconds):
    """What an event loop does to be woken up by itself."""
    end = time.thread_time_ns() + nanoseconds
    while time.thread_time_ns() < end:
        os.write(PIPE[1], b"x")
        select.select([PIPE[0]], [], [], 1.0)
        os.read(PIPE[0], 1)


def calls(nanoseconds):
    end = time.thread_time_ns() + nanoseconds
    while time.thread_time_ns() < end:
        os.stat("/")


def sleep(nanoseconds):
    time.sleep(nanoseconds / 1e9)


def tail(nanoseconds):
    """One call in a hundred takes it all."""
    CALLS[0] += 1
    if CALLS[0] % 100 == 0:
        loop(100 * nanoseconds)
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A function of a library that is called once a call of some benchmarks."""

    package: str
    """The import name."""
    folder: str
    """Of the package, in the repository."""
    file: str
    """In the folder."""
    function: str
    """Its qualified name."""
    red: tuple[str, ...]
    """Patterns of the benchmarks that call it."""
    touched: tuple[str, ...] = ()
    """Patterns of others that may call it: either answer is right."""


PLACES: Mapping[str, Place] = {
    "tomlkit": Place(
        package="tomlkit",
        folder="tomlkit",
        file="api.py",
        function="parse",
        red=("*::test_parse",),
    ),
    "mistune": Place(
        package="mistune",
        folder="src/mistune",
        file="markdown.py",
        function="Markdown.parse",
        red=("*::test_html*", "*::test_tokens"),
        touched=("*::test_plain_paragraph",),
    ),
    "bidict": Place(
        package="bidict",
        folder="bidict",
        file="_base.py",
        function="BidictBase.__init__",
        red=("*::test_create*",),
        touched=("*::test_put_one_by_one*", "*::test_copy*"),
    ),
}


def plant_into(tree: Path, place: Place, kind: Kind, seconds: float) -> None:
    """Plant a slowdown of ``seconds`` a call into a checked-out library.

    Raises:
        MeasureError: if the library has no such function.
    """
    file = tree / place.folder / place.file
    call = f"{_FUNCTIONS[kind]}({round(seconds * 1e9)})"
    module = f"{place.package}.{MODULE}"
    statement = f"__import__({module!r}, fromlist=('loop',)).{call}"
    planted = plant(file.read_text(encoding="utf-8"), place.function, statement)
    file.write_text(planted, encoding="utf-8")
    Path(tree, place.folder, f"{MODULE}.py").write_text(SOURCE, encoding="utf-8")


def comment_into(tree: Path, place: Place) -> None:
    """Change nothing but positions: a comment at the top of the module."""
    file = tree / place.folder / place.file
    text = file.read_text(encoding="utf-8")
    file.write_text(f"# The study was here.\n{text}", encoding="utf-8")
