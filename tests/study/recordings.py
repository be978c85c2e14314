"""Recordings for the tests: a small real one, and such as are made of numbers."""

from __future__ import annotations

from pathlib import Path

from gate.model import Slice
from study.record.recording import Facts, Recording, Take, Walk
from tests.samples import chance

SMALL = Path(__file__).parent / "tomlkit-base-quiet.jsonl.xz"
"""Forty pairs of a library's four benchmarks, and of the controls, without a change."""


def made(names: tuple[str, ...] = ("a", "b"), walks: int = 12, wait: float = 0.0) -> Recording:
    """A recording of benchmarks that differ by 1 % between pairs, and wait a share of the time."""
    facts = Facts(
        library="made",
        version="1.0",
        head="base",
        condition="quiet",
        machine="none",
        python="CPython 3.13.0",
        benchmarks=names,
        walks=walks,
    )
    return Recording(facts=facts, walks=tuple(_walk(names, n, wait) for n in range(walks)))


def _walk(names: tuple[str, ...], number: int, wait: float) -> Walk:
    rng = chance(number)
    takes = {}
    for name in names:
        base, head = (tuple(_slice(rng.gauss(1.0, 0.01), wait) for _ in range(6)) for _ in "bh")
        takes[name] = Take(seconds=0.1, base=base, head=head)
    return Walk(
        number=number,
        began_s=number * 1.0,
        start_s=0.5,
        seed=number + 1,
        core=number % 2,
        base_first=number % 2 == 0,
        takes=takes,
    )


def _slice(factor: float, wait: float) -> Slice:
    cpu_s = 0.008 * factor
    return Slice(
        loops=8,
        wall_s=cpu_s / (1 - wait),
        cpu_s=cpu_s,
        voluntary=3 if wait else 0,
        involuntary=1,
    )
