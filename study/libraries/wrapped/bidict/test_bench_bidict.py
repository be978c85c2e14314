"""Looking up, filling and changing two-way dictionaries."""

from __future__ import annotations

import pytest

from bidict import OrderedBidict, bidict

PAIRS = [(f"key-{number}", number) for number in range(200)]


@pytest.fixture(params=[bidict, OrderedBidict], ids=["plain", "ordered"])
def kind(request):
    return request.param


def test_create(benchmark, kind):
    assert len(benchmark(kind, PAIRS)) == len(PAIRS)


def test_put_one_by_one(benchmark, kind):
    def fill():
        filled = kind()
        for key, value in PAIRS:
            filled[key] = value
        return filled

    assert benchmark(fill).inverse[0] == "key-0"


def test_inverse_look_up(benchmark, kind):
    keys = kind(PAIRS).inverse
    assert benchmark(lambda: [keys[value] for _, value in PAIRS])[-1] == "key-199"


def test_equal(benchmark, kind):
    one, other = kind(PAIRS), kind(PAIRS)
    assert benchmark(one.__eq__, other)


def test_copy(benchmark, kind):
    assert benchmark(kind(PAIRS).copy)["key-7"] == 7
