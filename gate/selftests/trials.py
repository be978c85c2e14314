"""Proves on the spot that the gate can turn red, and that it stays green otherwise."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gate.errors import MeasureError
from gate.job import Job
from gate.main import check, reach
from gate.model import Finding, Outcome, Result
from gate.pipe.sides import export_both
from gate.progress import Progress
from gate.proof.survey import Reach
from gate.revisions import clone, settle
from gate.revisions.git import Git
from gate.selftests.plant import Kind, plant, plantable
from gate.system.folders import Workspace

PLANTED = ((Kind.LOOP, 10), (Kind.LOOP, 5), (Kind.LOOP, 3), (Kind.ALLOCATION, 10))
"""What is planted: kind, and percent by which the benchmark becomes slower."""
MUST_BE_FOUND = 5
"""Percent from which *inconclusive* is not good enough."""
LOOP_S = 15e-9
"""About what one turn of a loop takes; the first planting shows what it really takes."""
PROBE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run of the gate over a change that is known."""

    what: str
    expected: str
    seen: str
    behaved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A function of the target that some of its benchmarks reach, and others do not."""

    file: PurePosixPath
    qualname: str
    rows: frozenset[str]
    """Names of the benchmarks that reach it."""


def selftest(job: Job, progress: Progress) -> Iterator[Trial]:
    """Try changes of which the outcome is known, one after the other.

    Args:
        job: head is what is copied; ``out`` gets a folder for each trial.
        progress: is told what goes on.

    Raises:
        UsageError: as :func:`gate.main.check` does.
        MeasureError: if no benchmark could be measured, or none reaches a plain function.
    """
    with Workspace() as folder:
        lab = _lab(job, folder)
        untouched = lab.run("nothing-unproved", None, progress, proof=False)
        yield _green("nothing, proof off", untouched)
        yield _green("nothing, proof on", lab.run("nothing", None, progress, proof=True))
        spot = find_spot(lab.tree, reach(replace(lab.job, base="HEAD", head="HEAD"), progress))
        costs = {kind: _cost(lab, spot, kind, untouched, progress) for kind in Kind}
        for kind, percent in PLANTED:
            amount = max(1, round(percent / 100 / costs[kind]))
            change = lab.planted(spot, kind, amount)
            result = lab.run(f"{kind.name.lower()}-{percent}", change, progress, proof=True)
            yield _red(f"{kind} of {percent} % in {spot.qualname}", percent, spot, result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lab:
    """A repository of our own with the target's head in it."""

    job: Job
    git: Git
    tree: Path

    def planted(self, spot: Spot, kind: Kind, amount: int) -> str:
        """Commit a slowdown on top of HEAD; the commit's name."""
        file = self.tree / spot.file
        original = file.read_text(encoding="utf-8")
        file.write_text(plant(original, spot.qualname, kind, amount), encoding="utf-8")
        commit = _commit(self.git, self.tree, "planted", "HEAD")
        file.write_text(original, encoding="utf-8")
        return commit

    def run(self, name: str, head: str | None, progress: Progress, *, proof: bool) -> Result:
        """Run the gate on a change (None: no change at all)."""
        progress.note(f"selftest: {name}")
        job = replace(
            self.job, base="HEAD", head=head or "HEAD", out=self.job.out / name, proof=proof
        )
        return check(job, progress)


def _lab(job: Job, folder: Path) -> _Lab:
    source = clone(job.repository, folder / "git")
    revisions, _ = settle(replace(job, base=job.head or "HEAD"), source)
    exports = export_both(job, source, revisions, folder)
    tree = folder / "lab"
    shutil.move(exports[next(iter(exports))].top, tree)
    git = Git(git_dir=tree / ".git", home=folder / "git" / "home", borrowed=None)
    git.run("init", "--quiet", "--template=")
    _commit(git, tree, "as it is", None)
    return _Lab(job=replace(job, repository=tree), git=git, tree=tree)


def _commit(git: Git, tree: Path, message: str, parent: str | None) -> str:
    here = {"GIT_WORK_TREE": str(tree)}
    git.run("add", "--all", environment=here)
    name = git.line("write-tree")
    who = {
        f"GIT_{role}_{what}": "perf-gate"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    parents = ["-p", git.line("rev-parse", parent)] if parent else []
    commit = git.line("commit-tree", *parents, "-m", message, name, environment=who)
    if not parent:
        git.run("update-ref", "HEAD", commit)
    return commit


def find_spot(tree: Path, reached: Reach) -> Spot:
    """Choose a function that few, but not no, benchmarks reach.

    Raises:
        MeasureError: if no benchmark reaches a plain function of the target.
    """
    rows: dict[tuple[str, str], set[str]] = {}
    for name, functions in reached.items():
        for place in functions:
            rows.setdefault(place, set()).add(name)
    for (where, qualname), names in sorted(rows.items(), key=lambda item: (len(item[1]), item[0])):
        file = _file_in(tree, where)
        if file is not None and qualname in plantable((tree / file).read_text(encoding="utf-8")):
            return Spot(file=file, qualname=qualname, rows=frozenset(names))
    raise MeasureError(
        "no benchmark reaches a plain function of the target that does not run at import, too",
        hint="selftest plants into such a function; try it on another repository",
    )


def _file_in(tree: Path, where: str) -> PurePosixPath | None:
    """``lib/pkg/module.py`` as it is called in the tree; tests are not the target's code."""
    parts = PurePosixPath(where).parts[1:]
    if not where.startswith(("lib/", "tree/")) or "test" in "/".join(parts):
        return None
    for candidate in (PurePosixPath(*parts), PurePosixPath("src", *parts)):
        if (tree / candidate).is_file():
            return candidate
    return None


def _cost(lab: _Lab, spot: Spot, kind: Kind, untouched: Result, progress: Progress) -> float:
    """By which share the least affected row becomes slower for each unit that is planted."""
    times = [row.base for row in _rows(untouched, spot.rows) if row.base]
    if not times:
        raise MeasureError(f"none of the benchmarks that reach {spot.qualname} could be measured")
    amount = max(1, round(PROBE * min(times) / LOOP_S))
    change = lab.planted(spot, kind, amount)
    result = lab.run(f"probe-{kind.name.lower()}", change, progress, proof=True)
    effects = [row.change.point for row in _rows(result, spot.rows) if row.change]
    if not effects or min(effects) <= 0:
        raise MeasureError(f"a planted {kind} did not make the benchmarks slower")
    return math.expm1(min(effects)) / amount


def _rows(result: Result, names: frozenset[str]) -> list[Finding]:
    return [row for row in result.judgement.findings if row.benchmark.name in names]


def _green(what: str, result: Result) -> Trial:
    blamed = [row.benchmark.name for row in _regressed(result)]
    seen = f"blamed {', '.join(blamed)}" if blamed else str(result.judgement.verdict)
    return Trial(
        what=what,
        expected="not red",
        seen=seen,
        behaved=not blamed and result.judgement.exit_status == 0,
    )


def _red(what: str, percent: int, spot: Spot, result: Result) -> Trial:
    outcomes = {row.benchmark.name: row.outcome for row in _rows(result, spot.rows)}
    good = {Outcome.REGRESSED}
    if percent < MUST_BE_FOUND:
        good.add(Outcome.INCONCLUSIVE)
    blamed = [row.benchmark.name for row in _regressed(result)]
    others = [name for name in blamed if name not in outcomes]
    missed = [name for name, outcome in outcomes.items() if outcome not in good]
    words = sorted(str(outcome) for outcome in outcomes.values())
    seen = ", ".join([*words, *(f"blamed {name}" for name in others)])
    return Trial(
        what=what,
        expected=f"{len(spot.rows)} regressed, no other",
        seen=seen,
        behaved=bool(outcomes) and not missed and not others,
    )


def _regressed(result: Result) -> list[Finding]:
    return [row for row in result.judgement.findings if row.outcome is Outcome.REGRESSED]
