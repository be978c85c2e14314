"""Titles -> slugs for addresses: ``Über uns: das Team`` -> ``uber-uns-das-team``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SEPARATORS = re.compile(r"[^a-z0-9]+")


def slug(title: str, *, max_length: int = 60) -> str:
    """Return a slug of a title.

    Args:
        title: Any text; what is neither a letter nor a digit separates words.
        max_length: The slug is cut after the last whole word that fits, at least 1.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    joined = _SEPARATORS.sub("-", plain.lower()).strip("-")
    if len(joined) <= max_length:
        return joined
    return joined[: max_length + 1].rpartition("-")[0] or joined[:max_length]


def unique_slugs(titles: Iterable[str]) -> list[str]:
    """Return one slug for each title; equal ones get ``-2``, ``-3`` and so on."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for title in titles:
        name = slug(title)
        seen[name] = count = seen.get(name, 0) + 1
        result.append(name if count == 1 else f"{name}-{count}")
    return result
