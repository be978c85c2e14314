"""Results that were made elsewhere and merged: of a fork, and of a matrix."""

from __future__ import annotations

from dataclasses import replace

from gate.model import Machine, Part, Result, Revision, Revisions
from gate.publishing.merging import merge
from gate.publishing.parts import Arrived, Unusable
from gate.report.documents import dumps, loads
from tests.golden.results import BASE, CASES, MACHINE


def _of(case: str, python: str, index: int = 1) -> Result:
    machine: Machine = replace(MACHINE, python=f"CPython {python}.3")
    part = Part(python=python, index=index, count=2)
    return loads(dumps(replace(CASES[case], machine=machine, part=part)))


_FORK = Revision(commit="a1" * 20, label="refs/pull/13/head of <b>@octocat</b>")

ARRIVED: dict[str, Result] = {
    "fork": merge(
        Arrived(
            results=(
                loads(
                    dumps(replace(CASES["regression"], revisions=Revisions(base=BASE, head=_FORK)))
                ),
            )
        )
    ),
    "missing_shard": merge(
        Arrived(
            results=(
                _of("regression", "3.12"),
                _of("all_well", "3.13", 1),
                _of("improvement", "3.13", 2),
            )
        )
    ),
    "unusable_shard": merge(
        Arrived(
            results=(_of("all_well", "3.12"), _of("improvement", "3.12", 2)),
            unusable=(Unusable(origin="perf-gate-<3.13>", reason="it is not JSON"),),
        )
    ),
}
