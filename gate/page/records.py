"""Records of a store as series that can be compared, and what they know of a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

from gate.baseline.entries import digest
from gate.baseline.record import Fingerprint, Kind, Record
from gate.history.look import look
from gate.history.series import Point, Series
from gate.model import Machine
from gate.page.rows import Histories


@dataclass(slots=True, kw_only=True)
class _Runs:
    """What was measured of one revision for one series."""

    committed_s: int
    measured_s: int
    values: list[float] = field(default_factory=list)


_Key = tuple[str, Kind, Fingerprint]


def past_of(records: Iterable[Record], machine: Machine) -> Histories:
    """Return the history of all benchmarks on the machine that measured a result.

    A result that does not say its fingerprint (an older one, or of another tool) may be of several
    machines that have its processor, cores and interpreter: the one recorded last is taken.

    Args:
        records: In any order.
        machine: Of the result.
    """
    alike = [one for one in records if _is_like(one.fingerprint, machine)]
    if not alike:
        return {}
    last = max(alike, key=lambda one: one.measured_s).fingerprint
    shown = map(look, series_of(one for one in alike if one.fingerprint == last))
    return {(one.series.name, one.series.metric): one for one in shown}


def _is_like(one: Fingerprint, machine: Machine) -> bool:
    if machine.fingerprint:
        return digest(one) == machine.fingerprint
    python = f"{one.python} ".startswith(f"{machine.python} ")
    return python and (one.cpu, one.cores) == (machine.cpu, machine.cores)


def series_of(records: Iterable[Record]) -> Iterator[Series]:
    """Yield what may be compared, by the time of the commits.

    Of a revision that was measured several times the median counts. Values that are 0 have no
    place on a scale of ratios, and are left out.
    """
    found: dict[_Key, dict[str, _Runs]] = {}
    for record in records:
        _sort_in(record, found)
    for (name, kind, machine), runs in found.items():
        yield Series(
            name=name,
            metric=kind.metric,
            unit=kind.unit,
            clock=kind.clock,
            machine=digest(machine),
            points=_points(runs),
        )


def described(machine: Fingerprint) -> str:
    """Return a machine in one line."""
    image = "" if machine.image == "none" else f", {machine.image}"
    return f"{machine.cpu}, {machine.cores} cores, {machine.python}, {machine.libc}{image}"


def _sort_in(record: Record, found: dict[_Key, dict[str, _Runs]]) -> None:
    for table in record.tables:
        for name, value in zip(table.names, table.values, strict=True):
            if value <= 0:
                continue
            runs = found.setdefault((name, table.kind, record.fingerprint), {})
            run = runs.setdefault(
                record.revision,
                _Runs(committed_s=record.committed_s, measured_s=record.measured_s),
            )
            run.measured_s = max(run.measured_s, record.measured_s)
            run.values.append(value)


def _points(runs: dict[str, _Runs]) -> tuple[Point, ...]:
    ordered = sorted(runs.items(), key=lambda one: (one[1].committed_s, one[1].measured_s, one[0]))
    return tuple(
        Point(
            revision=revision,
            committed_s=run.committed_s,
            measured_s=run.measured_s,
            value=median(run.values),
        )
        for revision, run in ordered
    )
