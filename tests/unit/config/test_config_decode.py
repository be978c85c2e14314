"""From text to a Configuration: what each key means, and that the schema says the same."""

from __future__ import annotations

from datetime import date
from math import log1p
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from gate.config.decode import load
from gate.config.fields import duration_s
from gate.config.problems import ConfigurationError
from gate.config.schema import (
    Acceptance,
    Baseline,
    Benchmarks,
    Command,
    Comment,
    Compare,
    Configuration,
    Harness,
    Inconclusive,
    Measure,
    Preset,
    Report,
    Store,
    StoreKind,
    Suite,
    Target,
    ThresholdEntry,
)
from gate.errors import ExitStatus, UsageError
from gate.model import Level, Metric

FULL = (Path(__file__).parent / "full.yml").read_text(encoding="utf-8")


def loaded(text: str) -> Configuration:
    return load(text, filename=".perf-gate.yml")


def printed(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(text, filename="f")
    return str(caught.value).splitlines()


def test_the_example_of_the_product_means_what_it_says() -> None:
    assert loaded(FULL) == Configuration(
        preset=Preset.RECOMMENDED,
        target=Target(
            python="3.12",
            install=(".[test]",),
            requirements=(PurePosixPath("requirements/bench.txt"),),
            env=(("MYLIB_NO_EXTENSIONS", "1"),),
        ),
        benchmarks=Benchmarks(
            paths=(PurePosixPath("tests/performance"),),
            pytest_args=("-m", "performance"),
            harness=Harness.HEAD,
            commands=(Command(name="cli-start", run=("python", "-m", "mylib", "--version")),),
            imports=("mylib",),
        ),
        suite=Suite(run=True, executor="mylib.sdk:make_executor"),
        measure=Measure(budget_s=180, metrics=(Metric.TIME, Metric.MEMORY, Metric.ALLOCATIONS)),
        thresholds=(
            ThresholdEntry(
                match="*",
                metric=Metric.TIME,
                tolerate=log1p(0.01),
                max_change=log1p(0.03),
                level=Level.ERROR,
            ),
            ThresholdEntry(
                match="import:*", metric=Metric.TIME, max_change=log1p(0.1), level=Level.WARN
            ),
            ThresholdEntry(
                match="suite:task_group_overhead", metric=Metric.TIME, max=0.0005, goal=0.0003
            ),
        ),
        baseline=Baseline(
            compare=Compare.BASE,
            store=Store(kind=StoreKind.BRANCH, location="perf-gate-data"),
            release=True,
        ),
        report=Report(
            comment=Comment.CHANGES,
            template=PurePosixPath(".perf-gate/comment.md.j2"),
            inconclusive=Inconclusive.NEUTRAL,
        ),
        accept=(
            Acceptance(
                match="test_parse*",
                metric=Metric.TIME,
                up_to=log1p(0.12),
                reason="validates input, #123",
                until=date(2027, 1, 31),
            ),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "{}",
        "version: 1",
        "target:\nbenchmarks:\nsuite:\nmeasure:\nthresholds:\nbaseline:\nreport:\naccept:\n",
        "target: {install: , requirements: , env: }\n",
        "benchmarks: {paths: , pytest_args: , commands: , imports: }\nmeasure: {metrics: }\n",
    ],
)
def test_an_empty_file_or_section_is_the_default(text: str) -> None:
    assert loaded(text) == Configuration()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("preset: strict", Configuration(preset=Preset.STRICT)),
        ("preset: advisory", Configuration(preset=Preset.ADVISORY)),
        ("target: {python: 3.9.18}", Configuration(target=Target(python="3.9.18"))),
        (
            'target: {env: {B: "", a_1: "no"}}',
            Configuration(target=Target(env=(("B", ""), ("a_1", "no")))),
        ),
        ("target: {install: []}", Configuration()),
        (
            'target: {install: ["mylib @ file:///x", numpy<3]}',
            Configuration(target=Target(install=("mylib @ file:///x", "numpy<3"))),
        ),
        ("benchmarks: {imports: []}", Configuration(benchmarks=Benchmarks(imports=()))),
        (
            "benchmarks: {harness: base}",
            Configuration(benchmarks=Benchmarks(harness=Harness.BASE)),
        ),
        (
            'benchmarks: {paths: [., ./a, "b..c", d/.e]}',
            Configuration(
                benchmarks=Benchmarks(
                    paths=tuple(PurePosixPath(path) for path in (".", "a", "b..c", "d/.e"))
                )
            ),
        ),
        ("suite: {run: false}", Configuration(suite=Suite(run=False))),
        ("measure: {metrics: [time]}", Configuration(measure=Measure(metrics=(Metric.TIME,)))),
        (
            "baseline: {compare: both, release: true}",
            Configuration(baseline=Baseline(compare=Compare.BOTH, release=True)),
        ),
        (
            "report: {comment: never, inconclusive: fail}",
            Configuration(report=Report(comment=Comment.NEVER, inconclusive=Inconclusive.FAIL)),
        ),
        (
            "thresholds: [{level: off}]",
            Configuration(thresholds=(ThresholdEntry(level=Level.OFF),)),
        ),
        (
            "accept: [{match: gone, missing: true, reason: moved, until: 2028-02-29}]",
            Configuration(
                accept=(
                    Acceptance(match="gone", missing=True, reason="moved", until=date(2028, 2, 29)),
                )
            ),
        ),
    ],
)
def test_keys_have_their_meaning(text: str, expected: Configuration) -> None:
    assert loaded(text) == expected


@pytest.mark.parametrize(
    ("written", "kind", "location"),
    [
        ("dir:var/baselines", StoreKind.DIRECTORY, "var/baselines"),
        ("branch:perf/data-1.x", StoreKind.BRANCH, "perf/data-1.x"),
        ("s3://bucket", StoreKind.S3, "bucket"),
        ("gs://bucket/a/b", StoreKind.GOOGLE, "bucket/a/b"),
        ("az://container/a/", StoreKind.AZURE, "container/a/"),
    ],
)
def test_stores(written: str, kind: StoreKind, location: str) -> None:
    store = loaded(f"baseline: {{store: '{written}'}}").baseline.store
    assert store == Store(kind=kind, location=location)


@pytest.mark.parametrize(
    ("metric", "written", "expected"),
    [
        ("time", "2s", 2.0),
        ("time", "0.5ms", 0.5e-3),
        ("time", "0.5 ms", 0.5e-3),
        ("time", "3us", 3e-6),
        ("time", "3µs", 3e-6),
        ("time", "3μs", 3e-6),
        ("time", "250ns", 250e-9),
        ("memory", "1B", 1),
        ("memory", "1kB", 1000),
        ("memory", "1KiB", 1024),
        ("memory", "1.5MB", 1_500_000),
        ("memory", "1.5MiB", 1_572_864),
        ("memory", "2GB", 2e9),
        ("memory", "2GiB", 2 * 1024**3),
        ("allocations", "1000", 1000),
        ("allocations", "0", 0),
    ],
)
def test_budgets_become_seconds_bytes_or_counts(metric: str, written: str, expected: float) -> None:
    (entry,) = loaded(f"thresholds: [{{metric: {metric}, max: {written}}}]").thresholds
    assert entry.max == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("3m", 180), ("1h", 3600), ("1h30m", 5400), ("1h2m3s", 3723), ("1.5m", 90)],
)
def test_durations(written: str, seconds: float) -> None:
    assert duration_s(written) == pytest.approx(seconds)
    assert loaded(f"measure: {{budget: {written}}}").measure.budget_s == pytest.approx(seconds)


@pytest.mark.parametrize("written", ["", "3", "m", "3m1h", "-3m", "3 m", "1e3s", "3ms", "٣m"])
def test_other_texts_are_no_duration(written: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        duration_s(written)


def test_percentages_become_log_ratios() -> None:
    (entry,) = loaded("thresholds: [{tolerate: 0.5 %, max_change: 100%}]").thresholds
    assert entry.tolerate == pytest.approx(0.00498754151, rel=1e-9)
    assert entry.max_change == pytest.approx(0.69314718056, rel=1e-9)


def test_every_problem_is_told_at_once_sorted_by_position() -> None:
    text = """\
thresholds:
  - {match: "*", tolerate: 1%}
  - match: "import:*"
    max_change: "five"
    levle: warn
target: {python: 3.10, env: &e {1A: x}}
version: 2
report: *e
"""
    assert printed(text) == [
        'f:4:17: thresholds[1].max_change: expected a percentage such as 5%, found "five"',
        (
            "f:5:5: thresholds[1].levle: expected one of match, metric, tolerate, max_change, "
            'level, max or goal, found "levle" (did you mean level?)'
        ),
        'f:6:18: target.python: expected a version in quotes such as "3.12", found 3.10',
        'f:6:29: target.env: expected plain data, found an anchor ("&e")',
        'f:6:33: target.env["1A"]: expected a name of letters, digits and _, found "1A"',
        "f:7:10: version: expected 1, the only version that this program reads, found 2",
        'f:8:9: report: expected plain data, found an alias ("*e")',
    ]


def test_the_error_is_a_usage_error_that_carries_the_problems() -> None:
    with pytest.raises(UsageError) as caught:
        load("a: 1\nb: [x\n", filename="dir/x.yml")
    error = caught.value
    assert isinstance(error, ConfigurationError)
    assert error.status is ExitStatus.USAGE
    assert error.hint
    assert error.message == str(error)
    (problem,) = error.problems
    assert (problem.file, problem.line, problem.column, problem.path) == ("dir/x.yml", 2, 4, "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r'preset: "\u202Eab"', r'found "\u202eab"'),
        (r'preset: "\u200Bx\u3164"', r'found "\u200bx\u3164"'),
        ("preset: " + "x" * 100, 'found "' + "x" * 20 + "…" + "x" * 39 + '"'),
        ("preset: |\n  two\n  lines\n", r'found "two\nlines\n"'),
    ],
)
def test_what_was_found_is_shown_escaped_and_cut(text: str, found: str) -> None:
    (line,) = printed(text)
    assert line.endswith(f", {found}")


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [("tresholds", " (did you mean thresholds?)"), ("acept", " (did you mean accept?)"), ("q", "")],
)
def test_unknown_keys_suggest_a_close_one(key: str, suggestion: str) -> None:
    (line,) = printed(f"{key}: 1")
    assert line == (
        f"f:1:1: {key}: expected one of version, preset, target, benchmarks, suite, isolation, "
        f'measure, thresholds, baseline, report or accept, found "{key}"{suggestion}'
    )


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        (
            ["{tolerate: 5%, max_change: 5%}"],
            (
                "f:1:41: thresholds[0].max_change: expected more than the 5% that is tolerated,"
                ' found "5%"'
            ),
        ),
        (
            ["{max_change: 1%}"],
            (
                "f:1:27: thresholds[0].max_change: expected more than the 1% that is tolerated,"
                ' found "1%"'
            ),
        ),
        (
            ["{match: x, tolerate: 3%}"],
            'f:1:35: thresholds[0].tolerate: expected less than the max_change of 3%, found "3%"',
        ),
        (
            ["{metric: time, tolerate: 2.5%}", '{match: "import:*", max_change: 2%}'],
            (
                "f:1:78: thresholds[1].max_change: expected more than the 2.5% that is tolerated,"
                ' found "2%"'
            ),
        ),
        (
            ["{metric: time, goal: 2ms, max: 1.9ms}"],
            'f:1:45: thresholds[0].max: expected goal to be at most max, found "1.9ms"',
        ),
        (
            ["{metric: time, max: 1ms}", "{match: x, metric: time, goal: 2ms}"],
            'f:1:71: thresholds[1].goal: expected goal to be at most max, found "2ms"',
        ),
    ],
)
def test_an_entry_must_make_sense_on_top_of_the_preset_and_those_above_it(
    entries: list[str], problem: str
) -> None:
    assert printed(f"thresholds: [{', '.join(entries)}]") == [problem]


@pytest.mark.parametrize(
    "text",
    [
        "thresholds: [{max_change: 10%}, {match: x, tolerate: 4%}]",
        'thresholds: [{match: "import:*", max_change: 10%}, {match: "import:a", tolerate: 4%}]',
        "thresholds: [{match: x, tolerate: 2%}, {match: y, max_change: 1.5%}]",
        "thresholds: [{metric: memory, tolerate: 2%}, {metric: time, max_change: 1.5%}]",
        "{preset: strict, thresholds: [{max_change: 1%}]}",
        "thresholds: [{metric: time, goal: 1ms, max: 1ms}]",
        "thresholds: [{metric: allocations, goal: 0, max: 0}]",
    ],
)
def test_entries_that_fit_those_above_them_are_fine(text: str) -> None:
    assert loaded(text).thresholds


def test_one_entry_may_contradict_itself_twice() -> None:
    text = "thresholds: [{metric: time, tolerate: 5%, max_change: 4%, goal: 2s, max: 1s}]"
    assert [line.split(": ")[1] for line in printed(text)] == [
        "thresholds[0].max_change",
        "thresholds[0].max",
    ]


def test_no_budget_at_all_beats_every_goal() -> None:
    """A ``max`` of 0 allocations is a budget, not the absence of one."""
    (line,) = printed("thresholds: [{metric: allocations, max: 0, goal: 1}]")
    assert "expected goal to be at most max" in line


def test_a_value_that_does_not_fit_causes_no_second_problem() -> None:
    text = (
        "thresholds: [{tolerate: x, max_change: 0.5%}]\naccept: [{match: 1, up_to: x, reason: a}]"
    )
    assert [line.split(": ")[1] for line in printed(text)] == [
        "thresholds[0].tolerate",
        "accept[0]",
        "accept[0].match",
        "accept[0].up_to",
    ]


def test_the_number_of_thresholds_is_limited() -> None:
    assert len(loaded("thresholds:\n" + "- {level: off}\n" * 500).thresholds) == 500
    (line,) = printed("thresholds:\n" + "- {level: off}\n" * 501)
    assert line.endswith("thresholds: expected at most 500 entries, found 501")


def test_configurations_can_be_keys() -> None:
    same: set[Any] = {loaded(FULL), loaded(FULL)}
    assert len(same) == 1
