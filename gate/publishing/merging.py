"""The parts of a matrix become one Result: the same one, in whatever order they came. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from statistics import median

from gate.model import (
    WHOLE,
    Finding,
    Judgement,
    Machine,
    Noise,
    Result,
    Revisions,
    Seconds,
    Strain,
)
from gate.publishing.parts import Arrived, Matrix, matrix_of
from gate.publishing.verdicts import verdict_of
from gate.report.documents import notices

_NOBODY = Machine(cpu="unknown", cores=0, memory_bytes=0, system="unknown", python="unknown")
_NO_NOISE = Noise(floor=0.0, false_failure=0.0, smallest_detectable=None)


def merge(arrived: Arrived, *, expected: int | None = None) -> Result:
    """Return one Result of all parts.

    Merging is idempotent and does not depend on the order; of one part that is all there is,
    the result is that part. A part that is missing is named, and nothing passes without it.

    Args:
        arrived: Results that agree on the head that was judged.
        expected: How many parts there must be; None: nobody says.
    """
    matrix = matrix_of(arrived, expected)
    parts = list(matrix.parts.values())
    kind, status, reason = verdict_of(matrix)
    rows = tuple(_rows(matrix))
    judgement = Judgement(
        findings=rows,
        verdict=kind,
        reason=reason,
        exit_status=int(status),
        noise=_noise([part.judgement.noise for part in parts], rows),
    )
    told = [notice for part in parts for notice in notices(part)]
    gone = [f"missing: {what}" for what in matrix.missing]
    return Result(
        revisions=_revisions(parts),
        judgement=judgement,
        machine=_machine([part.machine for part in parts]),
        seconds=_seconds([part.seconds for part in parts]),
        differences=tuple(dict.fromkeys(_differences(matrix))),
        notices=tuple(dict.fromkeys((*gone, *matrix.notices, *_bases(parts), *told))),
        log=tuple(line for part in parts for line in part.log),
        part=parts[0].part if len(parts) == 1 and not matrix.missing else WHOLE,
    )


def _rows(matrix: Matrix) -> Iterable[Finding]:
    labels = matrix.cell_labels
    for place, part in matrix.parts.items():
        for row in part.judgement.findings:
            yield _named(row, labels[place])


def _named(row: Finding, label: str) -> Finding:
    if not label:
        return row
    benchmark = replace(row.benchmark, name=f"{row.benchmark.name} [{label}]")
    return replace(row, benchmark=benchmark)


def _differences(matrix: Matrix) -> Iterable[str]:
    labels = matrix.cell_labels
    for place, part in matrix.parts.items():
        label = f" [{labels[place]}]" if labels[place] else ""
        yield from (f"{line}{label}" for line in part.differences)


def _revisions(parts: Sequence[Result]) -> Revisions | None:
    return next((part.revisions for part in parts if part.revisions), None)


def _bases(parts: Sequence[Result]) -> list[str]:
    bases = {part.revisions.base.commit for part in parts if part.revisions}
    return ["the jobs compared with different base revisions"] if len(bases) > 1 else []


def _noise(noises: Sequence[Noise], rows: Sequence[Finding]) -> Noise:
    """The worst of each; chances of a false failure add up."""
    if len(noises) <= 1:
        return noises[0] if noises else _NO_NOISE
    seen = [row.smallest_detectable for row in rows if row.smallest_detectable]
    return Noise(
        floor=max(one.floor for one in noises),
        false_failure=min(1.0, sum(one.false_failure for one in noises)),
        smallest_detectable=median(seen) if seen else None,
        controls=sum(one.controls for one in noises),
        blind=next((one.blind for one in noises if one.blind), ""),
        strain=_strain([one.strain for one in noises]),
    )


def _strain(strains: Sequence[Strain]) -> Strain:
    def worst(name: str) -> float | None:
        known = [getattr(one, name) for one in strains if getattr(one, name) is not None]
        return max(known, default=None)

    return Strain(**{field.name: worst(field.name) for field in fields(Strain)})


def _machine(machines: Sequence[Machine]) -> Machine:
    if not machines:
        return _NOBODY
    return Machine(
        cpu=_listed(machines, lambda one: one.cpu),
        cores=min(one.cores for one in machines),
        memory_bytes=min(one.memory_bytes for one in machines),
        system=_listed(machines, lambda one: one.system),
        python=_listed(machines, lambda one: one.python),
    )


def _listed(machines: Sequence[Machine], what: Callable[[Machine], str]) -> str:
    return ", ".join(dict.fromkeys(map(what, machines)))


def _seconds(all_of_them: Sequence[Seconds]) -> Seconds:
    return Seconds(
        install=sum(one.install for one in all_of_them),
        measure=sum(one.measure for one in all_of_them),
        total=sum(one.total for one in all_of_them),
    )
