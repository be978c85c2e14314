import time


def test_a_well(benchmark):
    benchmark(sum, range(10))


def test_hangs(benchmark):
    benchmark(time.sleep, 1000)


def test_z_well(benchmark):
    benchmark(sum, range(10))
