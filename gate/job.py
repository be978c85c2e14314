"""What is asked for: from arguments, or from the environment of a Docker action, to one Job."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from gate.config.schema import Store
from gate.model import Part


class Format(StrEnum):
    """How the result is printed on standard output."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of ``perf-gate check``, wherever it came from."""

    repository: Path
    """A folder inside the repository that is judged (need not be its top)."""
    out: Path
    """Where ``result.json`` and the reports are written."""
    working_directory: PurePosixPath = field(default_factory=PurePosixPath)
    """Folder of the project inside the repository, for monorepos."""
    base: str | None = None
    """Revision expression; None: the merge base of head with the default branch."""
    head: str | None = None
    """Revision expression; None: the working tree."""
    base_is_branch: bool = False
    """``base`` names the branch (or tip) to merge into: the merge base with it is the base."""
    config: Path | None = None
    """A configuration file that wins over the one in base."""
    budget_s: float | None = None
    only: tuple[str, ...] = ()
    """Patterns of benchmark names; empty: all."""
    seed: int | None = None
    shard: tuple[int, int] | None = None
    """``(i, n)``, 1 <= i <= n."""
    proof: bool = True
    dry_run: bool = False
    format: Format = Format.TERMINAL
    python: str | None = None
    """Interpreter of the target, as ``3.12``; wins over the configuration."""
    results: tuple[Path, Path] | None = None
    """Judge two stored results (base, head) instead of measuring."""
    store: Store | None = None
    """Where baselines are; wins over the configuration."""
    granted: bool = False
    """The pull request carries the label by which the change's own acceptances count."""
    report_id: str = "default"
    """Tells several gates of one repository apart."""

    @property
    def part(self) -> Part:
        """Which part of a matrix this is."""
        folder = str(self.working_directory)
        index, count = self.shard or (1, 1)
        top = "" if folder == "." else folder
        return Part(folder=top, python=self.python or "", index=index, count=count)
