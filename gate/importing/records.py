"""A run of another tool as a record, marked so that it is never compared with what we measure."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from gate.baseline.record import IMPORTED, Figure, Fingerprint, Kind, Record, tables_of
from gate.foreign import Amount, Facts, Format, Run
from gate.foreign.run import UNKNOWN

_DIGITS = 16


def record_of(source: Format, run: Run, revision: str, committed_s: int) -> Record:
    """Return the record of a run; the same run always gives the same record.

    Args:
        source: Who measured.
        run: What was measured.
        revision: Full object name of what it was measured of.
        committed_s: When that was committed, in seconds since 1970; taken for the time of the
            measurement, too, where the run does not say.
    """
    return Record(
        revision=revision,
        run=f"imported-{_digest(source, run)}",
        measured_s=committed_s if run.measured_s is None else run.measured_s,
        committed_s=committed_s,
        fingerprint=fingerprint_of(source, run.facts),
        tables=tables_of(map(_figure, run.amounts)),
    )


def fingerprint_of(source: Format, facts: Facts) -> Fingerprint:
    """Return the machine of imported figures, which is never one of those that we measure on.

    The image says which tool they are from, and what that tool keeps apart.
    """
    series = f": {facts.series}" if facts.series else ""
    return Fingerprint(
        cpu=facts.cpu,
        cores=facts.cores,
        python=facts.python,
        libc=UNKNOWN,
        image=f"{IMPORTED}{source}{series}",
    )


def _digest(source: Format, run: Run) -> str:
    """Of what was measured, and not of where it stood: a file that grows keeps its runs."""
    said = json.dumps([source, run.facts.series, *map(asdict, run.amounts)], sort_keys=True)
    return sha256(said.encode("ascii")).hexdigest()[:_DIGITS]


def _figure(one: Amount) -> Figure:
    kind = Kind(source=one.source, metric=one.metric, unit=one.unit, clock=one.clock)
    return Figure(name=one.name, kind=kind, pairs=one.processes, value=one.value, spread=one.spread)
