import pytest
import thing

STARTED = []


@pytest.fixture(scope="session")
def table():
    STARTED.append("table")
    assert len(STARTED) == 1, "a session fixture is set up once"
    return list(range(100))


@pytest.fixture(params=["small", "large"], scope="module")
def size(request):
    return {"small": 3, "large": 300}[request.param]


@pytest.fixture
def bench(benchmark):
    """A fixture of the repository's own around ours."""
    return lambda *args: benchmark(thing.work, *args)


def pytest_benchmark_update_machine_info(config, machine_info):
    machine_info["mine"] = True
