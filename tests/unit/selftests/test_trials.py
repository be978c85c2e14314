"""What is planted where, and what the rows feel of it."""

from __future__ import annotations

import math
from pathlib import PurePosixPath

import pytest

from gate.selftests.kinds import Kind
from gate.selftests.lab import Place
from gate.selftests.sight import Planting
from gate.selftests.trials import USUAL, Spot, plantings

SPOT = Spot(
    place=Place(file=PurePosixPath("x.py"), qualname="f"),
    calls={"often": 10.0, "once": 1.0},
    base_s={"often": 2e-3, "once": 1e-3},
    reached=frozenset({"often", "once", "hardly"}),
    others=("other",),
)


def test_the_row_that_feels_it_least_gets_the_size_that_was_asked_for() -> None:
    """`once` feels 1 µs for each µs, 0.1 %; `often` 10 µs, 0.5 %: `once` decides."""
    wanted_s = SPOT.wanted_s(0.10)
    sizes = SPOT.sizes(wanted_s)

    assert math.expm1(min(sizes.values())) == pytest.approx(0.10)
    assert min(sizes, key=sizes.__getitem__) == "once"
    assert math.expm1(sizes["often"]) == pytest.approx(0.50)
    assert set(sizes) == {"often", "once"}


def test_the_usual_choice_has_every_size_and_several_kinds() -> None:
    assert {one.share for one in USUAL} >= {0.03, 0.05, 0.10}
    assert len({one.kind for one in USUAL}) > 2
    assert set(USUAL) <= set(plantings(Kind))


def test_all_sizes_of_a_kind() -> None:
    assert [str(one) for one in plantings([Kind.LOOP, Kind.SLEEP])] == [
        *("busy loop +10 %", "busy loop +5 %", "busy loop +3 %", "sleep +25 %", "sleep +50 %"),
    ]


def test_waits_are_planted_at_sizes_that_must_be_found() -> None:
    for one in plantings([Kind.SLEEP]):
        assert math.log1p(one.share) > one.must_be_found_from


def test_a_planting_is_a_kind_and_a_size() -> None:
    assert Planting(kind=Kind.CALL, share=0.05) in USUAL
