"""Nothing that a guest says is believed unchecked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.measure.protocol import Collected, Done, Fate, Finished, GarbledError, Item, Ready, parse
from gate.model import Slice

READING = {
    "kind": "reading",
    "loops": 3,
    "wall_s": 0.5,
    "cpu_s": 0.25,
    "voluntary": 1,
    "involuntary": 2,
}


def test_every_message_is_understood() -> None:
    assert parse(READING) == Slice(loops=3, wall_s=0.5, cpu_s=0.25, voluntary=1, involuntary=2)
    assert parse({"kind": "ready", "name": "a", "limit": None}) == Ready(name="a", limit=None)
    assert parse({"kind": "done", "origins": {"m": "/m.py"}}) == Done(origins={"m": "/m.py"})
    finished = {"kind": "finished", "name": "a", "outcome": "failed", "message": "why"}
    assert parse(finished) == Finished(name="a", fate=Fate.FAILED, message="why")
    collected = {
        "kind": "collected",
        "benchmarks": [{"name": "a", "group": ["m", ""]}],
        "errors": [],
        "origins": {},
    }
    assert parse(collected) == Collected(items=(Item(name="a", group=("m", "")),))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "else"},
        {"kind": None},
        {"loops": 0},
        {"loops": True},
        {"loops": 1.5},
        {"wall_s": -1},
        {"wall_s": float("nan")},
        {"wall_s": float("inf")},
        {"wall_s": "1"},
        {"cpu_s": None},
        {"voluntary": -1},
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(GarbledError):
        parse({**READING, **change})


@pytest.mark.parametrize("name", list(READING))
def test_nothing_may_be_missing(name: str) -> None:
    with pytest.raises(GarbledError):
        parse({key: value for key, value in READING.items() if key != name})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(["collected", "ready", "reading", "finished", "done"]),
    st.dictionaries(
        st.sampled_from(["name", "limit", "origins", "benchmarks", "errors", *READING]), ANYTHING
    ),
)
def test_garbage_is_refused_or_understood_but_never_anything_else(
    kind: str, rest: dict[str, object]
) -> None:
    try:
        message = parse({**rest, "kind": kind})
    except GarbledError:
        return
    assert isinstance(message, Collected | Ready | Slice | Finished | Done)
