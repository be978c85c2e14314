"""The tuner: successive halving over a declared grid; the default stays unless it is beaten.

The grid is halved by how fast its candidates look; the one that is left is compared with the
default by fresh measurements, and wins only if these call it faster. So however many candidates
there are, a default that none of them beats is replaced with a probability of at most half of
``design.error``. With the same measurements a tuning in many runs ends as it would have in one.
"""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from gate.executor.tuning.comparison import Same
from gate.executor.tuning.decision import Answer, Contest, Design
from gate.executor.tuning.grid import Candidate, Value, candidates
from gate.executor.tuning.halving import contest, most_measurements, wanted
from gate.executor.tuning.interleave import Strategy
from gate.executor.tuning.run import DEFAULT, Budget, Run
from gate.executor.tuning.state import Json, State, as_json, from_json, start

_MORE_OR_LESS = {Answer.FASTER: "less time than", Answer.SLOWER: "more time than"}


class Outcome(StrEnum):
    """How a tuning ended."""

    BETTER = "better"
    """A challenger was proved faster than the default."""
    DEFAULT_STAYS = "default stays"
    OUT_OF_BUDGET = "out of budget"
    """Nothing is decided; the default stays for now, and the state can be continued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What a tuning came to."""

    config: Candidate
    """What to use: the default, or what was proved faster."""
    outcome: Outcome
    reason: str
    """One sentence for a person."""
    finalist: Candidate | None
    """The challenger that was the last to survive, once there is one."""
    contest: Contest
    """What its fresh blocks say against the default."""
    dropped: tuple[tuple[Candidate, str], ...]
    """Challengers that do not work, and why."""
    state: Json
    """To be continued with, a plain JSON value."""


async def tune(
    build: Callable[[Candidate], Strategy],
    grid: Mapping[str, Sequence[Value]],
    default: Candidate,
    *,
    seed: int,
    budget: Budget | None = None,
    design: Design | None = None,
    state: Json | None = None,
    save: Callable[[Json], None] | None = None,
    same: Same = operator.eq,
    clock: Callable[[], float] = time.perf_counter,
) -> Tuning:
    """Look for parameters that make the same work faster than the default does.

    A challenger that raises, or gives another output than the default, is out and listed.

    Args:
        build: Makes the work of one candidate, not timed; the caller owns what it opens.
        grid: The values to try, at least one for each parameter.
        default: One value for each parameter, in the grid or not.
        seed: Decides the orders.
        design: How sure the last comparison must be, and how much it may measure.
        same: Whether an output equals the default's.
        clock: Elapsed seconds since any moment.
        budget: The most to spend; default: what the plan takes, which is finite.
        state: ``Tuning.state`` of an earlier run, or what it saved last, to be continued.
        save: Given the state after every block.

    Raises:
        UsageError: if grid or default make no sense, or the state is damaged or another's.
        MeasureError: if the clock is too coarse for the work.
        Exception: whatever the default raises. Cancelled, what was saved is where to continue.
    """
    plan, everybody = design or Design(), candidates(grid, default)
    key: Json = {"candidates": list(everybody), "seed": seed, "design": _plain(plan)}
    known = start(len(everybody)) if state is None else from_json(state, key)
    run = Run(everybody, known, seed=seed, design=plan, budget=budget or Budget(), clock=clock)
    await run.go(build, same, lambda: save(as_json(run.state(), key)) if save else None)
    return _tuning(everybody, run.state(), plan, key)


def _tuning(everybody: tuple[Candidate, ...], state: State, design: Design, key: Json) -> Tuning:
    final = contest(state, design)
    outcome = _outcome(state, final, design)
    finalist = dict(everybody[state.survivors[0]]) if len(state.survivors) == 1 else None
    won = outcome is Outcome.BETTER and finalist is not None
    return Tuning(
        config=finalist if won and finalist else dict(everybody[DEFAULT]),
        outcome=outcome,
        reason=_reason(outcome, final, state, design),
        finalist=finalist,
        contest=final,
        dropped=tuple((dict(everybody[index]), reason) for index, reason in state.dropped),
        state=as_json(state, key),
    )


def _outcome(state: State, final: Contest, design: Design) -> Outcome:
    if wanted(state, design):
        return Outcome.OUT_OF_BUDGET
    return Outcome.BETTER if final.answer is Answer.FASTER else Outcome.DEFAULT_STAYS


def _reason(outcome: Outcome, final: Contest, state: State, design: Design) -> str:
    if outcome is Outcome.OUT_OF_BUDGET:
        most = most_measurements(len(state.found), design)
        return (
            f"The budget ended after {state.measurements} measurements; "
            f"the whole tuning takes at most {most}."
        )
    if not state.survivors:
        return "There is no challenger that works." if state.dropped else "There is no challenger."
    if final.answer is Answer.NO_DIFFERENCE:
        margin = math.expm1(design.margin)
        return f"The best challenger differs from the default by less than {margin:.1%}."
    if final.answer is Answer.UNDECIDED:
        return f"The best challenger could not be told from the default in {final.blocks} blocks."
    change = abs(math.expm1(final.change or 0.0))
    return f"The best challenger takes {change:.1%} {_MORE_OR_LESS[final.answer]} the default."


def _plain(design: Design) -> Json:
    return {**asdict(design), "looks": list(design.looks)}
