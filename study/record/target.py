"""A prepared library with both sides installed and their benchmarks collected, ready to walk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gate.config.schema import Harness
from gate.environments.environments import prepare
from gate.job import Job
from gate.measure.gathering.collection import Catalogue, Request, gather
from gate.model import Side
from gate.pipe.rules import rules_for
from gate.pipe.sides import export_both, seats_of, spec_of
from gate.revisions import clone, settle
from gate.system.folders import Workspace, cache_folder
from study.settings import say

STALL_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What can be walked through."""

    catalogue: Catalogue
    python: str
    """The target's interpreter: implementation and version."""


@contextmanager
def laid_out(repository: Path, head: str) -> Iterator[Target]:
    """Install ``base`` and ``head`` side by side; nothing of it is left on return.

    Args:
        repository: A prepared library.
        head: The tag of the head side; ``base`` for the same code on both sides.

    Raises:
        GateError: if a side cannot be installed, or there is nothing to measure.
    """
    job = Job(repository=repository, out=repository, base="base", head=head)
    with Workspace(None) as folder, _both(job, folder) as target:
        yield target


@contextmanager
def _both(job: Job, folder: Path) -> Iterator[Target]:
    source = clone(job.repository, folder / "git")
    revisions, _ = settle(job, source)
    configuration = rules_for(job, source, revisions).configuration
    exports = export_both(job, source, revisions, folder)
    with prepare(
        {side: exports[side].project for side in Side},
        spec_of(job, configuration),
        folder=folder,
        cache=cache_folder(os.environ, otherwise=folder),
        version=None,
        report=say,
    ) as environments:
        saved = folder / "saved"
        saved.mkdir()
        request = Request(
            paths=tuple(str(path) for path in configuration.benchmarks.paths),
            harness=Side.HEAD if configuration.benchmarks.harness is Harness.HEAD else Side.BASE,
            stall_s=STALL_S,
        )
        seats = seats_of(environments, configuration, folder)
        catalogue = gather(seats, request, saved=saved)
        yield Target(catalogue=catalogue, python=environments.base.interpreter)
