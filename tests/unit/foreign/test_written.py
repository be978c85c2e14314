"""Files that other tools really wrote are read: figures, units, revisions, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.foreign import Amount, Facts, Format, Reading, read
from gate.model import Clock, Metric, Source

FOLDER = Path(__file__).resolve().parents[2] / "data" / "foreign"
BASE, HEAD = "bcf5d5bf709e4499bc1b7bfea8e0c53096a90f5c", "92aaa5bfd6beded5b783aa41b325e13dd88e18a8"
FILES = sorted(
    str(path.relative_to(FOLDER))
    for path in FOLDER.rglob("*.js*")
    if path.name not in {"benchmarks.json", "machine.json"}
)


def reading_of(name: str) -> Reading:
    """What one of the files says."""
    meanings = (FOLDER / "asv" / "benchmarks.json").read_text
    found = read((FOLDER / name).read_text(), name, meanings)
    assert found is not None
    return found


def values(amounts: tuple[Amount, ...]) -> dict[str, float]:
    """Names and values, rounded."""
    return {one.name: float(f"{one.value:.3g}") for one in amounts}


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_known_by_its_content(name: str) -> None:
    found = reading_of(name)

    expected = next((each for each in Format if name.startswith(each.value)), None)
    others = {"data.js": Format.GITHUB_ACTION_BENCHMARK, "bencher.json": Format.BENCHER}
    assert found.format is (expected or others[name])
    assert all(run.amounts for run in found.runs)


def test_pytest_benchmark_gives_medians_with_the_commit_and_the_machine() -> None:
    (run,) = reading_of("pytest-benchmark-head.json").runs

    assert run.revision == HEAD
    assert run.committed_s == 1_772_445_600
    assert run.measured_s is not None
    assert run.measured_s > run.committed_s
    assert run.facts == Facts(cpu="AMD EPYC", cores=2, python="CPython 3.11.7 GCC 12.2.0")
    assert values(run.amounts) == {
        "test_words.py::test_count": 1.53e-5,
        "test_words.py::test_sized[1]": 1.47e-5,
        "test_words.py::test_sized[10]": 1.42e-4,
    }
    assert {(one.source, one.clock, one.processes, one.spread) for one in run.amounts} == {
        (Source.PYTEST, Clock.WALL, 1, None)
    }


def test_pyperf_gives_the_median_over_processes_and_how_they_differ() -> None:
    (run,) = reading_of("pyperf.json").runs

    assert run.revision is None
    assert values(run.amounts) == {"count-20": 2.1e-6, "count-200": 1.3e-5}
    assert {one.processes for one in run.amounts} == {10}
    assert all(one.spread is not None and 0 < one.spread < 0.2 for one in run.amounts)


def test_pyperf_may_have_measured_memory() -> None:
    (run,) = reading_of("pyperf-memory.json").runs

    (one,) = run.amounts
    assert (one.metric, one.unit, one.clock) == (Metric.MEMORY, "B", None)
    assert one.value == pytest.approx(12_503_040)


def test_hyperfine_gives_medians_of_commands_that_succeeded() -> None:
    found = reading_of("hyperfine.json")

    (run,) = found.runs
    assert (run.revision, run.measured_s, run.facts) == (None, None, Facts())
    assert values(run.amounts) == {"true": 5.88e-4, "sleep 0.01": 0.0109}
    assert {one.processes for one in run.amounts} == {5}
    assert found.left_out == (
        "hyperfine.json: results[1].exit_codes[0]: false: the command failed",
    )


def test_asv_gives_a_figure_for_each_combination_of_parameters() -> None:
    found = reading_of(f"asv/vm/{HEAD[:8]}-virtualenv-py3.11.json")

    (run,) = found.runs
    assert (run.revision, run.committed_s) == (HEAD, 1_772_445_600)
    assert run.facts == Facts(
        cpu="AMD EPYC", cores=2, python="3.11", series="vm, virtualenv-py3.11"
    )
    assert values(run.amounts) == {
        "bench_words.TimeCount.time_count(1, 'plain')": 4.86e-5,
        "bench_words.TimeCount.time_count(1, 'upper')": 4.93e-5,
        "bench_words.TimeCount.time_count(10, 'plain')": 2.22e-4,
        "bench_words.TimeCount.time_count(10, 'upper')": 2.13e-4,
        "bench_words.mem_table": 208.0,
        "bench_words.peakmem_table": 3.1e7,
        "bench_words.timeraw_import": 2.05e-3,
    }
    assert [one.metric for one in run.amounts].count(Metric.MEMORY) == 2
    assert [line.partition("_words.")[2] for line in found.left_out] == [
        "time_broken']: bench_words.time_broken: it failed",
        "track_words']: bench_words.track_words: by benchmarks.json it is neither time nor memory",
    ]


def test_data_js_is_a_run_for_each_commit_of_each_suite_and_rates_become_seconds() -> None:
    found = reading_of("data.js")

    assert [(run.facts.series, run.revision) for run in found.runs] == [
        ("Words with pytest-benchmark", BASE),
        ("Words with pytest-benchmark", HEAD),
        ("Start and size", BASE),
        ("Start and size", HEAD),
    ]
    rounds = reading_of("pytest-benchmark-head.json").runs[0].amounts
    for mean, median in zip(found.runs[1].amounts, rounds, strict=True):
        assert mean.name == median.name
        assert mean.value == pytest.approx(median.value, rel=0.2)
    assert values(found.runs[3].amounts) == {"start": 0.061}
    assert [line.rpartition("benches")[2] for line in found.left_out] == [
        "[1]: size of the wheel: 3 Megabytes by customSmallerIsBetter is no time of a call",
        "[1]: size of the wheel: 4 Megabytes by customSmallerIsBetter is no time of a call",
    ]


def test_bencher_gives_measures_that_have_a_unit() -> None:
    found = reading_of("bencher.json")

    (run,) = found.runs
    assert values(run.amounts) == {
        "parse": 8.8e-8,
        "parse [throughput]": 1.82e-7,
        "./build.sh [build-time]": 87.0,
    }
    assert found.left_out == (
        "bencher.json: ['words.whl']['file-size']: 42: its measure is no time of a call",
    )
