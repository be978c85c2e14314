"""Takes a recording: one pair of processes after the other, each kept as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random

import anyio

from gate.guest.controls import NAMES as CONTROLS
from gate.measure.lockstep import Step, walk
from gate.measure.lockstep import Walk as Came
from gate.measure.planning.rhythm import Rhythm
from gate.measure.protocol import Fate, Item
from gate.model import Side
from gate.system import machine
from study.libraries.catalogue import libraries
from study.record.recording import (
    SUFFIX,
    Facts,
    Recording,
    Take,
    Walk,
    header,
    parse,
    walk_line,
    write,
)
from study.record.stress import under
from study.record.target import STALL_S, Target, laid_out
from study.record.tasks import MOST_BENCHMARKS, SLOWEST_S, Task
from study.settings import Settings, say

LONGEST_WALK_S = 600.0


def record(tasks: Sequence[Task], settings: Settings) -> None:
    """Take the recordings that are not there yet; stop when the time is up, and lose nothing."""
    for task in tasks:
        if Path(settings.recordings, task.name + SUFFIX).exists():
            continue
        if not Path(settings.repositories, task.library).is_dir():
            say(f"{task.library} is not prepared: python study/libraries/prepare.py {task.library}")
            continue
        if settings.left_s() <= 0:
            say(f"the time is up before {task.name}")
            return
        _take(task, settings)


def _take(task: Task, settings: Settings) -> None:
    task = replace(task, walks=settings.pairs or task.walks)
    say(f"{task.name}: {task.walks} pairs")
    with laid_out(settings.repositories / task.library, task.head) as target:
        tape = _open(task, target, settings.results / "unfinished")
        with under(task.condition):
            while len(tape.walks) < task.walks and settings.left_s() > 0:
                tape.take(target)
    if len(tape.walks) < task.walks:
        say(f"{task.name}: {len(tape.walks)} of {task.walks} pairs are kept; run it again to go on")
        return
    write(
        settings.recordings / (task.name + SUFFIX),
        Recording(facts=tape.facts, walks=tuple(tape.walks)),
    )
    tape.path.unlink()


@dataclass(slots=True)
class _Tape:
    """An unfinished recording, and how each benchmark is measured."""

    facts: Facts
    path: Path
    items: Sequence[Item]
    walks: list[Walk]
    paces: dict[str, Rhythm] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    def take(self, target: Target) -> None:
        """One pair of processes walks through everything, and is written down."""
        number = len(self.walks)
        chance = Random(f"{self.facts.name} {number}")  # noqa: S311 - order and seeds, no secrets
        cores = machine.cores()
        self._take(
            target,
            Walk(
                number=number,
                began_s=time.monotonic() - self.began,
                start_s=0.0,
                seed=chance.randrange(1, 2**32),
                core=cores[number % len(cores)],
                base_first=number % 2 == 0,
                takes={},
            ),
            self._order(chance),
        )

    def _take(self, target: Target, plan: Walk, order: Sequence[str]) -> None:
        watch = _Watch()
        first, paces = plan.base_first, self.paces
        walking = partial(
            walk,
            target.catalogue.seats,
            target.catalogue.paths,
            [Step(name=name, base_first=first, pace=paces.get(name)) for name in order],
            seed=plan.seed,
            core=plan.core,
            stall_s=STALL_S,
            deadline=time.monotonic() + LONGEST_WALK_S,
            on_step=watch.step,
        )
        came = anyio.run(walking)
        watch.stop()
        takes = _takes(came, watch.seconds)
        self.paces |= {name: reading.pace for name, reading in came.readings.items()}
        self.left_out |= set(came.fates) - set(takes)
        self.left_out |= {name for name, one in takes.items() if one.seconds > 2 * SLOWEST_S}
        self._keep(replace(plan, start_s=watch.start_s, takes=takes))

    def _order(self, chance: Random) -> list[str]:
        """A new order, in which benchmarks that share fixtures follow each other."""
        lots: dict[tuple[str, ...], float] = {}

        def place(item: Item) -> tuple[float, ...]:
            prefixes = [item.group[: depth + 1] for depth in range(len(item.group))]
            return (*(lots.setdefault(one, chance.random()) for one in prefixes), chance.random())

        names = [*CONTROLS, *(item.name for item in sorted(self.items, key=place))]
        return [name for name in names if name not in self.left_out]

    def _keep(self, walk: Walk) -> None:
        self.walks.append(walk)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(walk_line(self.facts, walk) + "\n")
        say(f"{self.facts.name}: pair {walk.number + 1}, {len(walk.takes)} benchmarks")


def _takes(came: Came, seconds: Mapping[str, float]) -> dict[str, Take]:
    """What was measured of the benchmarks that passed on both sides."""
    return {
        name: Take(seconds=seconds[name], base=reading.base, head=reading.head)
        for name, reading in came.readings.items()
        if len(fates := came.fates.get(name, {})) == len(Side)
        and all(one.fate is Fate.PASSED for one in fates.values())
    }


@dataclass(slots=True)
class _Watch:
    """Attributes the time of a walk to its benchmarks, and to starting the processes."""

    since: float = field(default_factory=time.monotonic)
    start_s: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    name: str | None = None

    def step(self, name: str) -> None:
        """The next benchmark begins."""
        self.stop()
        self.name = name

    def stop(self) -> None:
        """What was going on is over."""
        now = time.monotonic()
        spent, self.since = now - self.since, now
        if self.name is None:
            self.start_s = spent
        else:
            self.seconds[self.name] = spent


def _open(task: Task, target: Target, folder: Path) -> _Tape:
    """Begin a recording, or go on with the one that was interrupted."""
    items = _some(target.catalogue.items)
    facts = _facts(task, target, items)
    path = folder / f"{task.name}.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    walks: list[Walk] = []
    if path.exists():
        found = parse(path, path.read_text(encoding="utf-8").splitlines())
        walks = list(found.walks) if found.facts.benchmarks == facts.benchmarks else []
    lines = (header(facts), *(walk_line(facts, walk) for walk in walks))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    elapsed = walks[-1].began_s if walks else 0.0
    given_up = set(facts.benchmarks) - set(walks[-1].takes) if walks else set()
    began = time.monotonic() - elapsed
    return _Tape(facts, path, items, walks, left_out=given_up, began=began)


def _some(items: Sequence[Item]) -> tuple[Item, ...]:
    step = max(1, len(items) / MOST_BENCHMARKS)
    count = min(len(items), MOST_BENCHMARKS)
    return tuple(items[int(index * step)] for index in range(count))


def _facts(task: Task, target: Target, items: Sequence[Item]) -> Facts:
    here = machine.describe(target.python)
    release = next((one.version for one in libraries() if one.name == task.library), "shipped")
    return Facts(
        library=task.library,
        version=release,
        head=task.head,
        condition=task.condition,
        machine=f"{here.cpu}, {here.cores} cores, {here.system}",
        python=here.python,
        benchmarks=(*CONTROLS, *(item.name for item in items)),
        walks=task.walks,
    )
