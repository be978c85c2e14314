"""The target's repository as it lies on the disk: found and read, never written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gate.errors import UsageError
from gate.revisions.git import Git, GitError

_CONVERSIONS = r"^core\.(autocrlf|eol|filemode|ignorecase|precomposeunicode|symlinks)$"
_HARMLESS = frozenset({"true", "false", "input", "lf", "crlf", "native"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the parts of the target's repository are."""

    top: Path | None
    """The work tree's top folder; None for a bare repository."""
    git: Git
    """git for the target itself: only for looking names up, which starts no programs."""
    common_dir: Path
    """What all work trees share: objects, references, settings."""
    object_format: str
    """``sha1`` or ``sha256``."""
    origin: str | None = field(repr=False)
    """URL of the remote ``origin``, which may carry a password."""
    conversions: Mapping[str, str]
    """The settings that say how files on this disk become objects; they start no programs."""


def find(repository: Path, home: Path) -> Target:
    """Find the repository that a folder belongs to.

    Args:
        repository: A folder in a work tree, or a bare repository.
        home: An empty folder.

    Raises:
        UsageError: The folder does not exist, or belongs to no repository.
    """
    repository = repository.resolve()
    if not repository.is_dir():
        raise UsageError(f"The folder {repository} does not exist")
    above = (repository, *repository.parents)
    top = next((folder for folder in above if (folder / ".git").exists()), None)
    candidate = top / ".git" if top else repository
    git, common_dir, object_format = _parts(Git(git_dir=candidate, home=home), repository)
    return Target(
        top=top,
        git=git,
        common_dir=common_dir,
        object_format=object_format,
        origin=_origin(git, common_dir, top or repository),
        conversions=_conversions(git, common_dir),
    )


def _parts(git: Git, repository: Path) -> tuple[Git, Path, str]:
    try:
        answer = git.line(
            "rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-object-format"
        )
    except GitError as error:
        raise UsageError(
            f"{repository} is not in a git repository: {error.complaint}",
            hint="Run in a checkout (in Actions: after actions/checkout), or name one with --repo. "
            "For a linked work tree in a container, mount the main repository, too.",
        ) from error
    git_dir, common_dir, object_format = answer.split("\n")
    return Git(git_dir=Path(git_dir), home=git.home), Path(common_dir).resolve(), object_format


def _origin(git: Git, common_dir: Path, here: Path) -> str | None:
    found = _settings(git, common_dir, r"^remote\.origin\.url$").get("remote.origin.url")
    is_folder = found is not None and ":" not in found
    return str(here / found) if found and is_folder else found


def _conversions(git: Git, common_dir: Path) -> dict[str, str]:
    found = _settings(git, common_dir, _CONVERSIONS)
    return {key: value for key, value in found.items() if value.lower() in _HARMLESS}


def _settings(git: Git, common_dir: Path, pattern: str) -> dict[str, str]:
    """What the file itself says: nothing that it includes from elsewhere is followed."""
    file = str(common_dir / "config")
    try:
        found = git.run("config", "-z", "--file", file, "--get-regexp", pattern)
    except GitError:  # status 1: nothing matches
        return {}
    entries = os.fsdecode(found).split("\0")
    return dict(entry.split("\n", 1) for entry in entries if "\n" in entry)
