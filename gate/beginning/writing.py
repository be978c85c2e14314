"""Drafts on the disk: a file that is there already stays as it is, unless it is forced."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from gate.beginning.drafts import Draft
from gate.errors import UsageError
from gate.report.files import replace


class Fate(StrEnum):
    """What became of a draft."""

    WROTE = "wrote"
    REPLACED = "replaced"
    KEPT = "kept"
    SAME = "same"


def fate(draft: Draft, top: Path) -> Fate:
    """Say what is on the disk in its place: nothing (``WROTE``), the same, or something else."""
    path = top / draft.path
    if not path.exists():
        return Fate.WROTE
    return Fate.SAME if path.read_bytes() == draft.text.encode() else Fate.KEPT


def write(drafts: Sequence[Draft], top: Path) -> tuple[Fate, ...]:
    """Write what is not there yet, and return what became of each.

    Raises:
        UsageError: A file cannot be written, or would lie outside of the repository.
    """
    return tuple(_written(draft, top, Fate.KEPT) for draft in drafts)


def overwrite(drafts: Sequence[Draft], top: Path) -> tuple[Fate, ...]:
    """Write everything, also over what is there; as :func:`write` else."""
    return tuple(_written(draft, top, Fate.REPLACED) for draft in drafts)


def _written(draft: Draft, top: Path, in_the_way: Fate) -> Fate:
    try:
        found = fate(draft, top)
        ends = in_the_way if found is Fate.KEPT else found
        if ends in {Fate.WROTE, Fate.REPLACED}:
            _put(top / draft.path, draft.text, top.resolve())
    except OSError as error:
        raise UsageError(
            f"{draft.path} cannot be written: {error.strerror}",
            hint="Look at what is in its place, or print the files with --dry-run.",
        ) from error
    return ends


def _put(path: Path, text: str, top: Path) -> None:
    if not path.parent.resolve().is_relative_to(top):
        raise UsageError(
            f"{path.parent} is a link that leads out of the repository",
            hint="Print the files with --dry-run, and put them where they belong.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, text)
