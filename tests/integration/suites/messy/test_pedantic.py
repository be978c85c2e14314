"""Calls that may not be repeated at will."""
import thing


def test_once(benchmark):
    calls = []
    benchmark.pedantic(lambda: calls.append(1))
    assert len(calls) == 1


def test_rounds_are_a_limit(benchmark):
    calls = []
    assert benchmark.pedantic(lambda: calls.append(1) or 42, rounds=10, iterations=2) == 42
    assert len(calls) <= 20


def test_setup_gives_arguments(benchmark):
    def setup():
        return ([3, 1, 2],), {}

    assert benchmark.pedantic(sorted, setup=setup, rounds=5) == [1, 2, 3]


def test_teardown_follows_each_call(benchmark):
    open_things = []

    def setup():
        assert not open_things
        open_things.append(1)

    benchmark.pedantic(lambda: thing.work(9), setup=setup, teardown=open_things.clear, rounds=3)
    assert not open_things
