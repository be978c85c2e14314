"""The acceptances of a run: what base says counts, what the change adds is a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from gate.config.decode import load
from gate.config.problems import ConfigurationError
from gate.config.schema import Acceptance as Written
from gate.config.thresholds import matches
from gate.job import Job
from gate.judge.rows.acceptance import Acceptance, Acceptances, Origin
from gate.model import Benchmark, Metric, Revision, Revisions
from gate.pipe.rules import CONFIGURATION, Rules
from gate.revisions import Clone


def with_acceptances(
    rules: Rules, job: Job, source: Clone, revisions: Revisions, today: date
) -> Rules:
    """Return the rules with what is accepted, and what the change asks for.

    What only head's configuration says is a request, also where base has none at all; those of
    ``--config`` count.
    """
    if job.config is not None:
        return without_requests(rules, job, today)
    held, _ = _written(job, source, revisions.base)
    asked, notices = _written(job, source, revisions.head)
    entries = (
        *(_acceptance(one, Origin.RULES) for one in held),
        *(_acceptance(one, Origin.CHANGE) for one in asked if one not in held),
    )
    acceptances = replace(_of(job, today), entries=entries)
    return replace(rules, acceptances=acceptances, notices=(*rules.notices, *notices))


def without_requests(rules: Rules, job: Job, today: date) -> Rules:
    """Return the rules with what they accept themselves."""
    entries = tuple(_acceptance(one, Origin.RULES) for one in rules.configuration.accept)
    return replace(rules, acceptances=replace(_of(job, today), entries=entries))


def _of(job: Job, today: date) -> Acceptances:
    return Acceptances(today=today, granted=job.granted, complete=not job.only and not job.shard)


def _written(
    job: Job, source: Clone, revision: Revision
) -> tuple[tuple[Written, ...], tuple[str, ...]]:
    """What a revision's configuration accepts; a broken one of head accepts nothing, said aloud."""
    path = str(job.working_directory / CONFIGURATION)
    content = source.read(revision.commit, path)
    try:
        text = "" if content is None else content.decode("utf-8", "replace")
        return load(text, filename=path).accept, ()
    except ConfigurationError as error:
        first = error.message.splitlines()[0]
        return (), (f"the change breaks {CONFIGURATION}, nothing of it was looked at: {first}",)


def _acceptance(written: Written, origin: Origin) -> Acceptance:
    return Acceptance(
        match=written.match,
        covers=partial(_covers, written),
        reason=written.reason,
        until=written.until,
        up_to=written.up_to,
        missing=written.missing,
        origin=origin,
    )


def _covers(written: Written, benchmark: Benchmark, metric: Metric) -> bool:
    return written.metric in {None, metric} and matches(written.match, benchmark.name)
