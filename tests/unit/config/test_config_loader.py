"""The small YAML: what it reads, where it says things stand, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from gate.config.loader import MAX_DEPTH, Mapping, Node, Refused, Scalar, Sequence, parse
from gate.config.problems import Problems

PARSERS = [
    pytest.param(yaml.SafeLoader, id="pure"),
    pytest.param(
        getattr(yaml, "CSafeLoader", None),
        id="libyaml",
        marks=pytest.mark.skipif(not hasattr(yaml, "CSafeLoader"), reason="built without libyaml"),
    ),
]
both_parsers = pytest.mark.parametrize("parser", PARSERS)


def read(text: str, parser: Any) -> tuple[Node, list[str]]:
    problems = Problems(file="f")
    node = parse(text, problems, parser=parser)
    return node, [str(problem) for problem in problems.found]


def refused(text: str, parser: Any) -> list[str]:
    return read(text, parser)[1]


def scalar(text: str, parser: Any) -> Scalar:
    node, problems = read(f"a: {text}\n", parser)
    assert not problems
    assert isinstance(node, Mapping)
    value = node.entries["a"].value
    assert isinstance(value, Scalar)
    return value


@both_parsers
@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[(text, text) for text in ("no", "on", "off", "yes", "y", "1:30", "2027-01-31", "1_000")],
        *[(text, text) for text in ("1.2.3", "0b1", "tRUE", "5%", "=", ".", "-x", "9" * 19)],
        *[("0", 0), ("007", 7), ("-12", -12), ("+3", 3), ("0o17", 15), ("0xfF", 255)],
        *[("3.10", 3.1), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-1", -0.15)],
        *[(".inf", float("inf")), ("-.INF", float("-inf"))],
        *[('"1"', "1"), ("'true'", "true"), ('""', ""), ('"null"', "null")],
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(written: str, value: Any, parser: Any) -> None:
    found = scalar(written, parser).value
    assert found == value
    assert type(found) is type(value)


@both_parsers
def test_the_text_of_a_number_is_kept(parser: Any) -> None:
    assert scalar("3.10", parser).text == "3.10"


@both_parsers
def test_not_a_number_is_one_float(parser: Any) -> None:
    value = scalar(".nan", parser).value
    assert isinstance(value, float)
    assert value != value  # noqa: PLR0124 - this is how to ask for it


@both_parsers
def test_every_node_knows_its_line_and_column(parser: Any) -> None:
    node, problems = read("# first\r\nµ: [x,\r\n    {é: 1}]\r\n", parser)
    assert not problems
    assert isinstance(node, Mapping)
    entry = node.entries["µ"]
    assert (entry.at.line, entry.at.column) == (2, 1)
    assert isinstance(entry.value, Sequence)
    assert (entry.value.at.line, entry.value.at.column) == (2, 4)
    inner = entry.value.items[1]
    assert isinstance(inner, Mapping)
    assert (inner.at.line, inner.at.column) == (3, 5)
    assert (inner.entries["é"].value.at.line, inner.entries["é"].value.at.column) == (3, 9)


@both_parsers
@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_is_an_empty_scalar(text: str, parser: Any) -> None:
    node, problems = read(text, parser)
    assert not problems
    assert isinstance(node, Scalar)
    assert node.value is None


@both_parsers
def test_a_byte_order_mark_moves_no_column(parser: Any) -> None:
    assert refused("\ufeffa: *x\n", parser) == refused("a: *x\n", parser)


@both_parsers
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1", 'f:1:4: a: expected plain data, found an anchor ("&x")'),
        ("a:\n  - *x", 'f:2:5: a[0]: expected plain data, found an alias ("*x")'),
        ("*x : 1", 'f:1:1: expected plain data, found an alias ("*x")'),
        ("a: !!str 1", 'f:1:4: a: expected plain data, found a tag ("tag:yaml.org,2002:str")'),
        ("a: ! 1", 'f:1:4: a: expected plain data, found a tag ("!")'),
        ("!!map {}", 'f:1:1: expected plain data, found a tag ("tag:yaml.org,2002:map")'),
        ("<<: {a: 1}", "f:1:1: expected plain data, found a merge key (<<)"),
        ("b: {x: 1, <<: 2}", "f:1:11: b: expected plain data, found a merge key (<<)"),
        ("a: 1\nb: 2\na: 3", "f:3:1: a: expected each key once, found it again"),
        ('a: 1\n"a": 3', "f:2:1: a: expected each key once, found it again"),
        ("1: x", "f:1:1: expected text as a key, found 1"),
        ("true: x", "f:1:1: expected text as a key, found true"),
        ("~: x", "f:1:1: expected text as a key, found ~"),
        ("? [a]\n: x", "f:1:3: expected text as a key, found a collection"),
        ("a: {? {b: 1} : x}", "f:1:7: a: expected text as a key, found a collection"),
        ("a: 1\n---\nb: 2", "f:2:1: expected a single document, found a second one"),
        ("%YAML 1.1\n---\na: 1", "f:1:1: expected no directives, found a line that begins with %"),
        ("%TAG ! x:\n---\na", "f:1:1: expected no directives, found a line that begins with %"),
        ('a: "\\0"', r'f:1:4: a: expected printable text, found "\x00"'),
        ('a: "\\e[0m"', r'f:1:4: a: expected printable text, found "\x1b[0m"'),
        ('"\\a": 1', r'f:1:1: expected printable text, found "\x07"'),
    ],
)
def test_what_makes_yaml_dangerous_is_refused_with_its_position(
    text: str, problem: str, parser: Any
) -> None:
    assert [line.partition(" (first on line")[0] for line in refused(text, parser)] == [problem]


@both_parsers
def test_every_repetition_names_the_first_line(parser: Any) -> None:
    assert [line.rpartition(" (")[2] for line in refused("a: 1\na: 2\na: 3\n", parser)] == [
        "first on line 1)",
        "first on line 1)",
    ]


@both_parsers
def test_a_key_that_is_not_there_is_refused(parser: Any) -> None:
    (problem,) = refused("{? : x}", parser)
    assert problem.endswith("expected text as a key, found an empty key")


@both_parsers
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:\n\tb: 1", "f:2:1: expected spaces and printable characters only, found a tab"),
        ("a: b\tc", "f:1:5: expected spaces and printable characters only, found a tab"),
        *[
            (
                f"a: 1\nb: é{bad}",
                (
                    "f:2:5: expected spaces and printable characters only, "
                    f"found the character U+{ord(bad):04X}"
                ),
            )
            for bad in "\0\x1b\x7f\x85\u2028\udcff\ud800\ufeff\uffff\r"
        ],
    ],
)
def test_what_is_not_text_is_refused_at_its_first_character(
    text: str, problem: str, parser: Any
) -> None:
    assert refused(text, parser) == [problem]


@both_parsers
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [b,\n  c\n", "f:1:4"),  # where it was opened, not the end of the file
        ("x: 1\na: 'b\n  c\n", "f:2:4"),
        ("x: [a\ny: 1\n", "f:2:2"),
        ("a: b: c", "f:1:5"),
        ("a: %5", "f:1:4"),
        ("a: @x", "f:1:4"),
        ("a: 1\n b: 2", "f:2:3"),
        ("a: ]", "f:1:4"),
    ],
)
def test_broken_syntax_is_one_problem_with_its_position(text: str, place: str, parser: Any) -> None:
    node, problems = read(text, parser)
    assert isinstance(node, Refused)
    assert len(problems) == 1
    assert problems[0].startswith(f"{place}: expected YAML, found broken syntax (")


@both_parsers
def test_a_star_without_quotes_is_explained(parser: Any) -> None:
    expected = "f:2:12: expected YAML, found an alias, or a star that needs quotes"
    assert refused("thresholds:\n  - match: *\n", parser) == [expected]


@both_parsers
@pytest.mark.parametrize("escape", [r"\U00110000", r"\uD800", r"\UFFFFFFFF"])
def test_escapes_for_characters_that_do_not_exist_are_refused(escape: str, parser: Any) -> None:
    assert len(refused(f'a: "{escape}"', parser)) == 1


@both_parsers
def test_reading_goes_on_after_what_is_refused(parser: Any) -> None:
    assert [line.split(": ")[0] for line in refused("a: &x 1\nb: *x\nb: 2\n3: 4\n", parser)] == [
        "f:1:4",
        "f:2:4",
        "f:3:1",
        "f:4:1",
    ]


@both_parsers
@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[\n", "[a: ", "{a: "])
def test_depth_is_limited_long_before_the_recursion_limit(opening: str, parser: Any) -> None:
    text = (opening * 65_000)[:65_000]
    node, problems = read(text, parser)
    assert isinstance(node, Refused)
    assert [line.partition(": ")[2] for line in problems] == [
        "expected at most 20 levels, found one more"
    ]


@both_parsers
@pytest.mark.parametrize(("levels", "count"), [(MAX_DEPTH, 0), (MAX_DEPTH + 1, 1)])
def test_the_last_allowed_depth_is_allowed(levels: int, count: int, parser: Any) -> None:
    assert len(refused("[" * levels + "]" * levels, parser)) == count


@both_parsers
@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("#" * 65_536, []),
        ("#" * 65_537, ["f:1:1: expected at most 64 KiB, found 65537 bytes"]),
        ("#" + "é" * 32_768, ["f:1:1: expected at most 64 KiB, found 65537 bytes"]),
        ("[" * 100_000, ["f:1:1: expected at most 64 KiB, found 100000 bytes"]),
    ],
)
def test_size_is_limited_in_bytes(text: str, problems: list[str], parser: Any) -> None:
    assert refused(text, parser) == problems


def merge_key_bomb(levels: int) -> str:
    """Each level merges the one before nine times: 507 bytes that a merging loader never ends."""
    lines = ["a: &a [{x: 1}]"]
    for before, name in zip("abcdefghijklm"[:levels], "bcdefghijklmn", strict=False):
        lines += [f"{name}: &{name}", f"  <<: [{','.join([f'*{before}'] * 9)}]"]
    return "\n".join(lines)


@both_parsers
def test_a_merge_key_bomb_is_refused_line_by_line_and_never_expanded(parser: Any) -> None:
    problems = refused(merge_key_bomb(12), parser)
    kinds = ("an anchor", "an alias", "a merge key")
    counts = [sum(f"found {kind}" in problem for problem in problems) for kind in kinds]
    assert counts == [13, 12 * 9, 12]
