"""The filter for both machines, run by a small interpreter of the same instructions."""

from __future__ import annotations

import errno
import re
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from gate.isolation.bpf import MACHINES, program
from gate.isolation.calls import NUMBERS, When, by_argument, errors
from gate.isolation.policy import Allowance, Role

ALLOWED = 0
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def _verdict(code: bytes, number: int, architecture: int, *arguments: int) -> int:
    """Run a filter over one call; return the error, or `ALLOWED`."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    steps = list(struct.iter_unpack("=HBBI", code))
    at, value = 0, 0
    while True:
        operation, met, otherwise, operand = steps[at]
        at += 1
        if operation == 0x06:
            return operand & 0xFFFF if operand >> 16 == 5 else ALLOWED
        if operation == 0x20:
            (value,) = struct.unpack_from("=I", data, operand)
            continue
        truth = {
            0x15: value == operand,
            0x45: bool(value & operand),
            0x35: value >= operand,
        }[operation]
        at += met if truth else otherwise


def _of(machine: str, name: str, *arguments: int, role: Role = Role.MEASURE) -> int:
    column, architecture = MACHINES[machine]
    number = NUMBERS[name][column]
    assert number is not None
    return _verdict(program(machine, role, Allowance()), number, architecture, *arguments)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_of_the_table_has_its_error(machine: str) -> None:
    column, _ = MACHINES[machine]
    expected = {name: error for name, error in errors().items() if NUMBERS[name][column]}
    assert {name: _of(machine, name) for name in expected} == expected


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("socket", (1, 1), ALLOWED),
        ("socket", (2, 1), errno.EACCES),
        ("socket", (2 | 1 << 32, 1), errno.EACCES),
        ("socket", (1 | 1 << 32, 1), ALLOWED),
        ("socket", (16, 3), errno.EACCES),
        ("clone", (0x01200011,), ALLOWED),
        ("clone", (0x003D0F00,), ALLOWED),
        ("clone", (0x10000011,), errno.EPERM),
        ("clone", (0x00020000,), errno.EPERM),
        ("ioctl", (0, 0x5401), ALLOWED),
        ("ioctl", (0, 0x5412), errno.EPERM),
        ("ioctl", (0, 0x5412 | 7 << 32), errno.EPERM),
        ("prlimit64", (0, 7), ALLOWED),
        ("prlimit64", (1, 7), errno.EPERM),
    ],
)
def test_arguments_decide(
    machine: str, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    assert _of(machine, name, *arguments) == expected


@pytest.mark.parametrize(("machine", "network"), [("x86_64", 2), ("aarch64", 10)])
def test_installing_has_a_network(machine: str, network: int) -> None:
    assert _of(machine, "socket", network, 1, role=Role.INSTALL) == ALLOWED


@pytest.mark.parametrize(
    ("machine", "number", "architecture", "expected"),
    [
        ("x86_64", 0, 0xC000003E, ALLOWED),
        ("x86_64", 257, 0xC000003E, ALLOWED),
        ("x86_64", 0 | 0x40000000, 0xC000003E, errno.EPERM),  # x32
        ("x86_64", 3, 0x40000003, errno.EPERM),  # int 0x80
        ("aarch64", 56, 0xC00000B7, ALLOWED),
        ("aarch64", 3, 0x40000028, errno.EPERM),  # 32-bit ARM
    ],
)
def test_only_calls_of_the_machine_itself_are_let_through(
    machine: str, number: int, architecture: int, expected: int
) -> None:
    assert _verdict(program(machine, Role.MEASURE, Allowance()), number, architecture) == expected


def test_the_calls_that_depend_on_arguments_are_in_the_table_and_not_refused_whole() -> None:
    some = by_argument(Role.MEASURE, Allowance())
    assert {*some} <= {*NUMBERS}
    assert not {*some} & {*errors()}
    assert {*some} | {*errors()} == {*NUMBERS}
    assert {rule.when for rule in some.values()} == {*When}


def _defined(header: Path) -> Mapping[str, int]:
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", header.read_text())
    return {name: int(number) for name, number in found}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip(f"the header {HEADERS[machine]} is not installed")
    defined, column = _defined(HEADERS[machine]), MACHINES[machine][0]
    assert {name: defined.get(name) for name in NUMBERS} == {
        name: numbers[column] for name, numbers in NUMBERS.items()
    }
