"""The tables of the jobs: false failures, misses, inconclusives and minutes, together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from study.chance import at_most
from study.jobs.plan import PERCENT, Planned
from study.jobs.planted import PLACES
from study.jobs.run import kept, run
from study.libraries.catalogue import matches
from study.settings import Settings, head, line

FAIL = 1
VERDICTS = {"pass", "inconclusive", "fail"}
"""Anything else is an error, which is neither right nor wrong, and is shown."""
Group = tuple[str, bool, str]
"""Change, proof, condition."""


def jobs(settings: Settings) -> Iterator[str]:
    """Run the jobs that are missing, as far as there is time, and yield the tables."""
    run(settings)
    groups: dict[Group, list[dict[str, Any]]] = {}
    for result in kept(settings):
        job = Planned(**result["job"])
        groups.setdefault((job.change, job.proof, job.condition), []).append(result)
    still = {key: some for key, some in groups.items() if not _job(some[0]).is_planted}
    yield "\nJobs of `perf-gate check` without a slowdown\n"
    yield head(
        "change", "proof", "condition", "jobs", "errors", "failed", "at most (95 %)", "blind",
        "rows", "proved", "inconclusive", "blamed", "minutes a job",
    )  # fmt: skip
    for key, results in sorted(still.items()):
        yield line(*key, *_still(results))
    if still:
        every = [one for results in still.values() for one in results if not one["job"]["proof"]]
        yield line("all", False, "both", *_still(every))
    yield f"\nJobs with a slowdown of {PERCENT} % (of the slowest row that it meets)\n"
    yield head(
        "kind", "proof", "condition", "jobs", "errors", "turned red",
        "rows to find", "found", "called unchanged", "inconclusive", "others blamed",
        "minutes a job",
    )  # fmt: skip
    for key in sorted(groups.keys() - still.keys()):
        yield line(*key, *_planted(groups[key]))


def _still(results: Sequence[Mapping[str, Any]]) -> tuple[object, ...]:
    rows = [row for one in results for row in one["rows"]]
    failed = sum(one["status"] == FAIL for one in results)
    return (
        len(results),
        sum(one["verdict"] not in VERDICTS for one in results),
        failed,
        f"{at_most(failed, len(results)):.0%}",
        sum(bool(one["blind"]) for one in results),
        len(rows),
        sum(bool(row["proved"]) for row in rows),
        _outcomes(rows, "inconclusive"),
        _outcomes(rows, "regressed"),
        _minutes(results),
    )


def _planted(results: Sequence[Mapping[str, Any]]) -> tuple[object, ...]:
    to_find, others = [], []
    for result in results:
        place = PLACES[_job(result).library]
        for row in result["rows"]:
            if matches(row["name"], place.red):
                to_find.append(row)
            elif not matches(row["name"], place.touched):
                others.append(row)
    return (
        len(results),
        sum(one["verdict"] not in VERDICTS for one in results),
        sum(one["status"] == FAIL for one in results),
        len(to_find),
        _outcomes(to_find, "regressed"),
        _outcomes(to_find, "unchanged", "improved"),
        _outcomes(to_find, "inconclusive"),
        _outcomes(others, "regressed"),
        _minutes(results),
    )


def _outcomes(rows: Sequence[Mapping[str, Any]], *outcomes: str) -> int:
    return sum(row["outcome"] in outcomes for row in rows)


def _minutes(results: Sequence[Mapping[str, Any]]) -> str:
    return f"{sum(one['seconds'] for one in results) / len(results) / 60:.2f}" if results else "-"


def _job(result: Mapping[str, Any]) -> Planned:
    return Planned(**result["job"])
