"""The declared values of parameters, and the candidates that they make."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import product
from reprlib import repr as shortened

from gate.errors import UsageError

Value = str | int | float | bool | None
"""What JSON keeps as it is; numbers are finite."""
Candidate = dict[str, Value]
"""One value for each parameter."""

MOST_CANDIDATES = 1000
"""More than this cannot be told apart by measuring in any useful time."""


def candidates(grid: Mapping[str, Sequence[Value]], default: Candidate) -> tuple[Candidate, ...]:
    """Return the default and after it every other combination, in the order of the grid.

    Args:
        grid: The values to try, at least one for each parameter.
        default: One value for each parameter, in the grid or not.

    Raises:
        UsageError: if they do not fit together, or make more than a thousand candidates.
    """
    if set(grid) != set(default):
        raise _unfit(
            f"the grid has the parameters {shortened(sorted(grid))}, "
            f"the default {shortened(sorted(default))}",
            "Give both the same parameters; what is fixed belongs into `build`.",
        )
    for name, values in [*grid.items(), *((name, [value]) for name, value in default.items())]:
        _check(name, values)
    count = math.prod(len(values) for values in grid.values())
    if count > MOST_CANDIDATES:
        raise _unfit(
            f"the grid makes {count} candidates, more than {MOST_CANDIDATES}",
            "Declare fewer values for each parameter.",
        )
    combinations = (dict(zip(grid, values, strict=True)) for values in product(*grid.values()))
    # Python takes 1, 1.0 and True for the same, JSON and the target may not.
    distinct = {_key(one): one for one in (dict(default), *combinations)}
    return tuple(distinct.values())


def _check(name: str, values: Sequence[Value]) -> None:
    if isinstance(values, str) or not values:
        raise _unfit(
            f"the parameter {name!r} has the values {shortened(values)}",
            "Declare a list of at least one value.",
        )
    for value in values:
        plain = value is None or isinstance(value, str | int | float)
        if not plain or (isinstance(value, float) and not math.isfinite(value)):
            raise _unfit(
                f"the parameter {name!r} has the value {shortened(value)}",
                "Use text, finite numbers, True, False and None.",
            )


def _key(candidate: Candidate) -> str:
    return json.dumps(candidate, sort_keys=True)


def _unfit(what: str, hint: str) -> UsageError:
    return UsageError(f"nothing can be tuned: {what}", hint=hint)
