"""Which of the benchmarks that there are this run is about: patterns, and shards of a matrix."""

from __future__ import annotations

from dataclasses import replace

from gate.config.thresholds import matches
from gate.job import Job
from gate.measure.gathering.collection import Catalogue, NothingThereError


def select(job: Job, catalogue: Catalogue) -> Catalogue:
    """Keep what ``--only`` and ``--shard`` ask for.

    Raises:
        NothingThereError: if no name matches; silently measuring nothing would be a pass.
    """
    return _shard(job.shard, _only(job.only, catalogue))


def _only(patterns: tuple[str, ...], catalogue: Catalogue) -> Catalogue:
    """Keep what the user asked for.

    Raises:
        NothingThereError: if nothing matches; silently measuring nothing would be a pass.
    """
    if not patterns:
        return catalogue

    def wanted(name: str) -> bool:
        return any(matches(pattern, name) for pattern in patterns)

    items = tuple(item for item in catalogue.items if wanted(item.name))
    failures = tuple(f for f in catalogue.failures if wanted(f.benchmark.name))
    if not items and not failures:
        raise NothingThereError(
            f"no benchmark matches --only {' '.join(patterns)}",
            hint="a name is file::test[parameters]; patterns are shell-style, as 'test_parse*'",
        )
    return replace(catalogue, items=items, failures=failures)


def _shard(shard: tuple[int, int] | None, catalogue: Catalogue) -> Catalogue:
    """Keep one of n parts of equal size; together the parts are everything, each once."""
    if shard is None:
        return catalogue
    index, count = shard
    names = {item.name for item in catalogue.items}
    names |= {failure.benchmark.name for failure in catalogue.failures}
    mine = set(sorted(names)[index - 1 :: count])
    return replace(
        catalogue,
        items=tuple(item for item in catalogue.items if item.name in mine),
        failures=tuple(one for one in catalogue.failures if one.benchmark.name in mine),
        notices=(*catalogue.notices, f"shard {index} of {count}: {len(mine)} benchmarks"),
    )
