"""What every reader of things from outside refuses or demands alike."""

from __future__ import annotations

import re
from typing import Any, NoReturn

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
"""A full object name, of SHA-1 or SHA-256."""


def no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, as ``parse_constant`` of `json.loads`.

    Raises:
        ValueError: Always.
    """
    raise ValueError(f"{name} is not a JSON number")


def no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with a key twice, as ``object_pairs_hook`` of `json.loads`.

    Raises:
        ValueError: There is such a key.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found
