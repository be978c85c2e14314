"""Names from a repository as a person reads them: they are foreign text, of any bytes."""

from __future__ import annotations

from collections.abc import Sequence

from gate.text import visible

_MOST = 5
_SHORT = 10
_FULL_LENGTHS = (40, 64)


def is_full(expression: str) -> bool:
    """Whether this is a full object name: 40 or 64 hexadecimal digits, of SHA-1 or SHA-256."""
    return len(expression) in _FULL_LENGTHS and set(expression) <= set("0123456789abcdef")


def short(expression: str) -> str:
    """A full object name cut to ten digits; anything else made visible."""
    return expression[:_SHORT] if is_full(expression) else visible(expression)


def listed(names: Sequence[str]) -> str:
    """Up to five names in code style, each as in ``short``, and how many more there are."""
    first = ", ".join(f"`{short(name)}`" for name in names[:_MOST])
    more = len(names) - _MOST
    return f"{first} and {more} more" if more > 0 else first
