"""Names say whose a record is and when it was measured; nothing else passes for a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.baseline.codec import encode
from gate.baseline.entries import Entry, digest, entry_named, entry_of, listing
from gate.baseline.record import Fingerprint
from tests.baselines import MACHINE, record

GOOD = entry_of(record(), encode(record())).name


def entry(number: int, measured_s: int) -> Entry:
    """The entry of a record."""
    one = record(number, measured_s=measured_s)
    return entry_of(one, encode(one))


def test_a_name_says_what_the_record_says() -> None:
    found = entry_named(GOOD)

    assert found is not None
    assert found.name == GOOD
    assert (found.revision, found.measured_s) == (record().revision, record().measured_s)
    assert found.fingerprint == digest(MACHINE)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "README.md",
        f"../{GOOD}",
        f"/{GOOD}",
        f"{GOOD}\n",
        GOOD.removesuffix(".json"),
        GOOD.replace("-", "_"),
        GOOD.upper(),
        "zz" + GOOD[2:],
        "00" + GOOD[2:],
        GOOD.replace("-1750000000-", "--1-"),
        GOOD.replace("-1750000000-", "-01750000000-"),
        GOOD.replace("-1750000000-", "-٣-"),
    ],
)
def test_other_names_are_strangers(name: str) -> None:
    assert entry_named(name) is None
    assert listing([GOOD, name]).strangers == (name,)


def test_a_listing_is_in_the_order_of_time() -> None:
    late, early = entry(1, measured_s=2000), entry(2, measured_s=100)

    assert listing([late.name, early.name]).entries == (early, late)


@pytest.mark.parametrize(
    "other",
    [
        replace(MACHINE, cpu="another"),
        replace(MACHINE, cores=2),
        replace(MACHINE, python="CPython 3.12.4"),
        replace(MACHINE, libc="musl 1.2"),
        replace(MACHINE, image="ubuntu24 20261101.1"),
        replace(MACHINE, cpu="\udc80"),
    ],
)
def test_all_that_times_depend_on_makes_another_machine(other: Fingerprint) -> None:
    assert digest(other) != digest(MACHINE)
    assert digest(replace(MACHINE)) == digest(MACHINE)


def test_two_machines_of_one_run_are_two_records() -> None:
    one = record(1)
    other = record(1, machine=replace(MACHINE, cores=2))

    assert entry_of(one, encode(one)) != entry_of(other, encode(other))
