"""Which files hold benchmarks."""

from __future__ import annotations

import pytest

from gate.measure.gathering.discovery import benchmark_files, worth_reading

HOLDS = {
    "fixture": "def test_a(benchmark): benchmark(f)",
    "fixture among others": "def test_a(tmp_path, *, benchmark): ...",
    "async": "async def test_a(benchmark): ...",
    "method": "class TestA:\n    def test_a(self, benchmark): ...",
    "codspeed's name": "def test_a(codspeed_benchmark): ...",
    "marker": "import pytest\n@pytest.mark.performance\ndef test_a(): ...",
    "marker with arguments": "import pytest\n@pytest.mark.benchmark(group='x')\ndef test_a(): ...",
    "marker of the module": "import pytest\npytestmark = pytest.mark.benchmark\ndef test_a(): ...",
    "prefix bench": "def bench_a(benchmark): ...",
}
HOLDS_NOT = {
    "a word in a docstring": '"""Not a benchmark."""\ndef test_a(): ...',
    "a helper": "def measure(benchmark): ...",
    "a fixture": "import pytest\n@pytest.fixture\ndef bench(benchmark): ...",
    "syntax error": "def test_a(benchmark:",
    "null byte": "def test_a(benchmark): ...\0",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOLDS.values(), ids=HOLDS)
def test_holds_benchmarks(text: str) -> None:
    assert benchmark_files([("tests/x.py", text)]) == ("tests/x.py",)
    assert worth_reading(text)


@pytest.mark.parametrize("text", HOLDS_NOT.values(), ids=HOLDS_NOT)
def test_holds_no_benchmarks(text: str) -> None:
    assert benchmark_files([("tests/x.py", text)]) == ()


def test_fixtures_that_wrap_the_fixture_count_through_any_number_of_files() -> None:
    sources = [
        ("conftest.py", "import pytest\n@pytest.fixture\ndef timed(benchmark): ...\n"),
        (
            "b/conftest.py",
            "from pytest import fixture\n@fixture()\ndef twice(timed, benchmark): ...",
        ),
        ("b/test_deep.py", "def test_a(twice): ..."),
        ("b/test_other.py", "def test_a(tmp_path): ..."),
    ]

    assert benchmark_files(sources) == ("b/test_deep.py",)


def test_what_no_word_points_to_is_not_worth_reading() -> None:
    assert not worth_reading("def test_a(tmp_path): ...")
