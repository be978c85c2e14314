"""The function that is worth planting into, by what the benchmarks that reach it are like."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gate.errors import MeasureError
from gate.guest.desk import COUNTED_CALLS
from gate.model import Finding, Level
from gate.proof.survey import Reach
from gate.selftests.lab import Lab, Place
from gate.selftests.plant import plantable

LEAST_ROOM_S, LITTLE_ROOM_S, ROOM_S = 0.5e-6, 10e-6, 100e-6
"""Seconds of benchmark for each call of the function: the shortest loop takes 0.1 µs, a wait 90."""
ALIKE = 4
"""How many times more than another row one may feel of a slowdown."""
BLIND = math.log1p(0.04)
"""Rows that can see no less are worth less."""
LONG_S, MOST_ROWS = 0.1, 4
"""Longer calls than this, or more rows, make each run long."""
_HARNESS = re.compile(
    r"tests?|testing|bench(es|marks?)?|perf(ormance)?|conftest\.py|(test|bench)_.*|.*_test\.py"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A function that can be planted into."""

    place: Place
    counts: Mapping[str, int]
    """By the name of each benchmark that reaches it: how often control went somewhere in it."""

    def most_calls(self, name: str) -> float:
        """At the most so many calls of the function are made by a call of the benchmark."""
        return self.counts[name] / COUNTED_CALLS


def candidates(lab: Lab, reached: Reach) -> list[Candidate]:
    """Return the plain functions of the target that benchmarks reach, in alphabetical order."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for name, functions in reached.items():
        for function, times in functions.items():
            counts.setdefault(function, {})[name] = times
    files = {where: _file_in(lab, where) for where in sorted({where for where, _ in counts})}
    known = {where: _plantable(lab.tree / file) for where, file in files.items() if file}
    return [
        Candidate(place=Place(file=file, qualname=qualname), counts=counts[where, qualname])
        for where, qualname in sorted(counts)
        if (file := files[where]) and qualname in known[where]
    ]


def ranked(found: Iterable[Candidate], untouched: Mapping[str, Finding]) -> list[Candidate]:
    """Return the candidates, the most promising first.

    That is one that some rows do not reach; whose rows take long enough for each call of it, see
    small changes, are few, and would feel it alike; and that more than one reaches.

    Args:
        found: the candidates.
        untouched: the rows of a run without a change, by name.

    Raises:
        MeasureError: if there is none with a row that was measured and is judged.
    """
    fit = {one.place: one for one in found if _rooms_s(one, untouched)}
    if not fit:
        raise MeasureError(
            "no benchmark reaches a plain function of the target that does not run at import, too",
            hint="selftest plants into such a function; is there a benchmark that calls one?",
        )
    return _varied(sorted(fit.values(), key=lambda one: _demerits(one, untouched)))


def _varied(found: Sequence[Candidate]) -> list[Candidate]:
    """Where a function slows none of its rows, try those of other rows first."""
    first: list[Candidate] = []
    later: list[Candidate] = []
    seen: set[str] = set()
    for one in found:
        (later if seen.issuperset(one.counts) else first).append(one)
        seen.update(one.counts)
    return first + later


def _demerits(one: Candidate, untouched: Mapping[str, Finding]) -> tuple[float, ...]:
    rows, rooms_s = len(one.counts), _rooms_s(one, untouched)
    blind = max(_sight(untouched.get(name)) for name in one.counts)
    return (
        rows >= len(untouched),
        # Not the same in all calls: a result that is kept, or work before they begin.
        any(count % COUNTED_CALLS for count in one.counts.values()),
        min(rooms_s) < LEAST_ROOM_S,
        blind > BLIND,
        any((row := untouched.get(name)) and (row.base or 0) > LONG_S for name in one.counts),
        min(rooms_s) < LITTLE_ROOM_S,
        rows > MOST_ROWS,
        max(rooms_s) > ALIKE * min(rooms_s),
        min(rooms_s) < ROOM_S,
        rows == 1,
        blind,
    )


def _rooms_s(one: Candidate, untouched: Mapping[str, Finding]) -> list[float]:
    """Seconds of benchmark for each call of the function, in every row that is judged."""
    return [
        row.base / one.most_calls(name)
        for name in one.counts
        if (row := untouched.get(name)) and row.base and _is_judged(row)
    ]


def _is_judged(row: Finding) -> bool:
    return row.threshold is not None and row.threshold.level is not Level.OFF


def _sight(row: Finding | None) -> float:
    known = row.smallest_detectable if row and _is_judged(row) else None
    return math.inf if known is None else known


def _file_in(lab: Lab, where: str) -> PurePosixPath | None:
    """``lib/pkg/module.py`` as it is called in the repository; tests are not the target's code."""
    root, *parts = PurePosixPath(where).parts
    if root not in {"lib", "tree"} or any(map(_HARNESS.fullmatch, parts)):
        return None
    for start in (".", "src", "lib", "python"):
        candidate = lab.project.joinpath(start, *parts)
        if candidate.is_file():
            return PurePosixPath(candidate.relative_to(lab.tree).as_posix())
    return None


def _plantable(file: Path) -> frozenset[str]:
    try:
        return plantable(file.read_bytes().decode())
    except UnicodeDecodeError:
        return frozenset()
