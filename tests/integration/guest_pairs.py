"""Two sides of a suite from ``suites/``, run by the interpreter of these tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio

from gate.isolation import Policy
from gate.measure import guests, lockstep
from gate.measure.gathering.collection import Catalogue, Request, gather
from gate.measure.guests import Seat
from gate.measure.lockstep import Reading, Step
from gate.measure.protocol import Finished
from gate.model import Side
from tests.integration.cells import cell_of

SUITES = Path(__file__).parent / "suites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Seats for both sides, and all that a test wants to know of a walk over everything."""

    seats: dict[Side, Seat]
    folder: Path

    def tree(self, side: Side) -> Path:
        return self.seats[side].tree

    def gather(self, *paths: str, harness: Side = Side.HEAD, stall_s: float = 30) -> Catalogue:
        saved = self.folder / "saved"
        saved.mkdir()
        request = Request(paths=paths, harness=harness, stall_s=stall_s)
        return gather(self.seats, request, saved=saved)


def lay_table(folder: Path, suite: str, packages: Sequence[str] = ()) -> Table:
    """Copy a suite to both sides."""
    library = guests.lay_out(folder / "library")
    for side in Side:
        shutil.copytree(SUITES / suite, folder / side / "tree")
    return Table(
        folder=folder, seats={side: _seat(folder, side, packages, library) for side in Side}
    )


def unconfined(table: Table) -> Table:
    """Let both sides reach everything, as on a machine that isolates nothing."""
    seats = {
        side: replace(seat, cell=replace(seat.cell, policy=Policy()))
        for side, seat in table.seats.items()
    }
    return replace(table, seats=seats)


def _seat(folder: Path, side: Side, packages: Sequence[str], library: Path) -> Seat:
    other = Side.HEAD if side is Side.BASE else Side.BASE
    return Seat(
        side=side,
        python=Path(sys.executable),
        tree=folder / side / "tree",
        environ={"PATH": os.environ["PATH"], "HOME": str(folder)},
        packages=tuple(packages),
        own=(folder / side,),
        elsewhere=folder / other,
        library=library,
        log=folder / f"{side}.log",
        cell=cell_of(folder, side, Path(sys.executable)),
    )


def walk_all(
    catalogue: Catalogue, *, stall_s: float = 30
) -> tuple[dict[str, Reading], dict[str, dict[Side, Finished]]]:
    """Walk until nothing is left, starting anew when a guest is lost."""
    steps: tuple[Step, ...] = tuple(
        Step(name=item.name, base_first=True, pace=None) for item in catalogue.items
    )
    readings, fates = {}, {}
    while steps:
        walking = partial(
            lockstep.walk,
            catalogue.seats,
            catalogue.paths,
            steps,
            seed=1,
            core=None,
            stall_s=stall_s,
            on_step=lambda _: None,
        )
        walk = anyio.run(walking)
        readings.update(walk.readings)
        fates.update(walk.fates)
        steps = walk.left
    return readings, fates
