"""Records for tests, drawn as numbers."""

from __future__ import annotations

from gate.baseline.record import Figure, Fingerprint, Kind, Record, tables_of
from gate.model import Clock, Metric, Source

MACHINE = Fingerprint(
    cpu="AMD EPYC 7763 64-Core Processor", cores=4, python="CPython 3.12.3", libc="glibc 2.39"
)
TIME = Kind(source=Source.PYTEST, metric=Metric.TIME, unit="s", clock=Clock.CPU)


def figure(name: str, value: float = 1e-3, kind: Kind = TIME) -> Figure:
    """A figure of five pairs."""
    return Figure(name=name, kind=kind, pairs=5, value=value, spread=0.01)


def record(
    number: int = 1,
    *figures: Figure,
    measured_s: int = 1_750_000_000,
    machine: Fingerprint = MACHINE,
) -> Record:
    """The record of a revision and a run that are numbers."""
    return Record(
        revision=f"{number:040x}",
        run=f"{number}-1",
        measured_s=measured_s,
        committed_s=measured_s - 60,
        fingerprint=machine,
        tables=tables_of(figures or (figure("test_a"), figure("test_b", 2e-3))),
    )
