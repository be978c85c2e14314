"""One sentence says why head is not held against stored runs: what differs, or what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.baseline.record import Fingerprint
from gate.pipe.earlier.baselines import Baselines
from gate.pipe.earlier.refusal import refusal
from tests.baselines import MACHINE, record

FULL = Baselines(
    place="dir:kept", machines=(MACHINE,), histories={MACHINE: tuple(map(record, range(8)))}
)


def known(*machines: Fingerprint) -> Baselines:
    """A store with these machines only."""
    return Baselines(place="dir:kept", machines=machines)


def test_enough_of_this_machine_is_no_refusal() -> None:
    assert refusal(FULL, MACHINE, 8) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cpu": "Xeon"}, "CPU (there Xeon, here AMD EPYC 7763 64-Core Processor)"),
        ({"cores": 2}, "number of cores (there 2, here 4)"),
        ({"python": "CPython 3.13.1"}, "interpreter (there CPython 3.13.1, here CPython 3.12.3)"),
        ({"libc": "musl"}, "C library (there musl, here glibc 2.39)"),
        ({"image": "ubuntu24 1"}, "image of the runner (there ubuntu24 1, here none)"),
        (
            {"cores": 2, "libc": "musl"},
            "number of cores (there 2, here 4) and C library (there musl, here glibc 2.39)",
        ),
    ],
)
def test_another_machine_is_told_by_what_differs(changes: dict[str, object], words: str) -> None:
    there = replace(MACHINE, **changes)  # type: ignore[arg-type]

    assert refusal(known(there), MACHINE, 8) == (
        "not compared with stored baselines: dir:kept has none of this machine; "
        f"the one most like it differs in {words}"
    )


def test_of_several_machines_the_most_similar_is_named() -> None:
    far = replace(MACHINE, cpu="Xeon", cores=2)
    near = replace(MACHINE, image="ubuntu24 1")

    assert "differs in image of the runner" in refusal(known(far, near), MACHINE, 8)


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        (known(), "there are none in dir:kept yet"),
        (replace(known(), trouble="the store is on fire"), "the store is on fire"),
        (
            replace(FULL, histories={MACHINE: (record(1),)}),
            (
                "dir:kept has 1 of this machine from commits up to base, "
                "and it takes 8 to know their spread"
            ),
        ),
    ],
    ids=["empty", "trouble", "few"],
)
def test_what_is_missing_is_told(there: Baselines, reason: str) -> None:
    assert refusal(there, MACHINE, 8) == f"not compared with stored baselines: {reason}"
