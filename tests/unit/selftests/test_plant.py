"""Planting slowdowns into source code."""

from __future__ import annotations

import ast

import pytest

from gate.errors import MeasureError
from gate.selftests.plant import Kind, plant, plantable

SOURCE = '''\
"""Module."""
import os

@decorated
def first(a, b=1):
    """Docstring."""
    if a:
        return b
    return a

def one_line(): return 1

class Thing:
    x = 1

    def method(self):
        @inner
        def nested():
            pass
        return nested

    async def waits(self):
        return 1
'''


def test_functions_and_methods_with_a_body_of_their_own_can_be_planted_into() -> None:
    assert plantable(SOURCE) == ("first", "Thing.method")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("qualname", ["first", "Thing.method"])
def test_what_is_planted_runs_first_and_changes_nothing_else(kind: Kind, qualname: str) -> None:
    planted = plant(SOURCE, qualname, kind, 7)

    added = [line for line in planted.splitlines() if line not in SOURCE.splitlines()]
    assert len(added) == 1
    assert "range(7)" in added[0]
    assert planted.replace(added[0] + "\n", "") == SOURCE
    assert "_planted" in ast.dump(ast.parse(planted))


def test_a_planted_function_returns_what_it_returned() -> None:
    space: dict[str, object] = {}
    source = 'def f(x):\n    """Double."""\n    return 2 * x\n'
    exec(plant(source, "f", Kind.ALLOCATION, 3), space)  # noqa: S102 - our own text

    assert space["f"](4) == 8  # type: ignore[operator]
    assert space["f"].__doc__ == "Double."


def test_an_unknown_function_is_an_error() -> None:
    with pytest.raises(MeasureError, match="one_line"):
        plant(SOURCE, "one_line", Kind.LOOP, 1)
