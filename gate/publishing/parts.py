"""Which part of a matrix a result is: sorted, each part once, what is missing named. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gate.errors import ExitStatus
from gate.model import Result
from gate.report.documents import dumps
from gate.text import visible

WORST_FIRST = (
    ExitStatus.INTERRUPTED,
    ExitStatus.DEFECT,
    ExitStatus.USAGE,
    ExitStatus.INSTALL,
    ExitStatus.REGRESSED,
    ExitStatus.NOTHING_MEASURED,
    ExitStatus.INCONCLUSIVE,
    ExitStatus.PASS,
)
"""Exit statuses in the order in which they win where several apply."""

MOST_NAMED = 20
"""Missing shards that are named; the rest is counted."""
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What the shards of one job of a matrix have in common."""

    folder: str
    python: str
    count: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a result belongs; its order is the order of all that is merged."""

    cell: Cell
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """What came, but is no result that can be used."""

    origin: str
    """Name of the file or artifact (untrusted text)."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Everything that came, in any order, some of it perhaps twice."""

    results: tuple[Result, ...] = ()
    unusable: tuple[Unusable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Every part once, in an order that does not depend on how they came."""

    parts: Mapping[Place, Result]
    missing: tuple[str, ...] = ()
    """What should be there and is not, each in a few words."""
    notices: tuple[str, ...] = ()

    @property
    def labels(self) -> Mapping[Place, str]:
        """What tells the parts apart; empty where there is only one."""
        places = list(self.parts)
        return {place: _label(place, places) for place in places}

    @property
    def cell_labels(self) -> Mapping[Place, str]:
        """The same without the shard: the same benchmark has several rows where cells differ."""
        places = list(self.parts)
        return {place: _cell_label(place.cell, places) for place in places}


def matrix_of(arrived: Arrived, expected: int | None) -> Matrix:
    """Sort what came.

    Args:
        arrived: Results that agree on what was judged.
        expected: How many parts there must be; None: nobody says.
    """
    found: dict[Place, Result] = {}
    notices = []
    for result in arrived.results:
        place = _place(result)
        if place in found and dumps(found[place]) != dumps(result):
            notices.append("there are two different results of one part: the worse one counts")
        found[place] = max(found.get(place, result), result, key=_weight)
    parts = {place: found[place] for place in sorted(found)}
    missing = _missing(list(parts), arrived.unusable, expected)
    return Matrix(parts=parts, missing=missing, notices=tuple(dict.fromkeys(notices)))


def severity(status: int) -> int:
    """Return how bad an exit status is: 0 is a pass."""
    return len(WORST_FIRST) - 1 - WORST_FIRST.index(ExitStatus(status))


def _place(result: Result) -> Place:
    part = result.part
    python = part.python or _minor(result.machine.python)
    cell = Cell(folder=part.folder, python=python, count=part.count)
    return Place(cell=cell, index=part.index)


def _minor(python: str) -> str:
    """``CPython 3.12.3`` -> ``CPython 3.12``."""
    name, _, version = python.partition(" ")
    return f"{name} {'.'.join(version.split('.')[:2])}".strip()


def _weight(result: Result) -> tuple[int, str]:
    return severity(result.judgement.exit_status), dumps(result)


def _missing(
    places: list[Place], unusable: Iterable[Unusable], expected: int | None
) -> tuple[str, ...]:
    bad = [f"{visible(one.origin)} ({one.reason})" for one in unusable]
    named = [
        _label(place, [*places, place])
        for cell in dict.fromkeys(place.cell for place in places if _is_known(place.cell))
        for place in (Place(cell, index) for index in range(1, cell.count + 1))
        if place not in places
    ]
    unnamed = (expected or 0) - len(places) - len(named) - len(bad)
    if len(named) > MOST_NAMED:
        named[MOST_NAMED:] = [f"{len(named) - MOST_NAMED} shards more"]
    rest = [f"{unnamed} of {expected} results"] if unnamed > 0 else []
    return (*bad, *named, *rest)


def _is_known(cell: Cell) -> bool:
    """A part that failed before it knew its interpreter says nothing about others."""
    return cell.python != _UNKNOWN


def _label(place: Place, places: list[Place]) -> str:
    shard = f"shard {place.index}/{place.cell.count}" if place.cell.count > 1 else ""
    return ", ".join(filter(None, (_cell_label(place.cell, places), shard)))


def _cell_label(cell: Cell, places: list[Place]) -> str:
    """Only what differs is said."""
    folders = {place.cell.folder for place in places}
    pythons = {place.cell.python for place in places}
    folder = visible(cell.folder) or "top" if len(folders) > 1 else ""
    python = visible(cell.python) if len(pythons) > 1 else ""
    return ", ".join(filter(None, (folder, python)))
