"""Cells for guests of these tests, as closed as this machine can make them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gate.isolation import Cell, Policy, furnish, installation, probe_level, reaching
from gate.model import Side


@cache
def _policy(folder: Path, python: Path) -> Policy:
    return probe_level([reaching(python, [folder])])


def cell_of(folder: Path, side: Side, python: Path) -> Cell:
    """Hand the folder of a side over, and return its cell."""
    policy = _policy(folder, python)
    home = furnish(policy, side, folder / side)
    return Cell(side=side, home=home, policy=policy, readable=installation(python))
