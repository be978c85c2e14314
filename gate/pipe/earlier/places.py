"""Which store is meant, by call, configuration or default, and opening it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from gate.baseline.branch import open_branch
from gate.baseline.directory import Directory
from gate.baseline.objects import open_objects
from gate.baseline.store import Store, StoreError
from gate.config import fields
from gate.config.loader import Scalar
from gate.config.problems import Position
from gate.config.schema import Store as Named
from gate.config.schema import StoreKind
from gate.revisions import Clone
from gate.system.folders import cache_folder

DATA_BRANCH = "perf-gate-data"
"""The branch that is used in Actions where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A store that is not opened yet."""

    named: Named
    source: Clone = field(repr=False)
    """The repository that a branch belongs to, and that a relative folder begins in."""

    def __str__(self) -> str:
        is_url = self.named.kind not in {StoreKind.DIRECTORY, StoreKind.BRANCH}
        return f"{self.named.kind}:{'//' if is_url else ''}{self.named.location}"

    def open(self, folder: Path) -> Store:
        """Open the store.

        Args:
            folder: A new or empty one for what the store needs at hand.

        Raises:
            StoreError: It cannot be opened.
        """
        match self.named.kind:
            case StoreKind.DIRECTORY:
                target = self.source.target
                return Directory(folder=(target.top or target.common_dir) / self.named.location)
            case StoreKind.BRANCH:
                return self._branch(folder)
            case _:
                return open_objects(str(self))

    def _branch(self, folder: Path) -> Store:
        if self.source.origin is None:
            raise StoreError(
                f"the repository has no remote `origin` for the branch {self.named.location}",
                hint="Name another store with --store, as dir:PATH.",
            )
        object_format = self.source.target.object_format
        return open_branch(folder, self.source.origin, self.named.location, object_format)


def named(text: str) -> Named:
    """Return what a text of the command line names; a folder begins where the call was made.

    Raises:
        ValueError: It names nothing.
    """
    kind, _, location = text.partition(":")
    if kind == StoreKind.DIRECTORY and location:
        return Named(kind=StoreKind.DIRECTORY, location=str(Path(location).absolute()))
    try:
        return fields.store(Scalar(at=Position(), value=text, text=text))
    except fields.UnfitError as error:
        raise ValueError(str(error)) from error


def usual(source: Clone, variables: Mapping[str, str]) -> Named:
    """Return the store where nothing is said: the data branch in Actions, else a folder.

    The folder lies in the user's cache and is the repository's own.

    Args:
        source: The repository.
        variables: Environment that tells the one from the other.

    Raises:
        StoreError: The user's cache cannot be written.
    """
    if variables.get("GITHUB_ACTIONS") == "true":
        return Named(kind=StoreKind.BRANCH, location=DATA_BRANCH)
    nowhere = source.git.git_dir / "nowhere"
    cache = cache_folder(variables, otherwise=nowhere)
    if cache.is_relative_to(nowhere):
        raise StoreError(
            "baselines would go to the user's cache, which cannot be written",
            hint="Name a store with --store, as dir:PATH.",
        )
    key = sha256(str(source.target.common_dir).encode(errors="surrogateescape")).hexdigest()[:16]
    return Named(kind=StoreKind.DIRECTORY, location=str(cache / "baselines" / key))
