"""What lies on the disk for each side: the export, and what is installed."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.measure.guests import Seat
from gate.proof.changes import INI_FILES, pytest_options

NOBODYS = frozenset({"__pycache__", ".pytest_cache", ".git"})
METADATA = (".dist-info", ".egg-info")
"""Read through the files that are opened; records of what is installed always differ."""
INSTALLED = "installed/"
"""Before the names of files that were made when the target was built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The files of one side, by relative path."""

    python: Mapping[str, bytes]
    """Content of the Python files: of the export, and of what building made of them."""
    data: Mapping[str, Path]
    """All other files of the target, native libraries too."""
    foreign: Mapping[str, Path]
    """What is installed beside the target."""
    options: Mapping[str, object]
    """What ini files say to pytest."""


def read(seat: Seat) -> Disk:
    """Return what lies there for a side; raises OSError if it cannot be read."""
    tree, installed = dict(_files(seat.export)), dict(_installed(seat.python))
    own = {name: installed.pop(name) for name in [*installed] if _is_of(name, seat.packages)}
    python = {name: path.read_bytes() for name, path in tree.items() if _is_python(name)}
    copies = frozenset(python.values())
    for name, path in own.items():
        if _is_python(name) and (content := path.read_bytes()) not in copies:
            python[INSTALLED + name] = content
    data = {**tree, **{INSTALLED + name: path for name, path in own.items()}}
    inis = {name: path.read_bytes() for name, path in tree.items() if path.name in INI_FILES}
    return Disk(
        python=python,
        data={name: path for name, path in data.items() if not _is_python(name)},
        foreign=installed,
        options=pytest_options(inis),
    )


def incomparable(base: Disk, head: Disk) -> str | None:
    """Return why nothing can be proved, whatever is executed."""
    if base.options != head.options:
        return "pytest's options differ"
    if different := differing(base.foreign, head.foreign):
        return f"{min(different)}, which is installed beside the target, differs"
    return None


def differing(base: Mapping[str, Path], head: Mapping[str, Path]) -> set[str]:
    """Return the names of files that differ in content, or are not on both sides."""
    return {name for name in {*base, *head} if not _same(base.get(name), head.get(name))}


def _same(one: Path | None, other: Path | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or filecmp.cmp(one, other, shallow=False)


def _installed(python: Path) -> Iterator[tuple[str, Path]]:
    for library in python.parent.parent.glob("lib/python*/site-packages"):
        for name, path in _files(library):
            if not name.partition("/")[0].endswith(METADATA):
                yield name, path


def _files(top: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, files in os.walk(top):
        folders[:] = [each for each in folders if each not in NOBODYS]
        for path in (Path(parent, name) for name in files):
            if path.is_file():
                yield path.relative_to(top).as_posix(), path


def _is_of(name: str, packages: Collection[str]) -> bool:
    """Whether an installed file belongs to one of these packages, or is one of these modules."""
    tops = [package.replace(".", "/") for package in packages]
    return any(name.startswith((top + "/", top + ".")) for top in tops)


def _is_python(name: str) -> bool:
    return name.endswith(".py")
