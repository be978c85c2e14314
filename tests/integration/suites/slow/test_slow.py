import time


def _note(name):
    with open(name, "a") as file:
        file.write(".")


def test_slow(benchmark):
    benchmark(lambda: (_note("slow"), time.sleep(0.7)))


def test_quick(benchmark):
    _note("quick")
    benchmark(sorted, list(range(1000)))
