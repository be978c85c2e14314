"""The JSON Schema that editors use and the decoder agree on what is right and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import gate
from gate.config.decode import load
from gate.config.loader import Mapping, Node, Scalar, Sequence, parse
from gate.config.presets import PRESETS
from gate.config.problems import ConfigurationError, Problems
from gate.config.schema import Configuration, Measure, Preset

SCHEMA = json.loads(
    (Path(gate.__file__).parent / "schemas/config.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
FULL = (Path(__file__).parent / "full.yml").read_text(encoding="utf-8")


def plain(node: Node) -> Any:
    """The tree as an editor sees it."""
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key: plain(entry.value) for key, entry in entries.items()}
        case _:
            pytest.fail("this text cannot even be parsed")


def tree(text: str) -> Any:
    problems = Problems(file="f")
    node = parse(text, problems)
    assert not problems.found
    return plain(node)


def paths(text: str) -> list[str]:
    try:
        load(text, filename="f")
    except ConfigurationError as error:
        return [problem.path for problem in error.problems]
    return []


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"]


def described(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key below ``properties``, wherever; conditions (``if``, ``then``) describe nothing."""
    for name, below in schema.get("properties", {}).items():
        yield name, below
        yield from described(below)
    for below in schema.get("$defs", {}).values():
        yield from described(below)
    if "items" in schema:
        yield from described(schema["items"])


def test_every_key_has_a_description() -> None:
    keys = list(described(SCHEMA))
    assert len(keys) > 40
    assert [name for name, below in keys if not below.get("description")] == []


def test_the_example_of_the_product_is_valid() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(tree(FULL))] == []
    assert paths(FULL) == []


def test_the_defaults_that_editors_show_are_the_defaults() -> None:
    shown = """
version: 1
preset: recommended
benchmarks: {harness: head}
suite: {run: true}
measure: {budget: 3m}
baseline: {compare: base, release: false}
report: {comment: changes, inconclusive: neutral}
"""
    defaults = {
        (section, key): below["default"]
        for section, inside in SCHEMA["properties"].items()
        for key, below in inside.get("properties", {"": inside}).items()
        if "default" in below
    }
    written = {
        (section, key): value
        for section, inside in tree(shown).items()
        for key, value in (inside if isinstance(inside, dict) else {"": inside}).items()
    }
    assert defaults == written
    assert load(shown, filename="f") == Configuration()
    assert Measure().budget_s == 180


def test_every_preset_is_in_the_schema_and_makes_sense() -> None:
    assert set(SCHEMA["properties"]["preset"]["enum"]) == set(Preset) == set(PRESETS)
    for preset in PRESETS.values():
        assert 0 < preset.tolerate < preset.max_change


BAD = [
    ("- 1", ""),
    ("text", ""),
    ("bogus: 1", "bogus"),
    ("version: 2", "version"),
    ('version: "1"', "version"),
    ("version: true", "version"),
    ("version: ", "version"),
    ("preset: lenient", "preset"),
    ("target: []", "target"),
    ("target: {pyhton: x}", "target.pyhton"),
    ("target: {python: 3.12}", "target.python"),
    ("target: {python: '2.7'}", "target.python"),
    ("target: {python: }", "target.python"),
    ("target: {install: .}", "target.install"),
    ("target: {install: [-e]}", "target.install[0]"),
    ("target: {install: ['']}", "target.install[0]"),
    ("target: {install: [a, 1]}", "target.install[1]"),
    ("target: {install: [[a]]}", "target.install[0]"),
    ("target: {requirements: [/etc/passwd]}", "target.requirements[0]"),
    ("target: {requirements: [../x]}", "target.requirements[0]"),
    ("target: {env: [A]}", "target.env"),
    ("target: {env: {A: 1}}", "target.env.A"),
    ("target: {env: {A: }}", "target.env.A"),
    ("target: {env: {A=B: x}}", 'target.env["A=B"]'),
    ("target: {env: {1A: x}}", 'target.env["1A"]'),
    ("target: {env: {'': x}}", 'target.env[""]'),
    ("benchmarks: {paths: tests}", "benchmarks.paths"),
    ("benchmarks: {paths: [a/../b]}", "benchmarks.paths[0]"),
    ("benchmarks: {paths: [..]}", "benchmarks.paths[0]"),
    ("benchmarks: {paths: [a/..]}", "benchmarks.paths[0]"),
    ("benchmarks: {paths: [-x]}", "benchmarks.paths[0]"),
    ("benchmarks: {paths: [~/x]}", "benchmarks.paths[0]"),
    (r"benchmarks: {paths: ['a\b']}", "benchmarks.paths[0]"),
    ("benchmarks: {paths: ['']}", "benchmarks.paths[0]"),
    ("benchmarks: {pytest_args: [-n, 0]}", "benchmarks.pytest_args[1]"),
    ("benchmarks: {harness: Head}", "benchmarks.harness"),
    ("benchmarks: {commands: {}}", "benchmarks.commands"),
    ("benchmarks: {commands: [ls]}", "benchmarks.commands[0]"),
    ("benchmarks: {commands: [{run: [ls]}]}", "benchmarks.commands[0]"),
    ("benchmarks: {commands: [{name: a}]}", "benchmarks.commands[0]"),
    ("benchmarks: {commands: [{name: a, run: []}]}", "benchmarks.commands[0].run"),
    ("benchmarks: {commands: [{name: a, run: }]}", "benchmarks.commands[0].run"),
    ("benchmarks: {commands: [{name: a, run: ls -l}]}", "benchmarks.commands[0].run"),
    ("benchmarks: {commands: [{name: a, run: ['', b]}]}", "benchmarks.commands[0].run[0]"),
    ("benchmarks: {commands: [{name: a, run: [a, 1]}]}", "benchmarks.commands[0].run[1]"),
    ("benchmarks: {commands: [{name: a b, run: [a]}]}", "benchmarks.commands[0].name"),
    ("benchmarks: {commands: [{name: a, run: [a], env: {}}]}", "benchmarks.commands[0].env"),
    ("benchmarks: {imports: [my-lib]}", "benchmarks.imports[0]"),
    ("benchmarks: {imports: [a..b]}", "benchmarks.imports[0]"),
    ("suite: true", "suite"),
    ("suite: {run: yes}", "suite.run"),
    ("suite: {run: 1}", "suite.run"),
    ("suite: {executor: mylib.sdk}", "suite.executor"),
    ("suite: {executor: 'mylib:'}", "suite.executor"),
    ("suite: {executor: 'a:b:c'}", "suite.executor"),
    ("isolation: {allow: sockets}", "isolation.allow"),
    ("isolation: {allow: [network]}", "isolation.allow[0]"),
    ("isolation: {allow: [dev/null]}", "isolation.allow[0]"),
    ("isolation: {allow: [/]}", "isolation.allow[0]"),
    ("isolation: {allow: [/a/../b]}", "isolation.allow[0]"),
    ("measure: {budget: 3}", "measure.budget"),
    ("measure: {budget: 0s}", "measure.budget"),
    ("measure: {budget: 0h0m0.0s}", "measure.budget"),
    ("measure: {budget: ''}", "measure.budget"),
    ("measure: {budget: 3 minutes}", "measure.budget"),
    ("measure: {metrics: []}", "measure.metrics"),
    ("measure: {metrics: time}", "measure.metrics"),
    ("measure: {metrics: [time, latency]}", "measure.metrics[1]"),
    ("measure: {metrics: [time, time]}", "measure.metrics[1]"),
    ("thresholds: {}", "thresholds"),
    ("thresholds: [~]", "thresholds[0]"),
    ("thresholds: [{match: 1}]", "thresholds[0].match"),
    ("thresholds: [{match: ''}]", "thresholds[0].match"),
    ("thresholds: [{metric: speed}]", "thresholds[0].metric"),
    ("thresholds: [{tolerate: 1}]", "thresholds[0].tolerate"),
    ("thresholds: [{tolerate: 0.01}]", "thresholds[0].tolerate"),
    ("thresholds: [{tolerate: 0%}]", "thresholds[0].tolerate"),
    ("thresholds: [{tolerate: 0.00%}]", "thresholds[0].tolerate"),
    ("thresholds: [{max_change: -5%}]", "thresholds[0].max_change"),
    ("thresholds: [{max_change: five}]", "thresholds[0].max_change"),
    ("thresholds: [{max_change: \u0665%}]", "thresholds[0].max_change"),
    ("thresholds: [{level: fail}]", "thresholds[0].level"),
    ("thresholds: [{level: false}]", "thresholds[0].level"),
    ("thresholds: [{max: 3ms}]", "thresholds[0].max"),
    ("thresholds: [{goal: 3}]", "thresholds[0].goal"),
    ("thresholds: [{metric: time, max: 3}]", "thresholds[0].max"),
    ("thresholds: [{metric: time, max: 0ms}]", "thresholds[0].max"),
    ("thresholds: [{metric: time, max: 3MB}]", "thresholds[0].max"),
    ("thresholds: [{metric: time, max: 3m}]", "thresholds[0].max"),
    ("thresholds: [{metric: time, goal: 3MS}]", "thresholds[0].goal"),
    ("thresholds: [{metric: memory, max: 3ms}]", "thresholds[0].max"),
    ("thresholds: [{metric: memory, max: 3KB}]", "thresholds[0].max"),
    ("thresholds: [{metric: memory, goal: 100}]", "thresholds[0].goal"),
    ("thresholds: [{metric: allocations, max: 3kB}]", "thresholds[0].max"),
    ("thresholds: [{metric: allocations, max: '3'}]", "thresholds[0].max"),
    ("thresholds: [{metric: allocations, max: -1}]", "thresholds[0].max"),
    ("thresholds: [{metric: allocations, max: 1.5}]", "thresholds[0].max"),
    ("thresholds: [{metric: allocations, max: true}]", "thresholds[0].max"),
    ("baseline: {compare: main}", "baseline.compare"),
    ("baseline: {release: v1}", "baseline.release"),
    *[
        (f"baseline: {{store: '{store}'}}", "baseline.store")
        for store in (
            *("", "data", "file:x", "dir:", "dir:/x", "dir:../x", "dir:a/../b", "dir:~/x"),
            *("branch:", "branch:-x", "branch:a b", "branch:a..b", "branch:a/", "branch:/a"),
            *("branch:a.lock", "branch:a//b", "branch:a/.b", "branch:a~1", "branch:a:b"),
            *("s3:", "s3://", "s3:bucket", "s3:///x", "s3://b/../x", "https://x", "S3://b"),
        )
    ],
    ("report: {comment: true}", "report.comment"),
    ("report: {template: /x.j2}", "report.template"),
    ("report: {template: }", "report.template"),
    ("report: {inconclusive: pass}", "report.inconclusive"),
    ("accept: {}", "accept"),
    ("accept: [{match: x, up_to: 5%, reason: r}]", "accept[0]"),
    ("accept: [{match: x, up_to: 5%, until: 2027-01-31}]", "accept[0]"),
    ("accept: [{up_to: 5%, reason: r, until: 2027-01-31}]", "accept[0]"),
    ("accept: [{match: x, reason: r, until: 2027-01-31}]", "accept[0]"),
    ("accept: [{match: x, missing: false, reason: r, until: 2027-01-31}]", "accept[0]"),
    ("accept: [{match: x, up_to: 5, reason: r, until: 2027-01-31}]", "accept[0].up_to"),
    ("accept: [{match: x, up_to: 5%, reason: ' ', until: 2027-01-31}]", "accept[0].reason"),
    ("accept: [{match: x, up_to: 5%, reason: r, until: 31.1.2027}]", "accept[0].until"),
    ("accept: [{match: x, up_to: 5%, reason: r, until: 20270131}]", "accept[0].until"),
    ("accept: [{match: x, up_to: 5%, reason: r, until: 2027-W05-7}]", "accept[0].until"),
    ("accept: [{match: x, up_to: 5%, reason: r, until: never}]", "accept[0].until"),
    ("accept: [{match: x, max: 5, up_to: 5%, reason: r, until: 2027-01-31}]", "accept[0].max"),
]

# A schema cannot add up, compare with the calendar, or look across entries.
ONLY_THE_DECODER_SEES = [
    ("measure: {budget: 7h}", "measure.budget"),
    ("measure: {budget: 6h0.1s}", "measure.budget"),
    ("thresholds: [{tolerate: 5%, max_change: 4%}]", "thresholds[0].max_change"),
    ("thresholds: [{metric: time, max: 1ms, goal: 1s}]", "thresholds[0].max"),
    ("accept: [{match: x, up_to: 5%, reason: r, until: 2027-02-29}]", "accept[0].until"),
    (
        "benchmarks: {commands: [{name: a, run: [a]}, {name: a, run: [b]}]}",
        "benchmarks.commands[1].name",
    ),
]


@pytest.mark.parametrize(("text", "path"), BAD)
def test_schema_and_decoder_agree_that_this_is_wrong(text: str, path: str) -> None:
    assert not VALIDATOR.is_valid(tree(text))
    assert paths(text) == [path]


@pytest.mark.parametrize(("text", "path"), ONLY_THE_DECODER_SEES)
def test_the_decoder_alone_sees_that_this_is_wrong(text: str, path: str) -> None:
    assert VALIDATOR.is_valid(tree(text))
    assert paths(text) == [path]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "target:\nthresholds:\naccept:\nmeasure: {metrics: }\n",
        "target: {python: 3.13.1, env: {_A: ''}, install: ['.[a,b]']}",
        "benchmarks: {paths: [., a..b, ..a], imports: [], commands: []}",
        "measure: {budget: 1h30m0.5s}",
        "measure: {budget: 6h}",
        "thresholds: [{}, {match: 'a[x-1]', level: off}, {metric: time, max: 3 µs, goal: 2μs}]",
        "thresholds: [{metric: memory, max: 1.5 GiB}, {metric: allocations, max: 0}]",
        "thresholds: [{tolerate: 0.5 %, max_change: 100%}]",
        "baseline: {store: 'dir:a/b c'}",
        "baseline: {store: 'az://container/a.b/'}",
        "accept: [{match: x, missing: true, reason: r, until: 2027-01-31}]",
    ],
)
def test_schema_and_decoder_agree_that_this_is_right(text: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(tree(text))] == []
    assert paths(text) == []
