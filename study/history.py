"""How well shifts are found in a history, record by record: found, false, delay; by simulation.

    python -m study.history                     our own figures: some minutes
    python -m study.history --otava PYTHON      beside those of apache-otava, which PYTHON has

Each series has 150 records on one level, or with one shift after 50 to 100 of them. Records come
one after the other, and what each of them shows as news counts once: as found, if it is the shift,
within ten records of its place and in its direction; else as false. Otava gets each series whole.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles

from gate.history.drift import drift
from gate.history.shifts import Cut, cut, shifts, unseen

RECORDS = 150
NEAR = 10
"""Records by which a place may be missed."""
SPREADS = (0.005, 0.01, 0.02)
SIZES = (0.02, 0.05, 0.10)
_OTAVA = """
import json, sys
from otava.analysis import compute_change_points
for line in sys.stdin:
    found, _ = compute_change_points(json.loads(line), window_len=50, max_pvalue=0.001)
    sizes = [(int(one.index), float(one.stats.mean_2 - one.stats.mean_1)) for one in found]
    print(json.dumps(sizes))
"""
"""Its own defaults, but for the window and the level, which are those of its command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How records vary around their level."""

    name: str
    memory: float = 0.0
    """Correlation of neighbours."""
    outliers: float = 0.0
    """Share of records that are 5 to 15 standard deviations too slow."""


KINDS = (
    Kind(name="independent"),
    Kind(name="outliers", outliers=0.03),
    Kind(name="memory", memory=0.5),
    Kind(name="both", memory=0.5, outliers=0.03),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Series of one sort."""

    kind: Kind
    sd: float
    """Of one record, log ratio."""
    size: float = 0.0
    """Of the shift, as a share: 0.05 is 5 % more or less; 0 for none."""
    trend: float = 0.0
    """How far the level moves evenly over the last 100 records, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A shift that is told, or that there is."""

    last: int
    """The record that shows it."""
    index: int
    """Its place."""
    sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A series with its truth."""

    values: list[float]
    truth: Told


@dataclass(slots=True, kw_only=True)
class Score:
    """Series added up."""

    series: int = 0
    found: int = 0
    false: int = 0
    delays: list[int] = field(default_factory=list)
    """Records of the new level that it took."""

    def add(self, said: Sequence[Told], truth: Told | None) -> None:
        """Count what was told of one series."""
        right = [one for one in said if truth is not None and _is(one, truth)]
        self.series += 1
        self.found += bool(right)
        self.false += len(said) - bool(right)
        if right and truth is not None:
            self.delays.append(right[0].last - truth.index + 1)

    def share(self) -> str:
        """Series in which the shift was found."""
        return f"{self.found / self.series:4.0%}"

    def wrong(self) -> str:
        """False ones in a thousand records."""
        return f"{1000 * self.false / (self.series * RECORDS):5.2f}"

    def delay(self) -> str:
        """Median, and the ninth decile."""
        if len(self.delays) < 2:  # noqa: PLR2004 - quantiles need two
            return "-"
        return f"{median(self.delays):.0f}, {quantiles(self.delays, n=10)[-1]:.0f}"


def draw(rng: Random, case: Case) -> Drawn:
    """Return a series of one sort."""
    place, sign = rng.randrange(RECORDS // 3, 2 * RECORDS // 3), rng.choice((-1, 1))
    state, values = rng.gauss(0, 1), []
    for index in range(RECORDS):
        wild = rng.uniform(5, 15) if rng.random() < case.kind.outliers else 0.0
        level = math.log1p(case.size) if index >= place else 0.0
        level += math.log1p(case.trend) * max(0, index - RECORDS + 100) / 100
        values.append(1e-3 * math.exp(sign * level + case.sd * (state + wild)))
        fresh = math.sqrt(1 - case.kind.memory**2) * rng.gauss(0, 1)
        state = case.kind.memory * state + fresh
    return Drawn(values=values, truth=Told(last=place, index=place, sign=sign))


def told(values: Sequence[float]) -> Iterator[Told]:
    """Yield what each record shows for the first time."""
    before = cut(values[:1])
    for last in range(1, len(values)):
        after = cut(values[: last + 1])
        for index in unseen(after, before):
            yield Told(last=last, index=index, sign=_sign(after, index))
        before = after


def _sign(found: Cut, index: int) -> int:
    (size,) = (one.change.point for one in shifts(found) if one.index == index)
    return 1 if size > 0 else -1


def _is(one: Told, truth: Told) -> bool:
    return abs(one.index - truth.index) <= NEAR and one.sign == truth.sign


def drawn(case: Case, count: int) -> list[Drawn]:
    """Return the series of a case, always the same ones."""
    rng = Random(f"{case}")  # noqa: S311 - chance to be repeated, no secrets
    return [draw(rng, case) for _ in range(count)]


def ours(case: Case, count: int) -> Score:
    """Return how the series of a case end, record by record."""
    total = Score()
    for one in drawn(case, count):
        total.add([*told(one.values)], one.truth if case.size else None)
    return total


def otava(python: Path, case: Case, count: int) -> Score:
    """Return what Otava finds in the same series, each given to it whole."""
    total, series = Score(), drawn(case, count)
    for one, said in zip(series, found_by_otava(python, series), strict=True):
        total.add(said, one.truth if case.size else None)
    return total


def found_by_otava(python: Path, series: Sequence[Drawn]) -> Iterator[list[Told]]:
    """Yield what Otava finds in each series."""
    done = subprocess.run(
        [str(python), "-c", _OTAVA],
        input="".join(f"{json.dumps(one.values)}\n" for one in series),
        capture_output=True,
        text=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        yield [
            Told(last=RECORDS - 1, index=index, sign=1 if size > 0 else -1)
            for index, size in json.loads(line)
        ]


def recorded(python: Path) -> Iterator[str]:
    """Yield lines of JSON for the tests: a series, its truth, and what Otava finds."""
    for kind in KINDS[:2]:
        for sd, size in ((0.005, 0.0), (0.005, 0.02), (0.01, 0.05), (0.02, 0.1)):
            one = drawn(Case(kind=kind, sd=sd, size=size), 1)[0]
            values = [float(f"{value:.5g}") for value in one.values]
            (said,) = found_by_otava(python, [Drawn(values=values, truth=one.truth)])
            truth = one.truth.index if size else None
            found = [shift.index for shift in said]
            yield json.dumps({"kind": kind.name, "truth": truth, "otava": found, "values": values})


def drifts(case: Case, count: int) -> tuple[int, int]:
    """Return in how many series drift was told at all, and in how many drift or a shift was."""
    shown = either = 0
    for one in drawn(case, count):
        found = cut(one.values)
        moved = drift(found, shifts(found), RECORDS - 100)
        is_shown = moved is not None and moved.shown_by is not None
        shown += is_shown
        either += is_shown or len(found.edges) > 2  # noqa: PLR2004 - more than one level
    return shown, either


def table(count: int, python: Path | None) -> Iterator[str]:
    """Yield the lines of the table of shifts."""
    beside = " | Otava: found | false" if python else ""
    line = "|---" * (6 + 2 * bool(python)) + "|"
    yield f"| noise | sd | shift | found | false | delay: median, 90 %{beside} |\n{line}"
    for case in _cases():
        us, them = ours(case, count), otava(python, case, count) if python else None
        cells = [case.kind.name, f"{case.sd:.1%}", f"{case.size:.0%}" if case.size else "none"]
        for one in filter(None, (us, them)):
            cells += [one.share() if case.size else "", one.wrong()]
            cells += [one.delay()] if one is us else []
        yield f"| {' | '.join(cells)} |"


def drift_table(count: int) -> Iterator[str]:
    """Yield the lines of the table of drifts."""
    yield "| noise | sd | evenly over 100 records | drift told | drift or shifts |"
    yield "|---" * 5 + "|"
    for kind in KINDS:
        for trend in (0.0, 0.02, 0.03, 0.05):
            shown, either = drifts(Case(kind=kind, sd=0.01, trend=trend), count)
            shares = f"{shown / count:.1%} | {either / count:.1%}"
            yield f"| {kind.name} | 1.0% | {trend:.0%} | {shares} |"


def _cases() -> Iterable[Case]:
    return (
        Case(kind=kind, sd=sd, size=size)
        for kind in KINDS
        for sd in (SPREADS if not kind.memory else SPREADS[1:2])
        for size in (0.0, *SIZES)
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=int, default=60, metavar="N", help="of each sort")
    parser.add_argument("--otava", type=Path, metavar="PYTHON", help="with apache-otava")
    parser.add_argument("--record", action="store_true", help="only the lines that the tests read")
    arguments = parser.parse_args(argv)
    if arguments.record:
        print("\n".join(recorded(arguments.otava)))
        return
    for line in table(arguments.series, arguments.otava):
        print(line, flush=True)
    print()
    for line in drift_table(10 * arguments.series):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
