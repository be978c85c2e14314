"""When the bundled suite runs, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate.config.schema import Suite as Settings
from gate.config.thresholds import matches
from gate.errors import MeasureError
from gate.job import Job
from gate.judge.rows.exact import Counted, Weight
from gate.measure.gathering.collection import Catalogue, Request, gather
from gate.measure.guests import Seat
from gate.model import Ailment, Failure, Metric, Side
from gate.pipe.bundled.layout import PACKAGE, lay_out
from gate.pipe.bundled.names import ROWS, benchmark, public
from gate.pipe.bundled.probe import Probe, probe
from gate.suite.cases import FACTS, FILE, PREFIX, SPECIFICATION, TREE, Row, Variant

OLDEST_PYTHON = (3, 11)
MOST_OF_BUDGET = 1 / 2
"""What the suite gets at the most where the target has benchmarks of its own."""
EXECUTOR = PREFIX + "executor"
"""The row that stands for the suite where an executor cannot be put through it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What this run wants of the suite."""

    names: tuple[str, ...]
    """Public names of rows and figures, at least one."""
    executor: str | None
    """``module:factory`` of the target's own; None: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """The suite, ready to be measured on both sides, or why not."""

    catalogue: Catalogue
    counted: tuple[Counted, ...] = ()

    def share(self, others: int) -> float:
        """Of the budget, beside so many other benchmarks that are measured."""
        mine = len(self.catalogue.items)
        return min(MOST_OF_BUDGET, mine / (mine + others)) if others and mine else float(mine > 0)


def asked(job: Job, settings: Settings) -> Asked | None:
    """Return what is wanted of the suite; None: nothing.

    Without an executor of the target there is nothing in it that a change could touch, so it is
    measured only where ``--only`` names it.
    """
    if not settings.run:
        return None
    usual = [row.name for row in ROWS.values() if _is_usual(row)]
    facts = [fact.name for fact in FACTS]
    if job.only:
        names = _only(job.only, settings.executor)
    else:
        names = usual + facts if settings.executor else []
    mine = _shard(job.shard, names)
    return Asked(names=tuple(mine), executor=settings.executor) if mine else None


def asks_for_nothing_else(job: Job) -> bool:
    """Whether the target's own benchmarks are left out."""
    return bool(job.only) and all(pattern.startswith(PREFIX) for pattern in job.only)


def prepared(
    what: Asked,
    seats: Mapping[Side, Seat],
    *,
    python: tuple[int, ...],
    folder: Path,
    stall_s: float,
) -> Bundled:
    """Lay the suite out, probe both sides, and collect what is asked for.

    Args:
        what: Rows and figures.
        seats: Where the guests of the target sit.
        python: Version of its interpreter.
        folder: Of this run.
        stall_s: Seconds of silence after which a guest hangs.

    Raises:
        MeasureError: if neither side has an executor that can be put through the suite.
    """
    if python < OLDEST_PYTHON:
        raise MeasureError(
            "the bundled suite needs CPython 3.11 or later in the target's environment",
            hint="set target.python, or suite.run: false",
        )
    tree = lay_out(folder / "suite")
    seated = {side: _seat(seat, tree, what.executor, folder) for side, seat in seats.items()}
    probes = probe(seated)
    if any(one.lacks for one in probes.values()):
        return Bundled(catalogue=_stopped(seated, probes, what))
    found = gather(seated, Request(paths=(_FILE,), stall_s=stall_s), saved=folder / "nothing")
    return Bundled(catalogue=_wanted(found, what), counted=tuple(_counted(probes, what)))


def _is_usual(row: Row) -> bool:
    return row.variant is Variant.SUBJECT and not row.case.is_dear


_FILE = f"{PACKAGE}/{FILE}"


def _only(patterns: tuple[str, ...], executor: str | None) -> list[str]:
    """Names that a pattern means; where there is no executor, only patterns for the suite count.

    What is dear has to be meant by more than "everything".
    """
    meant = [one for one in patterns if executor or one.startswith(PREFIX)]
    special = [one for one in meant if one.partition("*")[0] not in {"", PREFIX}]
    rows = [(row.name, special if row.case.is_dear else meant) for row in ROWS.values()]
    facts = [(fact.name, meant) for fact in FACTS]
    return [name for name, among in (*rows, *facts) if any(matches(one, name) for one in among)]


def _shard(shard: tuple[int, int] | None, names: list[str]) -> list[str]:
    if shard is None:
        return names
    index, count = shard
    return sorted(names)[index - 1 :: count]


def _seat(seat: Seat, tree: Path, executor: str | None, folder: Path) -> Seat:
    """The same environment with another tree and none of the target's options."""
    return replace(
        seat,
        tree=tree,
        environ={**seat.environ, SPECIFICATION: executor or "", TREE: str(seat.tree)},
        log=folder / f"{seat.side}-suite.log",
        pytest_args=(),
    )


def _wanted(found: Catalogue, what: Asked) -> Catalogue:
    """What is asked for of what was collected.

    Raises:
        MeasureError: if a row that is asked for was collected on neither side.
    """
    items = tuple(item for item in found.items if public(item.name) in what.names)
    failures = tuple(f for f in found.failures if public(f.benchmark.name) in what.names)
    known = {public(item.name) for item in items} | {public(f.benchmark.name) for f in failures}
    facts = {fact.name for fact in FACTS}
    if lost := [name for name in what.names if name not in known | facts]:
        why = f": {found.notices[0]}" if found.notices else ""
        raise MeasureError(
            f"{lost[0]} could not be collected in the target's environment{why}",
            hint="which pytest plugins and versions are installed there?",
        )
    return replace(found, items=items, failures=failures, own=frozenset(ROWS))


def _stopped(seats: Mapping[Side, Seat], probes: Mapping[Side, Probe], what: Asked) -> Catalogue:
    """What is said where a side has no executor that could be measured.

    Raises:
        MeasureError: if neither has one: nobody may take that for a pass.
    """
    name = f"suite.executor {what.executor}" if what.executor else "the bundled executor"
    said = [f"{name} on {side}: {'; '.join(probes[side].lacks)}" for side in _lacking(probes)]
    if len(said) == len(Side):
        raise MeasureError(
            f"{name} cannot be put through the suite; {_both(probes)}",
            hint="docs/executor.md says what the suite expects of an executor",
        )
    return Catalogue(
        seats=seats,
        paths=(),
        items=(),
        own=frozenset(),
        failures=(Failure(benchmark=benchmark(EXECUTOR), ailment=_ailment(probes)),),
        notices=tuple(said),
    )


def _lacking(probes: Mapping[Side, Probe]) -> list[Side]:
    return [side for side in Side if probes[side].lacks]


def _both(probes: Mapping[Side, Probe]) -> str:
    base, head = ("; ".join(probes[side].lacks) for side in Side)
    return f"on both sides: {base}" if base == head else f"on base: {base}; on head: {head}"


def _ailment(probes: Mapping[Side, Probe]) -> Ailment:
    if probes[Side.HEAD].lacks:
        return Ailment.BROKEN_ON_HEAD
    return Ailment.NEW if probes[Side.BASE].absent else Ailment.BROKEN_ON_BASE


def _counted(probes: Mapping[Side, Probe], what: Asked) -> list[Counted]:
    base, head = probes[Side.BASE].facts, probes[Side.HEAD].facts
    return [
        Counted(
            benchmark=benchmark(fact.name),
            metric=Metric(fact.metric),
            unit=fact.unit,
            base=base[fact.name],
            head=head[fact.name],
            weight=Weight(fact.weight),
        )
        for fact in FACTS
        if fact.name in what.names
    ]
