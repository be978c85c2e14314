"""A recording: the slices of many pairs of a library's benchmarks, and the file that keeps it."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gate.errors import UsageError
from gate.model import Slice

FORMAT, VERSION = "perf-gate recording", 1
SUFFIX = ".jsonl.xz"
DIGITS = 5
"""Of a time in nanoseconds that are kept: an error below 0.005 %, of slices that differ by 1 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was recorded, where and how."""

    library: str
    version: str
    """Of the library."""
    head: str
    """The tag that stood on head; on base it was ``base``."""
    condition: str
    """``quiet``, or ``stress``: other processes wanted both cores all the time."""
    machine: str
    """Processor, cores and system."""
    python: str
    benchmarks: tuple[str, ...]
    """In the order in which files name them by number; the controls are among them."""
    walks: int
    """Pairs of processes that were asked for."""

    @property
    def name(self) -> str:
        """The name of the file, without suffix."""
        return f"{self.library}-{self.head}-{self.condition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What one pair of processes measured of one benchmark."""

    seconds: float
    """What it took, both sides, calibration and warm-up included."""
    base: tuple[Slice, ...]
    head: tuple[Slice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One pair of processes that walked through the benchmarks: what it saw is drawn together."""

    number: int
    """From 0, in the order of time."""
    began_s: float
    """Since the recording was begun; interruptions count."""
    start_s: float
    """What starting both processes took, until the first benchmark."""
    seed: int
    core: int | None
    base_first: bool
    """The base side had the first slice, of every benchmark."""
    takes: Mapping[str, Take]
    """By benchmark; what failed is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All walks through the benchmarks of one library."""

    facts: Facts
    walks: tuple[Walk, ...]


def write(path: Path, recording: Recording) -> None:
    """Write a recording, whole or not at all."""
    lines = [header(recording.facts), *(walk_line(recording.facts, w) for w in recording.walks)]
    text = "".join(f"{one}\n" for one in (*lines, json.dumps({"end": len(recording.walks)})))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    unfinished.replace(path)


def read(path: Path) -> Recording:
    """Read a recording.

    Raises:
        UsageError: if the file cannot be read, is no recording, of another version, or cut off.
    """
    try:
        lines = lzma.decompress(path.read_bytes()).decode().splitlines()
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise _refusal(path, f"cannot be read: {error}") from error
    recording = parse(path, lines)
    if not lines or lines[-1] != json.dumps({"end": len(recording.walks)}):
        raise _refusal(path, "is cut off")
    return recording


def parse(path: Path, lines: Iterable[str]) -> Recording:
    """Return what the lines say, up to the first that is not a whole walk.

    Raises:
        UsageError: if the first line is not the header of a recording of this version.
    """
    first, *rest = list(lines) or [""]
    facts = _facts(path, first)
    walks = []
    for one in rest:
        try:
            walks.append(_walk(facts, json.loads(one)))
        except (ValueError, KeyError, TypeError, IndexError):
            break
    return Recording(facts=facts, walks=tuple(walks))


def header(facts: Facts) -> str:
    """Return the first line of a file."""
    return json.dumps({"format": FORMAT, "version": VERSION, "facts": asdict(facts)})


def walk_line(facts: Facts, walk: Walk) -> str:
    """Return the line of a walk."""
    number = {name: index for index, name in enumerate(facts.benchmarks)}
    takes = {
        str(number[name]): [round(take.seconds, 4), *_numbers(take.base), *_numbers(take.head)]
        for name, take in walk.takes.items()
    }
    document = {
        "walk": walk.number,
        "began_s": round(walk.began_s, 1),
        "start_s": round(walk.start_s, 3),
        "seed": walk.seed,
        "core": walk.core,
        "base_first": walk.base_first,
        "takes": takes,
    }
    return json.dumps(document, separators=(",", ":"))


def _numbers(slices: Iterable[Slice]) -> list[list[int]]:
    """Columns, which compress better than rows."""
    rows = [
        (one.loops, _ns(one.wall_s), _ns(one.cpu_s), one.voluntary, one.involuntary)
        for one in slices
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _ns(seconds: float) -> int:
    whole = round(seconds * 1e9)
    return round(whole, DIGITS - len(str(whole))) if whole >= 10**DIGITS else whole


def _facts(path: Path, first: str) -> Facts:
    try:
        document = json.loads(first)
        is_ours = document["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise _refusal(path, "is not a recording")
    if document["version"] != VERSION:
        raise _refusal(path, f"is of version {document['version']}, not {VERSION}")
    try:
        facts = document["facts"]
        return Facts(**{**facts, "benchmarks": tuple(facts["benchmarks"])})
    except (KeyError, TypeError) as error:
        raise _refusal(path, f"does not say what was recorded: {error}") from error


def _walk(facts: Facts, document: Mapping[str, Any]) -> Walk:
    takes = {
        facts.benchmarks[int(number)]: Take(
            seconds=row[0], base=_slices(row[1:6]), head=_slices(row[6:11])
        )
        for number, row in document["takes"].items()
    }
    return Walk(
        number=document["walk"],
        began_s=document["began_s"],
        start_s=document["start_s"],
        seed=document["seed"],
        core=document["core"],
        base_first=document["base_first"],
        takes=takes,
    )


def _slices(columns: Iterable[Iterable[int]]) -> tuple[Slice, ...]:
    return tuple(
        Slice(loops=loops, wall_s=wall / 1e9, cpu_s=cpu / 1e9, voluntary=gave, involuntary=lost)
        for loops, wall, cpu, gave, lost in zip(*columns, strict=True)
    )


def _refusal(path: Path, what: str) -> UsageError:
    return UsageError(
        f"{path.name} {what}", hint="take it again: remove it and run `make study ONLY=record`"
    )
