"""Grids that make candidates, and states that survive being stored, or are refused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from gate.errors import UsageError
from gate.executor.tuning.decision import Design
from gate.executor.tuning.grid import candidates
from gate.executor.tuning.halving import (
    contest,
    drop,
    most_measurements,
    note,
    wanted,
)
from gate.executor.tuning.state import State, as_json, from_json, start

DESIGN = Design(looks=(5, 10))
PLAN: dict[str, Any] = {"candidates": [{"a": one} for one in range(5)], "seed": 1}


def test_the_default_comes_first_and_once() -> None:
    grid = {"pool": [5, 10], "batch": [50, 100]}
    assert candidates(grid, {"batch": 50, "pool": 10}) == (
        {"batch": 50, "pool": 10},
        {"pool": 5, "batch": 50},
        {"pool": 5, "batch": 100},
        {"pool": 10, "batch": 100},
    )


def test_a_default_outside_of_the_grid_is_a_candidate_too() -> None:
    assert candidates({"pool": [5]}, {"pool": 7}) == ({"pool": 7}, {"pool": 5})


def test_values_that_python_takes_for_equal_stay_apart() -> None:
    assert len(candidates({"a": [1, 1.0, True, 1]}, {"a": 1})) == 3


@pytest.mark.parametrize(
    ("grid", "default", "problem"),
    [
        ({"a": [1]}, {"b": 1}, r"the grid has the parameters \['a'\], the default \['b'\]"),
        ({"a": []}, {"a": 1}, r"the parameter 'a' has the values \[\]"),
        ({"a": "xy"}, {"a": "x"}, "the parameter 'a' has the values 'xy'"),
        ({"a": [math.nan]}, {"a": 1}, "the parameter 'a' has the value nan"),
        ({"a": [1]}, {"a": math.inf}, "the parameter 'a' has the value inf"),
        ({"a": [[1]]}, {"a": 1}, r"the parameter 'a' has the value \[1\]"),
        ({"a": range(40), "b": range(40)}, {"a": 1, "b": 1}, "1600 candidates"),
    ],
)
def test_grids_that_make_no_sense_are_refused(grid: Any, default: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        candidates(grid, default)
    assert caught.value.hint


def ran(state: State, truth: dict[int, float], blocks: int = 100) -> State:
    """The state after blocks without noise, until everything is settled."""
    for _ in range(blocks):
        names = wanted(state, DESIGN)
        if not names:
            break
        state = note(state, {name: truth[name] for name in names})
    return state


def test_the_better_half_stays_after_one_two_and_four_blocks() -> None:
    truth = {index: -0.01 * (index % 7) for index in range(1, 9)}
    state, seen = start(9), []
    while len(state.survivors) > 1:
        seen.append(state.survivors)
        state = ran(state, truth, blocks=1)
    assert seen == [(1, 2, 3, 4, 5, 6, 7, 8), (3, 4, 5, 6), (5, 6), (5, 6)]
    assert state.survivors == (6,)
    assert state.final == ()


def test_only_fresh_blocks_decide_on_the_last_one() -> None:
    state = ran(start(3), {1: -0.5, 2: 0.5}, blocks=1)
    assert state.survivors == (1,)
    assert contest(state, DESIGN).blocks == 0
    state = ran(state, {1: 0.3})
    assert contest(state, DESIGN).answer.value == "slower"
    assert len(state.final) == 5


def test_dropping_leaves_the_others_in_the_running() -> None:
    state = drop(drop(start(4), 2, "broken"), 3, "wrong")
    assert (state.survivors, state.dropped) == ((1,), ((2, "broken"), (3, "wrong")))
    assert wanted(drop(state, 1, "gone"), DESIGN) == ()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9, 28])
def test_the_most_that_a_tuning_takes_is_known_before(count: int) -> None:
    state, total = start(count), 0
    while names := wanted(state, DESIGN):
        total += 6 * (len(names) + 1)
        # The final never settles: its changes are as likely above as below nought.
        sign = 1 if len(state.final) % 2 else -1
        state = note(state, {name: sign * 0.5 + name / 1000 for name in names})
    assert total == most_measurements(count, DESIGN)


def some_states() -> list[State]:
    truth = {1: 0.1, 2: -0.123456789012345, 3: 1e-17, 4: -0.2}
    states = [start(5), drop(start(5), 3, "it raised")]
    return [*states, *(ran(states[1], truth, blocks=blocks) for blocks in (1, 2, 3, 5, 50))]


@pytest.mark.parametrize("state", some_states())
def test_a_state_survives_being_stored_as_json(state: State) -> None:
    stored = json.loads(json.dumps(as_json(state, PLAN)))
    assert from_json(stored, PLAN) == state


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("version", None),
        ("plan", None),
        ("survivors", [0]),
        ("survivors", [5]),
        ("survivors", [True]),
        ("survivors", "12"),
        ("found", [[]]),
        ("found", [[], [], [], [], [math.nan]]),
        ("found", [[], [], [], [], ["1"]]),
        ("rung", -1),
        ("rung", 10**9),
        ("rung", 1.5),
        ("final", {}),
        ("final", [10**400]),
        ("block", "3"),
        ("dropped", [[1]]),
        ("dropped", [[9, "x"]]),
        ("measurements", None),
        ("spent_s", -1.0),
        ("spent_s", math.inf),
    ],
)
def test_a_damaged_state_is_refused_and_says_where(key: str, value: object) -> None:
    damaged = {**as_json(start(5), PLAN), key: value}
    with pytest.raises(UsageError, match=rf"the state of a tuning is damaged: {key}.*: expected"):
        from_json(damaged, PLAN)


@pytest.mark.parametrize("document", [None, [], "{}", 3])
def test_what_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(UsageError, match="state: expected an object"):
        from_json(document, PLAN)


@pytest.mark.parametrize(
    ("key", "value"), [("seed", 2), ("candidates", [{"a": 1.0}] * 5), ("candidates", [])]
)
def test_the_state_of_another_tuning_is_refused(key: str, value: object) -> None:
    stored = as_json(start(5), PLAN)
    with pytest.raises(UsageError, match=f"another tuning: its {key} differ"):
        from_json(stored, {**PLAN, key: value})
