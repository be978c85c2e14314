"""Lays head's benchmark files over the base tree, so that both sides run the same benchmarks."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gate.system.handed import Handed


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What was laid over a tree, and how to take it off again."""

    tree: Handed
    files: tuple[PurePosixPath, ...]
    """Files that differ from what the tree had (or did not have)."""
    saved: Path
    """Where the originals are kept."""

    def undo(self) -> None:
        """Restore the tree."""
        for file in self.files:
            original = self.saved / file
            with suppress(OSError):  # its side made something else of it
                if original.exists():
                    self.tree.write(file, original.read_bytes())
                else:
                    self.tree.remove(file)


def lay_over(
    tree: Handed, donor: Handed, *, benchmarks: Iterable[str], packages: Iterable[str], saved: Path
) -> Overlay:
    """Copy what ``benchmarks`` need from ``donor`` over ``tree``; return what changed.

    Code of both sides ran there: what it made a link of, or a pipe, is left as it is.

    Args:
        tree: the exported base tree.
        donor: the exported head tree.
        benchmarks: files of head that hold benchmarks, relative.
        packages: import names of the target, whose code must never be laid over.
        saved: an empty folder for the originals.
    """
    wanted = sorted(harness_files(donor.folder, benchmarks, packages))
    changed = tuple(file for file in wanted if _laid(tree, donor, file, saved))
    return Overlay(tree=tree, files=changed, saved=saved)


def _laid(tree: Handed, donor: Handed, file: PurePosixPath, saved: Path) -> bool:
    """Copy a file unless it is the same, and keep what was there; whether something changed."""
    original, new = _content(tree, file), _content(donor, file)
    if new is None or new == original:
        return False
    try:
        tree.write(file, new)
    except OSError:
        return False
    if original is not None:
        (saved / file).parent.mkdir(parents=True, exist_ok=True)
        (saved / file).write_bytes(original)
    return True


def _content(tree: Handed, file: PurePosixPath) -> bytes | None:
    try:
        return tree.read(file)
    except OSError:
        return None


def harness_files(
    donor: Path, benchmarks: Iterable[str], packages: Iterable[str]
) -> set[PurePosixPath]:
    """Return the files that belong to benchmarks: themselves, conftests above, neighbours.

    Neighbours (helpers, data) are everything in the benchmark's folder and below, unless that
    folder is the top of the tree or holds the target's own code.
    """
    names = frozenset(packages)
    files: set[PurePosixPath] = set()
    for text in benchmarks:
        file = PurePosixPath(text)
        files.add(file)
        files.update(
            p / "conftest.py" for p in file.parents if (donor / p / "conftest.py").is_file()
        )
        if file.parent != PurePosixPath() and not _holds_target(donor, file.parent, names):
            files.update(_below(donor, file.parent))
    return files


def _holds_target(donor: Path, folder: PurePosixPath, names: frozenset[str]) -> bool:
    """A folder inside one of the target's packages, or one with such a package below it."""
    if any(part in names for part in folder.parts):
        return True
    return any(
        (donor / folder / name).exists() or (donor / folder / f"{name}.py").exists()
        for name in names
    )


def _below(donor: Path, folder: PurePosixPath) -> Iterable[PurePosixPath]:
    for path in (donor / folder).rglob("*"):
        relative = PurePosixPath(path.relative_to(donor).as_posix())
        if path.is_file() and not path.is_symlink() and "__pycache__" not in relative.parts:
            yield relative
