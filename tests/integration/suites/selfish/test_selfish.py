"""A benchmark that bears no second process beside it, and two that fail anyway or never."""

import fcntl

HELD = []


def alone():
    lock = open("lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    HELD.append(lock)  # until the process ends


def test_alone(benchmark):
    alone()
    benchmark(sorted, list(range(1000)))


def test_beside(benchmark):
    benchmark(sorted, list(range(1000)))


def test_broken(benchmark):
    benchmark(sorted, list(range(1000)))
    raise AssertionError("never right")
