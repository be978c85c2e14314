"""A template of the target: it lays out, it may fail, and it can do no harm."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from gate.report.custom.__main__ import LONGEST, answered
from gate.report.custom.rendering import (
    LARGEST_TEMPLATE,
    Flaw,
    Template,
    comment_of,
    render_custom,
)
from gate.report.render import COMMENT_BYTES, marker, render_comment
from gate.report.view import view_of
from tests.golden.cases import ALL
from tests.golden.results import CASES, HOSTILE, many

PATH = PurePosixPath(".perf-gate/comment.md.j2")
OURS = '{% extends "comment.md.j2" %}'
VIEW = view_of(CASES["regression"])


def yours(text: str) -> Template:
    return Template(path=PATH, text=text)


def drawn(text: str, case: str = "regression") -> str:
    """What the child makes of it, without the child."""
    view = view_of(ALL[case])
    answer = answered(name=str(PATH), text=text, view=view, first_line=marker("default"))
    return str(answer.get("text") or f"{answer['line']}: {answer['problem']}")


@pytest.mark.parametrize("case", ALL)
def test_a_template_that_only_extends_ours_is_ours(case: str) -> None:
    assert drawn(OURS, case) == render_comment(view_of(ALL[case]))


def test_a_block_of_ours_can_be_replaced() -> None:
    text = drawn(f"{OURS}{{% block headline %}}\n# {{{{ view.verdict }}}}\n\n{{% endblock %}}")

    assert text.startswith("<!-- perf-gate: default -->\n# fail\n\n| | Benchmark |")
    assert "All 6 results" in text


def test_the_marker_is_the_first_line_whatever_the_template_does() -> None:
    """Without it the comment would be posted again by each run."""
    assert drawn("\n\nonly\n{{ marker }}\n").splitlines()[0] == marker("default")


@pytest.mark.parametrize("how", ["{}", "{} | safe", "{} | e", "marker ~ {}", "({} | string)"])
def test_names_stay_harmless_however_they_are_shown(how: str) -> None:
    shown = how.format("row.name")
    text = drawn(f"{{% for row in view.everything.shown %}}\n{{{{ {shown} }}}}\n{{% endfor %}}")
    with_name = drawn(
        f"{{% for row in view.everything.shown %}}\n{{{{ {shown} }}}}\n{{% endfor %}}",
        "hostile_names",
    )

    assert "test&#95;parse" in text or "test_parse" in text
    assert "<img" not in with_name
    assert "@octocat" not in with_name
    assert HOSTILE[4] not in with_name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\nb\n{{ view.nothing }}", "3: 'dict object' has no attribute 'nothing'"),
        ("a\n{% nonsense %}", "2: Encountered unknown tag 'nonsense'"),
        (f"{OURS}\n{{% block trust %}}\n{{{{ 1 / 0 }}}}{{% endblock %}}", "3: division by zero"),
        ("{{ ().__class__ }}", "1: access to attribute '__class__' of 'tuple' object is unsafe"),
        ("{{ view.clear() }}", "1: "),
        ("{{ lipsum() }}", "1: 'lipsum' is undefined"),
        ('{% include "../../etc/passwd" %}', "1: there is no template ../../etc/passwd"),
        ("", "0: it renders to nothing"),
        ("{% for i in range(60001) %}x{% endfor %}", "0: it is longer than 60,000 bytes"),
        (
            "{% for i in range(99999) %}{% for j in range(9) %}" + "x" * 30 + "{% endfor %}"
            "{% endfor %}",
            f"0: it is longer than {LONGEST:,} characters",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, problem: str) -> None:
    assert drawn(text).startswith(problem)


def test_a_template_that_is_named_like_ours_can_extend_ours() -> None:
    answer = answered(
        name="comment.md.j2", text=OURS, view=VIEW, first_line="<!-- perf-gate: default -->"
    )

    assert answer["text"] == render_comment(VIEW)


def test_the_comment_of_many_rows_is_cut_to_its_budget() -> None:
    text = answered(name="x", text=OURS, view=view_of(many(1_000)), first_line=marker("default"))[
        "text"
    ]

    assert 0.99 * COMMENT_BYTES < len(text.encode()) <= COMMENT_BYTES


def test_a_child_renders_it() -> None:
    assert render_custom(VIEW, yours(OURS)) == render_comment(VIEW)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "it takes too long",
        ),
        ('{{ "x" * 10**10 }}', "it needs too much memory"),
        ("x" * (LARGEST_TEMPLATE + 1), "it is larger than 65,536 bytes"),
    ],
)
def test_loops_and_memory_have_a_bound(text: str, problem: str) -> None:
    made = render_custom(VIEW, yours(text), cpu_s=1)

    assert isinstance(made, Flaw)
    assert made.sentence == (
        f"The comment is ours, not that of report.template: .perf-gate/comment.md.j2: {problem}."
    )


def test_a_template_that_fails_leaves_ours_and_a_notice() -> None:
    """The verdict does not depend on it."""
    result, comment = comment_of(CASES["regression"], yours("\n{{ nobody }}"))

    assert result.judgement == CASES["regression"].judgement
    (notice,) = result.notices
    assert notice.endswith("report.template: .perf-gate/comment.md.j2:2: 'nobody' is undefined.")
    assert comment == render_comment(view_of(result))
    assert "'nobody' is undefined" in comment
