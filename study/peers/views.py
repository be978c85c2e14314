"""What a peer would have seen of a recording: suites one after the other, or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from random import Random

from gate.model import Slice
from study.peers.rules import Peer, Process
from study.replay.pool import Pool

GAP = 5
"""Walks, of some three seconds, between the suites: less than the second a benchmark that
pytest-benchmark takes by default, so kind to the peers."""


class View(StrEnum):
    """When head was measured."""

    SEQUENTIAL = "sequential"
    """The base suite, then the head suite, as these tools are used: head's processes are later."""
    INTERLEAVED = "interleaved"
    """Kinder than any of them is: both sides slice by slice, as perf-gate measures."""


def start(pool: Pool, peer: Peer, view: View, rng: Random) -> int | None:
    """Return where in a recording a run begins, by lot; None if the recording is too short."""
    free = len(pool.walks) - _length(peer, view)
    return rng.randint(0, free) if free >= 0 else None


def seen(
    pool: Pool, name: str, peer: Peer, view: View, at: int
) -> tuple[list[Process], list[Process]] | None:
    """Return the processes of both sides; None if the benchmark failed in one of them."""
    whole = pool.rows[name].whole
    window = pool.walks[at : at + _length(peer, view)]
    before = window[: peer.base]
    after = window[-peer.head :]
    if not all(walk in whole for walk in (*before, *after)):
        return None
    base = [seconds(whole[walk].base) for walk in before]
    return base, [seconds(whole[walk].head) for walk in after]


def seconds(slices: Sequence[Slice]) -> Process:
    """Return wall seconds per call of each slice, which a peer calls a round."""
    return tuple(one.wall_s / one.loops for one in slices)


def _length(peer: Peer, view: View) -> int:
    together = view is View.INTERLEAVED
    return max(peer.base, peer.head) if together else peer.base + GAP + peer.head
