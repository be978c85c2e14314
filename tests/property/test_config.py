"""Whatever a configuration file holds: a Configuration or a ConfigurationError, never more."""

from __future__ import annotations

import json
import string
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
from gate.config.schema import Configuration
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


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Documents shaped like the schema, with one value in three that is anything at all."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "properties" in schema:
        keys = {key: fitting(below) for key, below in schema["properties"].items()}
        shaped: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=keys)
    elif "items" in schema:
        shaped = st.lists(fitting(schema["items"]), max_size=2)
    else:
        shaped = SCALARS | st.sampled_from(schema.get("enum", [schema.get("const", "x")]))
    return st.one_of(shaped, shaped, SCALARS)


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
@given(DOCUMENTS | fitting(SCHEMA))
def test_what_the_decoder_takes_is_valid_by_the_schema(document: Any) -> None:
    result = decoded(json.dumps(document, ensure_ascii=False))
    assert isinstance(result, ConfigurationError) or VALIDATOR.is_valid(document)


@REPEATABLE
@given(DOCUMENTS | fitting(SCHEMA))
def test_what_the_schema_refuses_is_refused(document: Any) -> None:
    if not VALIDATOR.is_valid(document):
        error = decoded(json.dumps(document, ensure_ascii=False))
        assert isinstance(error, ConfigurationError)


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
    assert matches(name.rpartition("::")[2] if "[" not in name else name, name)
    assert matches("*", name)


@REPEATABLE
@given(fitting(SCHEMA), NAMES, st.sampled_from(Metric))
def test_every_threshold_is_a_sound_one(document: Any, name: str, metric: Metric) -> None:
    configuration = decoded(json.dumps(document))
    if isinstance(configuration, Configuration):
        threshold = threshold_for(configuration, Benchmark(name=name), metric)
        assert 0 < threshold.tolerate < threshold.max_change
