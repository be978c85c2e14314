"""Whatever a configuration file holds: a Configuration or a ConfigurationError, never more."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import gate
from gate.config.decode import load
from gate.config.loader import MAX_BYTES, Mapping, Node, Scalar, Sequence, parse
from gate.config.problems import ConfigurationError, Problems
from gate.config.schema import Configuration, ThresholdEntry
from gate.config.thresholds import matches, threshold_for
from gate.model import Benchmark, Metric

SCHEMA: dict[str, Any] = json.loads(
    (Path(gate.__file__).parent / "schemas/config.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)

REPEATABLE = settings(deadline=None, derandomize=True)

# Text dense in what YAML gives a meaning to.
YAML_LIKE = st.lists(
    st.sampled_from(
        [
            *("a", "b", "1", "x: ", "- ", "? ", ": ", "\n", "\n  ", "[", "]", "{", "}", ",", '"'),
            *("'", "&a ", "*a", "<<: ", "!!str ", "! ", "# ", "|\n", ">\n", "---\n", "...\n"),
            *("%YAML 1.1\n", "\t", "\r\n", "\\", "\\U00110000", "thresholds: ", "match: ", "é"),
        ]
    ),
    max_size=40,
).map("".join)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 1000),
    st.sampled_from(
        [
            *("5%", "0%", "3m", "7h", "time", "memory", "allocations", "1ms", "2MB", "x", "", " "),
            *("off", "warn", "head", "base", "../x", "/x", "a/b", "m:f", "2027-01-31", "3.12"),
            *("dir:x", "branch:a..b", "s3://b", "always", "neutral", "strict", "-e", "2027-02-30"),
        ]
    ),
)
KEYS = st.sampled_from(
    [
        *("version", "preset", "target", "benchmarks", "suite", "measure", "thresholds", "report"),
        *("baseline", "accept", "python", "install", "requirements", "env", "paths", "harness"),
        *("pytest_args", "commands", "imports", "name", "run", "executor", "budget", "metrics"),
        *("match", "metric", "tolerate", "max_change", "level", "max", "goal", "compare", "store"),
        *("release", "comment", "template", "inconclusive", "up_to", "missing", "reason", "until"),
        *("bogus", "<<", ""),
    ]
)
DOCUMENTS = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=5)
)


# What is right below a key, where the schema gives a shape and no list of values.
FITTING: dict[str, list[Any]] = {
    "version": [1],
    "python": ["3.12"],
    "install": [".[test]", "numpy"],
    "requirements": ["a/b.txt"],
    "paths": ["tests", "."],
    "pytest_args": ["-m", ""],
    "name": ["a", "b", "c"],
    "run": ["x"],
    "imports": ["a.b", "c"],
    "executor": ["m:f"],
    "budget": ["3m", "1h30m"],
    "match": ["*", "a*", "*a", "a[b]", "t.py::a"],
    "metric": ["time"],
    "tolerate": ["0.5%", "1%", "2%", "4%"],
    "max_change": ["1%", "3%", "5%", "10%"],
    "max": ["2ms", "3ms"],
    "goal": ["1ms", "2ms"],
    "store": ["dir:x", "branch:a/b", "s3://b/c"],
    "template": ["a/b.j2"],
    "up_to": ["12%"],
    "reason": ["because"],
    "until": ["2027-01-31"],
}


def fitting(schema: dict[str, Any], key: str = "") -> st.SearchStrategy[Any]:
    """Documents in the shape of the schema, most of them right."""
    resolved = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "properties" in resolved:
        keys = {name: fitting(below, name) for name, below in resolved["properties"].items()}
        needed = {name: keys.pop(name) for name in resolved.get("required", ())}
        if "max" in keys:
            needed["metric"] = keys.pop("metric")
        if "up_to" in keys:
            needed["up_to"] = keys.pop("up_to")
        return st.fixed_dictionaries(needed, optional=keys)
    if "items" in resolved:
        items = fitting(resolved["items"], key)
        return st.lists(items, min_size=resolved.get("minItems", 0), max_size=3)
    if resolved.get("type") == "boolean":
        return st.booleans()
    return st.sampled_from(FITTING.get(key) or resolved.get("enum") or [{"A": "x"}])


@st.composite
def edited(draw: st.DrawFn) -> Any:
    """A document that fits, with anything at all in one place of every second one."""
    document = draw(fitting(SCHEMA))
    spots = list(places(document))
    wrong: bool = draw(st.booleans())
    if spots and wrong:
        container, key = draw(st.sampled_from(spots))
        container[key] = draw(DOCUMENTS)
    return document


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Everything inside of a document, as a container and a key or index."""
    pairs = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in pairs:
        yield document, key
        if isinstance(value, dict | list):
            yield from places(value)


def decoded(text: str) -> Configuration | ConfigurationError:
    try:
        return load(text, filename="f")
    except ConfigurationError as error:
        return error


@REPEATABLE
@given(st.text() | YAML_LIKE)
def test_any_text_is_a_configuration_or_a_configuration_error(text: str) -> None:
    result = decoded(text)
    if isinstance(result, ConfigurationError):
        assert result.problems
        assert list(result.problems) == sorted(result.problems)
        assert len(str(result).splitlines()) == len(result.problems)


@REPEATABLE
@given(YAML_LIKE)
def test_problems_lie_inside_the_text(text: str) -> None:
    error = decoded(text)
    if isinstance(error, ConfigurationError):
        lines = text.split("\n")
        for problem in error.problems:
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


@REPEATABLE
@given(st.binary(max_size=200))
def test_bytes_that_are_not_utf_8_are_refused(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    if any("\udc80" <= character <= "\udcff" for character in text):
        assert isinstance(decoded(text), ConfigurationError)


@REPEATABLE
@given(DOCUMENTS | edited())
def test_what_the_decoder_takes_is_valid_by_the_schema(document: Any) -> None:
    result = decoded(json.dumps(document, ensure_ascii=False))
    assert isinstance(result, ConfigurationError) or VALIDATOR.is_valid(document)


def plain(node: Node) -> Any:
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key: plain(entry.value) for key, entry in entries.items()}
        case _:
            return "refused"


@REPEATABLE
@given(DOCUMENTS.filter(lambda document: "<<" not in json.dumps(document)))
def test_json_is_read_as_json(document: Any) -> None:
    problems = Problems(file="f")
    assert plain(parse(json.dumps(document), problems)) == document
    assert not problems.found


@REPEATABLE
@given(YAML_LIKE)
def test_both_parsers_refuse_the_same_and_read_the_same(text: str) -> None:
    trees, refused = [], []
    for parser in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        problems = Problems(file="f")
        trees.append(plain(parse(text, problems, parser=parser)))
        refused.append(bool(problems.found))
    assert refused[0] == refused[1]
    assert refused[0] or trees[0] == trees[1]


@REPEATABLE
@given(st.lists(YAML_LIKE.filter(bool), min_size=1, max_size=3))
def test_the_same_over_and_over_ends_in_an_answer(parts: list[str]) -> None:
    """No RecursionError, and no hang, up to the largest file that is read."""
    for part in parts:
        decoded((part * MAX_BYTES)[: MAX_BYTES // 2])


NAMES = st.text(string.ascii_lowercase[:3] + "[]!-*?:/._", max_size=12)


@REPEATABLE
@given(NAMES)
def test_every_name_matches_itself(name: str) -> None:
    assert matches(name, name)
    assert matches("*", name)


@REPEATABLE
@given(
    st.lists(
        st.builds(
            ThresholdEntry,
            match=NAMES | st.sampled_from(FITTING["match"]),
            metric=st.none() | st.sampled_from(Metric),
            tolerate=st.none() | st.floats(1e-6, 1),
            max_change=st.none() | st.floats(1e-6, 1),
        ),
        max_size=5,
    ),
    st.sampled_from(["a", "aa", "a[b]", "t.py::a"]) | NAMES,
    st.sampled_from(Metric),
)
def test_every_threshold_is_a_sound_one(
    entries: list[ThresholdEntry], name: str, metric: Metric
) -> None:
    configuration = Configuration(thresholds=tuple(entries))
    threshold = threshold_for(configuration, Benchmark(name=name), metric)
    assert 0 < threshold.tolerate < threshold.max_change
