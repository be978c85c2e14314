"""Foreign names are shown so that every output can carry them."""

from __future__ import annotations

import os

import pytest

from gate.revisions.names import is_full, listed, short

FULL = "0123456789" * 4


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (FULL, True),
        (FULL + FULL[:24], True),
        (FULL[:39], False),
        ("G" * 40, False),
        ("", False),
    ],
)
def test_full_object_names_are_recognised(expression: str, expected: bool) -> None:  # noqa: FBT001
    assert is_full(expression) is expected


def test_only_full_object_names_are_shortened() -> None:
    assert short(FULL) == "0123456789"
    assert short("a-branch-with-a-long-name") == "a-branch-with-a-long-name"


def test_names_of_any_bytes_can_be_written_and_hide_nothing() -> None:
    name = os.fsdecode(b"caf\xe9")
    assert listed([name, "a\nb", "größe"]) == "`caf\\udce9`, `a\\nb`, `größe`"


def test_a_long_list_is_cut_and_counted() -> None:
    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed(list("abcdefg")) == "`a`, `b`, `c`, `d`, `e` and 2 more"
