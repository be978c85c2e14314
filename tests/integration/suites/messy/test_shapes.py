"""Every way in which repositories use the fixture."""
import pytest
import thing

pytestmark = [pytest.mark.slow]


@pytest.mark.parametrize("n", [10, 1000], ids=["ten", "a thousand"])
def test_parametrised(benchmark, n):
    assert benchmark(thing.work, n) == sum(i * i for i in range(n))


@pytest.mark.benchmark(group="grouped", min_rounds=3)
def test_marked_and_fixture(benchmark):
    assert benchmark.group == "grouped"
    benchmark(thing.work, 5)


class TestInClass:
    def test_keyword_arguments(self, benchmark):
        assert benchmark(thing.work, n=4) == 14

    def test_decorator(self, benchmark):
        @benchmark
        def result():
            return thing.work(3)

        assert result == 5


def test_own_fixture(bench, table, size):
    assert bench(size) > 0
    assert len(table) == 100


def test_extra_info(benchmark):
    benchmark.extra_info["size"] = 7
    benchmark(thing.work, 7)
    assert benchmark.stats.stats.mean > 0
    assert benchmark.stats["min"] > 0
    assert benchmark.enabled


@pytest.mark.benchmark
def test_whole_test_by_marker():
    assert thing.work(2) == 1


@pytest.mark.performance
def test_whole_test_by_performance_marker(table):
    assert thing.work(len(table)) > 0


def test_no_benchmark_at_all():
    raise AssertionError("is not run")
