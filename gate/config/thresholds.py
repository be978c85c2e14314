"""Which threshold holds for a benchmark: patterns, and entries laid over the preset's defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from gate.config.presets import PRESETS, SUITE
from gate.config.schema import Configuration, ThresholdEntry
from gate.model import Benchmark, Metric, Threshold

_KEYS = ("tolerate", "max_change", "level", "max", "goal")


def threshold_for(configuration: Configuration, benchmark: Benchmark, metric: Metric) -> Threshold:
    """What this benchmark is allowed: the last matching entry wins, key by key.

    Args:
        configuration: As ``load`` returns it.
        benchmark: Matched by its full name, see ``matches``.
        metric: Entries without a metric apply to each.

    Returns:
        A threshold with ``tolerate < max_change``. Where two entries that only meet in this
        benchmark contradict each other, ``max_change`` stands and half of it is tolerated:
        the regression that must be found is never enlarged by accident.
    """
    entries = (*SUITE, *configuration.thresholds)
    laid = overlay(PRESETS[configuration.preset], entries, benchmark.name, metric)
    if laid.tolerate < laid.max_change:
        return laid
    return replace(laid, tolerate=laid.max_change / 2)


def overlay(
    start: Threshold, entries: Iterable[ThresholdEntry], name: str, metric: Metric
) -> Threshold:
    """``start`` with the keys of every entry that applies, in order; nothing is checked."""
    for entry in entries:
        if entry.metric in (None, metric) and matches(entry.match, name):
            start = replace(start, **_given(entry))
    return start


def _given(entry: ThresholdEntry) -> dict[str, Any]:
    return {key: value for key in _KEYS if (value := getattr(entry, key)) is not None}


def matches(pattern: str, name: str) -> bool:
    """Whether a shell-style pattern (``*``, ``?``, ``[...]``; case counts) means this benchmark.

    A pattern without ``::`` may also match the part after the name's last ``::``. Brackets are
    read both ways, as a set of characters and as the brackets around pytest's parameters, so
    ``test_a[x-1]`` and ``test_a[*]`` mean what they look like.

    Args:
        pattern: As written in the configuration.
        name: A benchmark's full name.
    """
    whole = _either_reading(pattern, name)
    return whole or (not _qualified(pattern) and _either_reading(pattern, _last_part(name)))


def _either_reading(pattern: str, name: str) -> bool:
    return (
        pattern == name
        or fnmatchcase(name, pattern)
        or fnmatchcase(name, pattern.replace("[", "[[]"))
    )


def _qualified(pattern: str) -> bool:
    return "::" in pattern.partition("[")[0]


def _last_part(name: str) -> str:
    """What follows the last ``::``; one inside of pytest's parameters does not count."""
    start = name.partition("[")[0].rfind("::")
    return name[start + 2 :] if start >= 0 else name
