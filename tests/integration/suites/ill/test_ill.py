"""Benchmarks that go wrong, each in its own way, between two that are well."""
import os
import sys
import warnings

import pytest


def test_a_well(benchmark):
    benchmark(sum, range(10))


def test_raises(benchmark):
    benchmark(lambda: 1 / 0)


def test_raises_after_measuring(benchmark):
    assert benchmark(sum, range(10)) == 46


def test_crashes(benchmark):
    benchmark(os.abort)


def test_exits(benchmark):
    benchmark(lambda: os._exit(0))


def test_never_measures(benchmark):
    pass


def test_measures_twice(benchmark):
    benchmark(sum, ())
    benchmark(sum, ())


def test_skips(benchmark):
    pytest.skip("not on this machine")


def test_prints_garbage(benchmark):
    def noise():
        os.write(1, b"\x00\xff::error::boo\r##[error]boo\x1b[31m\n")
        print('{"kind": "reading"}', file=sys.stderr)

    benchmark(noise)


def test_warns(benchmark):
    benchmark(warnings.warn, "often", stacklevel=2)


def test_z_well(benchmark):
    benchmark(sum, range(10))
