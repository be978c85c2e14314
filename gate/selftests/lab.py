"""A copy of the target to plant in, and runs of the gate over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gate.errors import ExitStatus, InstallError, MeasureError
from gate.job import Job
from gate.main import check, reach
from gate.model import Finding, Result
from gate.pipe.sides import export_both
from gate.proof.survey import Reach
from gate.revisions import clone, settle
from gate.revisions.git import Git
from gate.selftests.plant import plant
from gate.system.progress import Progress

BUDGET_S = 30.0
"""For each run: enough to confirm a few rows on a busy machine; mostly they end long before."""
SURVEY_S = 300.0
_ROLES = ("AUTHOR", "COMMITTER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A function of the target; the file is relative to the top of the repository."""

    file: PurePosixPath
    qualname: str

    def __str__(self) -> str:
        return f"{self.qualname} ({self.file})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A repository of our own, whose HEAD is the target as it is."""

    job: Job
    git: Git
    tree: Path

    @property
    def project(self) -> Path:
        """The folder of the project in it."""
        return self.tree / self.job.working_directory

    def planted(self, place: Place, statement: str) -> str:
        """Commit a slowdown on top of HEAD, and leave the files as they were; its name."""
        file = self.tree / place.file
        original = file.read_bytes()
        file.write_bytes(plant(original.decode(), place.qualname, statement).encode())
        commit = _commit(self.git, self.tree, "planted", "HEAD")
        file.write_bytes(original)
        return commit

    def run(
        self,
        name: str,
        progress: Progress,
        *,
        head: str = "HEAD",
        only: Iterable[str] = (),
        proof: bool = True,
        budget_s: float = BUDGET_S,
    ) -> Result:
        """Run the gate on the change from HEAD to ``head``; reports go to a folder ``name``.

        Args:
            name: of the run.
            progress: is told what goes on.
            head: a commit of the lab.
            only: names of benchmarks; empty: all.
            proof: whether it is tried to prove rows the same.
            budget_s: where the job has none.

        Raises:
            InstallError: if a side could not be installed.
            MeasureError: if nothing could be measured, or head broke benchmarks.
        """
        job = replace(
            self.job,
            base="HEAD",
            head=head,
            only=tuple(only),
            proof=proof,
            out=self.job.out / name,
            budget_s=self.job.budget_s or budget_s,
        )
        result = check(job, progress)
        reason = "\n".join((f"{name}: {result.judgement.reason}", *result.log))
        if result.judgement.exit_status == ExitStatus.INSTALL:
            raise InstallError(reason)
        if result.judgement.exit_status == ExitStatus.NOTHING_MEASURED:
            raise MeasureError(reason)
        return result

    def reach(self, progress: Progress) -> Reach:
        """Return which functions each benchmark reaches."""
        return reach(replace(self.job, base="HEAD", head="HEAD", budget_s=SURVEY_S), progress)


def open_lab(job: Job, folder: Path) -> Lab:
    """Copy the head of a job below ``folder``.

    Raises:
        UsageError: as :func:`gate.main.check` does.
    """
    source = clone(job.repository, folder / "git")
    revisions, _ = settle(replace(job, base=job.head or "HEAD"), source)
    exports = export_both(job, source, revisions, folder)
    tree = folder / "lab"
    shutil.move(exports[next(iter(exports))].top, tree)
    git = Git(git_dir=tree / ".git", home=folder / "git" / "home", borrowed=None)
    git.run("init", "--quiet", "--template=")
    _commit(git, tree, "as it is", None)
    return Lab(job=replace(job, repository=tree), git=git, tree=tree)


def rows_of(result: Result) -> Mapping[str, Finding]:
    """The rows of a result by the names of their benchmarks."""
    return {row.benchmark.name: row for row in result.judgement.findings}


def _commit(git: Git, tree: Path, message: str, parent: str | None) -> str:
    here = {"GIT_WORK_TREE": str(tree)}
    git.run("add", "--all", "--force", environment=here)  # what is tracked may be ignored, too
    name = git.line("write-tree")
    parents = ["-p", git.line("rev-parse", parent)] if parent else []
    who = {f"GIT_{role}_{what}": "perf-gate" for role in _ROLES for what in ("NAME", "EMAIL")}
    commit = git.line("commit-tree", *parents, "-m", message, name, environment=who)
    if not parent:
        git.run("update-ref", "HEAD", commit)
    return commit
