"""What is kept of a revision that was measured: its figures, and the machine they hold for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gate.model import Clock, Metric, Source

IMPORTED = "imported from "
"""What the image of an imported figure's machine begins with: none of ours does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The machine as far as times depend on it: figures of two fingerprints are not comparable."""

    cpu: str
    cores: int
    """Cores that the run could use, at least 1; 0 where an imported file does not say."""
    python: str
    """The target's interpreter: implementation, version and build."""
    libc: str
    """Name and version; ``none`` where there is none to be found."""
    image: str = "none"
    """Name and version of the runner's image; of what was imported, a mark that says so."""

    @property
    def is_imported(self) -> bool:
        """The figures are those of another tool, measured who knows where."""
        return self.image.startswith(IMPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What figures of one kind have in common."""

    source: Source
    metric: Metric
    unit: str
    clock: Clock | None
    """The clock that the figures are by; None where the metric is no time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One benchmark by one metric."""

    name: str
    """Full name of the benchmark (untrusted text)."""
    kind: Kind
    pairs: int
    """Processes that were measured, at least 1."""
    value: float
    """Median over the processes of the value per call, in the kind's unit; finite, >= 0."""
    spread: float | None
    """Standard deviation between the processes of the value's logarithm; None for one process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures of one kind in columns of one length: a million of them are read in a second."""

    kind: Kind
    names: tuple[str, ...]
    """Each once."""
    pairs: tuple[int, ...]
    values: tuple[float, ...]
    spreads: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The figures of one revision, on one machine, in one run."""

    revision: str
    """Full object name of the commit."""
    run: str
    """What tells this run from all others (of a runner: its number and attempt)."""
    measured_s: int
    """When it was measured: seconds since 1970, by a clock that may be wrong; >= 0."""
    committed_s: int
    """When the commit was made, by its own account: seconds since 1970, >= 0."""
    fingerprint: Fingerprint
    tables: tuple[Table, ...]

    def figures(self) -> Iterator[Figure]:
        """Yield the figures of all tables, in their order."""
        for table in self.tables:
            columns = (table.names, table.pairs, table.values, table.spreads)
            for name, pairs, value, spread in zip(*columns, strict=True):
                yield Figure(name=name, kind=table.kind, pairs=pairs, value=value, spread=spread)


def tables_of(figures: Iterable[Figure]) -> tuple[Table, ...]:
    """Return the tables that figures make, by kind and by name.

    Args:
        figures: In any order, each name at most once a kind.
    """
    kinds: dict[Kind, list[Figure]] = {}
    for figure in sorted(figures, key=lambda one: one.name):
        kinds.setdefault(figure.kind, []).append(figure)
    return tuple(_table(kind, kinds[kind]) for kind in sorted(kinds, key=_place))


def _table(kind: Kind, figures: list[Figure]) -> Table:
    return Table(
        kind=kind,
        names=tuple(one.name for one in figures),
        pairs=tuple(one.pairs for one in figures),
        values=tuple(one.value for one in figures),
        spreads=tuple(one.spread for one in figures),
    )


def _place(kind: Kind) -> tuple[str, ...]:
    return (kind.source, kind.metric, kind.unit, kind.clock or "")
