"""What a repository shows of itself: its branch, its origin, its benchmarks, and what they need."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gate.environments.declarations import read
from gate.environments.discover import Plan, TargetSpec, plan
from gate.environments.interpreter import allows
from gate.errors import UsageError
from gate.measure.gathering.collection import find_files
from gate.revisions import Clone, GitError, clone

PYTHONS = ("3.13",)
"""The interpreters that the image has."""

_ADDRESS = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[^/:]+)(?::\d+)?/"
    r"|(?:[^@/:]*@)?(?P<short>[^/:]+):)(?P<path>[^:?#]+?)(?:\.git)?/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One project of one repository; names in it are untrusted text."""

    branch: str
    """The branch that changes are merged into."""
    origin: str | None
    """``host/owner/name`` without credentials; None where there is no remote of that shape."""
    folder: PurePosixPath
    """The project, relative to the top."""
    benchmarks: tuple[str, ...]
    """Files that hold benchmarks, relative to the project, sorted."""
    install: tuple[str, ...]
    """Requirement strings of all that would be installed."""
    sentence: str
    """The same in words."""
    requires_python: str
    """Version specifiers, possibly empty."""
    pythons: tuple[str, ...]
    """The image's interpreters that the project supports."""
    released: bool
    """Some commit has a tag with a version in it."""


def look(repository: Path, folder: PurePosixPath) -> tuple[Survey, Path]:
    """Look at the files as they are, and at the repository's branches and tags; change nothing.

    Args:
        repository: A folder in a work tree.
        folder: The project, relative to the top of the work tree.

    Returns:
        What was found, and the top of the work tree.

    Raises:
        UsageError: There is no work tree, or the project's folder is not in it.
        InstallError: What the project declares cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source = clone(repository, Path(scratch) / "git")
        top = source.target.top
        if top is None:
            raise UsageError(f"{repository} is a bare repository", hint="Run it in a checkout.")
        return _surveyed(source, top, folder), top


def _surveyed(source: Clone, top: Path, folder: PurePosixPath) -> Survey:
    tree = top / folder
    if not tree.is_dir() or not tree.resolve().is_relative_to(top.resolve()):
        raise UsageError(
            f"The folder {folder} is not in {top}",
            hint="Check --working-directory: it is relative to the top of the repository.",
        )
    found = plan(read(tree), TargetSpec())
    return Survey(
        branch=_branch(source),
        origin=address(source.target.origin or ""),
        folder=folder,
        benchmarks=find_files(tree, ()),
        install=_requirements(found),
        sentence=" ".join(found.sentences),
        requires_python=found.requires_python,
        pythons=supported(found.requires_python),
        released=source.describe(source.head) is not None,
    )


def _branch(source: Clone) -> str:
    try:
        return source.default_branch().removeprefix("origin/")
    except UsageError:
        return _checked_out(source) or "main"


def _checked_out(source: Clone) -> str | None:
    try:
        return source.target.git.line("symbolic-ref", "--quiet", "--short", "HEAD")
    except GitError:  # no branch is checked out
        return None


def _requirements(found: Plan) -> tuple[str, ...]:
    projects = (
        one.path + (f"[{','.join(one.extras)}]" if one.extras else "") for one in found.projects
    )
    return (*projects, *(line for line in found.requirements if not line.startswith("-")))


def supported(requires_python: str) -> tuple[str, ...]:
    """Return the image's interpreters that version specifiers allow, in ascending order."""
    return tuple(one for one in PYTHONS if allows(requires_python, _newest(one)))


def _newest(version: str) -> tuple[int, int, int]:
    major, minor = map(int, version.split("."))
    return major, minor, 99


def address(url: str) -> str | None:
    """Return ``host/path`` of a remote's URL, without scheme and credentials; None for a folder."""
    found = _ADDRESS.fullmatch(url)
    return f"{found['host'] or found['short']}/{found['path'].strip('/')}" if found else None
