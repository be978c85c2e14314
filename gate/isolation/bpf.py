"""The system calls that are refused, as a program for the kernel's filter. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from gate.isolation.calls import NUMBERS, REFUSED, ByArgument, When, by_argument, errors
from gate.isolation.policy import Allowance, Role

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Of ``os.uname().machine``: the column of the table, and what the kernel calls it."""

_LOAD, _RETURN = 0x20, 0x06
_IF_EQUAL, _IF_ANY_BIT, _IF_AT_LEAST = 0x15, 0x45, 0x35
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_X32 = 0x40000000  # from here on, x86_64 has all calls once more

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""


def program(machine: str, role: Role, allowance: Allowance) -> bytes:
    """Return the filter for a machine: the same for both sides, as an array of sock_filter.

    Raises:
        KeyError: the machine is none of `MACHINES`.
    """
    column, architecture = MACHINES[machine]
    rest = by_argument(role, allowance)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        _error(REFUSED),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if column == 0:
        code += [(_IF_AT_LEAST, 0, 1, _X32), _error(REFUSED)]
    code += _always(column)
    code += _by_argument(column, rest)
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *each) for each in code)


def _always(column: int) -> Iterator[Instruction]:
    for name, error in errors().items():
        if (number := NUMBERS[name][column]) is not None:
            yield _IF_EQUAL, 0, 1, number
            yield _error(error)


def _by_argument(column: int, rules: Mapping[str, ByArgument]) -> Iterator[Instruction]:
    """For each call, jump over its block or decide in it."""
    for name, rule in rules.items():
        number = NUMBERS[name][column]
        if number is not None:
            block = [*_decide(rule)]
            yield _IF_EQUAL, 0, len(block), number
            yield from block


def _decide(rule: ByArgument) -> Iterator[Instruction]:
    refused, allowed = _error(rule.error), (_RETURN, 0, 0, _ALLOW)
    met, otherwise = (allowed, refused) if rule.when is When.NOT_IN else (refused, allowed)
    test = _IF_ANY_BIT if rule.when is When.ANY_BIT else _IF_EQUAL
    yield _LOAD, 0, 0, _ARGUMENTS + 8 * rule.argument  # both machines are little-endian
    for value in rule.values:
        yield test, 0, 1, value
        yield met
    yield otherwise


def _error(number: int) -> Instruction:
    return _RETURN, 0, 0, _ERROR | number
