"""All that a tuner knows, as a value: to plain JSON and back, refusing what is not its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from gate.errors import UsageError

VERSION = 1
"""Of the format of stored states."""

Json = dict[str, Any]
"""A JSON object: text, numbers, booleans, None, lists and objects of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a tuning stands; candidate 0 is the default. The start: everybody survives."""

    survivors: tuple[int, ...]
    """Challengers still in the running, ascending."""
    found: tuple[tuple[float, ...], ...]
    """By candidate, its changes against the default in the halving, one per block."""
    rung: int = 0
    """How often the survivors were halved."""
    final: tuple[float, ...] = ()
    """Changes of the last survivor, measured afresh once it was the last."""
    block: int = 0
    """Blocks measured, in halving and final together."""
    dropped: tuple[tuple[int, str], ...] = ()
    """Challengers that do not work, and why."""
    measurements: int = 0
    """Measurements made, those of unfinished blocks included."""
    spent_s: float = 0.0
    """Seconds that all runs together have taken."""


def start(candidates: int) -> State:
    """Return the state before anything is measured, of that many candidates, at least 1."""
    return State(survivors=tuple(range(1, candidates)), found=((),) * candidates)


def as_json(state: State, plan: Json) -> Json:
    """Return ``state`` as plain values, beside the plan that it belongs to."""
    return {
        "version": VERSION,
        "plan": plan,
        "survivors": list(state.survivors),
        "found": [list(changes) for changes in state.found],
        "rung": state.rung,
        "final": list(state.final),
        "block": state.block,
        "dropped": [list(one) for one in state.dropped],
        "measurements": state.measurements,
        "spent_s": state.spent_s,
    }


def from_json(document: object, plan: Json) -> State:
    """Return the state that `as_json` gave, before or after it was stored as JSON.

    Args:
        document: What was stored; none of it is trusted.
        plan: What is tuned now: it must be what the state was made for.

    Raises:
        UsageError: if it is no such state, or one of another version or another tuning.
    """
    if not isinstance(document, Mapping):
        raise _unfit("state", "an object", document)
    if document.get("version") != VERSION:
        raise _unfit("version", f"{VERSION}", document.get("version"))
    _same_plan(document.get("plan"), plan)
    candidates = len(plan["candidates"])
    found = _list(document, "found", length=candidates)
    return State(
        survivors=_survivors(document, candidates),
        found=tuple(_changes(one, f"found[{index}]") for index, one in enumerate(found)),
        rung=_count(document, "rung", most=candidates),
        final=_changes(document.get("final"), "final"),
        block=_count(document, "block"),
        dropped=tuple(_dropped(one, candidates) for one in _list(document, "dropped")),
        measurements=_count(document, "measurements"),
        spent_s=_seconds(document),
    )


def _same_plan(stored: object, plan: Json) -> None:
    """Compared as JSON text, in which 1, 1.0 and true are not the same."""
    if not isinstance(stored, Mapping):
        raise _unfit("plan", "an object", stored)
    for key, value in plan.items():
        if json.dumps(stored.get(key), sort_keys=True) != json.dumps(value, sort_keys=True):
            raise UsageError(
                f"the state belongs to another tuning: its {key} differ from what is tuned now",
                hint="Give it the grid, default, design and seed it began with, or no state.",
            )


def _list(document: Mapping[str, Any], key: str, *, length: int | None = None) -> list[Any]:
    value = document.get(key)
    if not isinstance(value, list) or length not in {None, len(value)}:
        raise _unfit(key, "a list" if length is None else f"a list of {length}", value)
    return value


def _changes(value: object, path: str) -> tuple[float, ...]:
    if not isinstance(value, list) or not all(map(_is_number, value)):
        raise _unfit(path, "a list of finite numbers", value)
    return tuple(map(float, value))


def _count(document: Mapping[str, Any], key: str, *, most: int = 10**12) -> int:
    value = document.get(key)
    if not _is_whole(value) or not 0 <= value <= most:
        raise _unfit(key, f"a whole number from 0 to {most}", value)
    return int(value)


def _seconds(document: Mapping[str, Any]) -> float:
    value = document.get("spent_s")
    if not _is_number(value) or value < 0:
        raise _unfit("spent_s", "seconds from 0 on", value)
    return float(value)


def _survivors(document: Mapping[str, Any], candidates: int) -> tuple[int, ...]:
    value = _list(document, "survivors")
    if not all(_is_whole(one) and 0 < one < candidates for one in value):
        raise _unfit("survivors", f"numbers of challengers, 1 to {candidates - 1}", value)
    return tuple(sorted(set(value)))


def _dropped(value: object, candidates: int) -> tuple[int, str]:
    match value:
        case [int(index), str(reason)] if 0 < index < candidates:
            return index, reason
        case _:
            raise _unfit("dropped", "pairs of a challenger's number and a reason", value)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def _unfit(path: str, expected: str, found: object) -> UsageError:
    shown = repr(found)
    return UsageError(
        f"the state of a tuning is damaged: {path}: expected {expected}, found {shown[:60]}",
        hint="Give the state as it was saved, or begin anew without one.",
    )
