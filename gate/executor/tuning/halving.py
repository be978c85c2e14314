"""Successive halving as arithmetic: who is measured next, and what becomes of what was measured.

Blocks of everybody against the default; after 1, 2, 4, ... blocks the better half stays, until
one challenger is left. That one was chosen for looking good, so the choice says nothing: it is
measured afresh against the default, and only these blocks decide.

Source: Jamieson and Talwalkar (2016), Non-stochastic best arm identification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gate.executor.tuning.decision import NOTHING_KNOWN, Answer, Contest, Design, decide
from gate.executor.tuning.interleave import ROUNDS
from gate.executor.tuning.state import State
from gate.stats.robust import locate


def wanted(state: State, design: Design) -> tuple[int, ...]:
    """Return the challengers of the next block, ascending; none if everything is settled."""
    if len(state.survivors) != 1:
        return state.survivors
    final = contest(state, design)
    settled = final.answer is not Answer.UNDECIDED or len(state.final) >= design.most_blocks
    return () if settled else state.survivors


def contest(state: State, design: Design) -> Contest:
    """Return what the fresh blocks of the last survivor say, against the default."""
    return decide(state.final, design) if len(state.survivors) == 1 else NOTHING_KNOWN


def note(state: State, changes: Mapping[int, float]) -> State:
    """Return the state after one more block, which measured all that were `wanted`."""
    state = replace(state, block=state.block + 1)
    if len(state.survivors) == 1:
        return replace(state, final=(*state.final, changes[state.survivors[0]]))
    found = tuple(
        (*known, changes[index]) if index in changes else known
        for index, known in enumerate(state.found)
    )
    return _halved(replace(state, found=found))


def drop(state: State, index: int, reason: str) -> State:
    """Return the state without a challenger that does not work."""
    return replace(
        state,
        survivors=tuple(one for one in state.survivors if one != index),
        dropped=(*state.dropped, (index, reason)),
    )


def most_measurements(candidates: int, design: Design) -> int:
    """Return how many measurements the whole tuning of so many candidates takes at the most."""
    total, blocks, rung, challengers = 0, 0, 0, candidates - 1
    while challengers > 1:
        total += (_blocks(rung) - blocks) * cost(challengers)
        blocks = _blocks(rung)
        rung, challengers = rung + 1, _half(challengers)
    return total + challengers * design.most_blocks * cost(1)


def cost(challengers: int) -> int:
    """Return the measurements of one block: everybody and the default, in every round."""
    return ROUNDS * (challengers + 1)


def _halved(state: State) -> State:
    """The better half once the rung is complete; equals are kept in the order of the grid."""
    if any(len(state.found[index]) < _blocks(state.rung) for index in state.survivors):
        return state
    ranked = sorted(state.survivors, key=lambda index: (locate(state.found[index]).point, index))
    kept = ranked[: _half(len(ranked))]
    return replace(state, rung=state.rung + 1, survivors=tuple(sorted(kept)))


def _half(challengers: int) -> int:
    return (challengers + 1) // 2


def _blocks(rung: int) -> int:
    """Blocks that a survivor has behind it at the end of a rung."""
    return 1 << rung
