"""Base and head side by side: their trees, what is installed for them, and where guests sit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from gate.config.schema import Configuration
from gate.environments.discover import TargetSpec
from gate.environments.environments import Environment, Environments
from gate.job import Job
from gate.measure import guests
from gate.measure.guests import Seat
from gate.model import Revisions, Side
from gate.revisions import Clone, Export


def export_both(
    job: Job, source: Clone, revisions: Revisions, folder: Path
) -> Mapping[Side, Export]:
    """Write the trees of both sides below ``folder``, at equally long paths."""
    commits = {Side.BASE: revisions.base.commit, Side.HEAD: revisions.head.commit}
    return {
        side: source.export(commits[side], folder / side / "tree", job.working_directory)
        for side in Side
    }


def spec_of(job: Job, configuration: Configuration) -> TargetSpec:
    """What is to be installed, as far as somebody said so."""
    target = configuration.target
    return TargetSpec(
        python=job.python or target.python,
        install=target.install,
        requirements=tuple(str(path) for path in target.requirements),
        env=dict(target.env),
    )


def pretended_version(source: Clone, commit: str) -> str | None:
    """Return what a build that asks git for its version is told, for an export has no git.

    It is the nearest tag that ends in a version (``v1.2.3``, ``pkg-1.2``), counted on by the
    commits since then; None where there is none. Both sides get that of base.
    """
    tag, distance = source.describe(commit) or ("", 0)
    found = re.search(r"(?:^|[^0-9.])(\d+(?:\.\d+)+)$", tag)
    if found is None:
        return None
    return f"{found[1]}.post{distance}" if distance else found[1]


def seats_of(
    environments: Environments, configuration: Configuration, folder: Path
) -> Mapping[Side, Seat]:
    """Where the guests of both sides sit; their package is laid out below ``folder``."""
    library = guests.lay_out(folder / "guest")
    installed = {Side.BASE: environments.base, Side.HEAD: environments.head}
    return {side: _seat(one, configuration, folder, library) for side, one in installed.items()}


def _seat(one: Environment, configuration: Configuration, folder: Path, library: Path) -> Seat:
    other = Side.HEAD if one.side is Side.BASE else Side.BASE
    return Seat(
        side=one.side,
        python=one.python,
        tree=one.tree,
        environ=one.environ,
        packages=one.packages,
        own=(folder / one.side,),
        elsewhere=folder / other,
        library=library,
        log=folder / f"{one.side}.log",
        cell=one.cell,
        pytest_args=configuration.benchmarks.pytest_args,
    )


def version_of(interpreter: str) -> tuple[int, ...]:
    """``CPython 3.13.0`` -> (3, 13, 0); other implementations -> (0,)."""
    name, _, version = interpreter.partition(" ")
    numbers = re.findall(r"\d+", version)
    return tuple(int(number) for number in numbers[:3]) if name == "CPython" else (0,)
