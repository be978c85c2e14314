"""Which records are the history of a result: those of its machine, and of no other one."""

from __future__ import annotations

from dataclasses import replace

from gate.baseline.entries import digest
from gate.model import Machine
from gate.page.records import past_of
from tests.baselines import MACHINE, record

OTHER = replace(MACHINE, libc="another one")
RECORDS = [record(1), record(2), record(3, machine=OTHER, measured_s=1_800_000_000)]
HERE = Machine(
    cpu=MACHINE.cpu, cores=MACHINE.cores, memory_bytes=1, system="Linux", python=MACHINE.python
)


def test_a_result_that_names_its_machine_has_that_history() -> None:
    past = past_of(RECORDS, replace(HERE, fingerprint=digest(MACHINE)))

    assert len(past["test_a", "time"].series.points) == 2


def test_of_another_machine_nothing_is_shown() -> None:
    unknown = digest(replace(MACHINE, image="another one"))

    assert past_of(RECORDS, replace(HERE, fingerprint=unknown)) == {}


def test_without_a_fingerprint_the_machine_that_was_recorded_last_counts() -> None:
    past = past_of(RECORDS, HERE)

    assert len(past["test_a", "time"].series.points) == 1
