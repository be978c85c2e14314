"""Text from the target is shown, never interpreted."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.report.units import MINUS
from gate.text import NAME_LIMIT, fold, markdown, markdown_code, terminal, visible
from tests.golden.results import HOSTILE

ANY_TEXT = st.one_of(
    st.text(max_size=300),
    st.text("ab_*`<>&|[]()!@#:/.w\\\u202e\u0301\x1b\r\n \ufe0f⚠", max_size=60),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("test_parse[long]", "test_parse[long]"),
        ("e\u0301", "é"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b2J", r"\x9b2J"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u200bb\u200dc\ufeffd", r"a\u200bb\u200dc\ufeffd"),
        ("a\xa0b\u3000c", r"a\xa0b\u3000c"),
        ("\u2028\ud800\U000e0041\ue000", r"\u2028\ud800\U000e0041\ue000"),
        ("\u3164\u115f\u2800", r"\u3164\u115f\u2800"),
        ("\u0338x", r"\u0338x"),
        ("a\ufe0fb", r"a\ufe0fb"),
        ("⚠\ufe0f", "⚠\ufe0f"),
        ("⚠\ufe0f\ufe0f", "⚠\ufe0f\\ufe0f"),
        ("日本語", "日本語"),
    ],
)
def test_what_hides_or_reorders_is_shown_escaped(text: str, shown: str) -> None:
    """Letters of any script stay, everything invisible becomes readable."""
    assert visible(text) == shown


def test_marks_cannot_pile_up_over_the_lines_around() -> None:
    """Three combining marks stay on a letter, the rest is escaped."""
    assert visible("q" + "\u0301" * 5) == "q" + "\u0301" * 3 + r"\u0301" * 2


@given(ANY_TEXT, st.integers(min_value=1, max_value=60))
def test_visible_text_is_one_line_within_its_limit_and_stays(text: str, limit: int) -> None:
    """Nothing that is left can move the cursor, and doing it twice does no more."""
    shown = visible(text, limit)

    assert visible(shown, limit) == shown
    assert sum(unicodedata.category(char) not in {"Mn", "Me"} for char in shown) <= limit
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e]", shown)


def test_long_names_keep_their_ends() -> None:
    """The end of a test's name tells more than its folder."""
    assert fold("tests/bench/test_url.py::test_parse[long]", 22) == "tests/b…st_parse[long]"
    assert len(visible("x" * 1_000_000)) == NAME_LIMIT


def test_wide_letters_count_twice() -> None:
    """A terminal needs two cells for each of them."""
    assert fold("日本語日本語", 7) == "日…本語"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", ": :error::x"),
        ("x ::error::y", "x : :error::y"),
        ("\n::error::x", r"\n::error::x"),
        ("a ##[error]x", "a # #[error]x"),
        ("tests/a.py::test_b", "tests/a.py::test_b"),
    ],
)
def test_a_log_takes_no_name_for_a_command(text: str, shown: str) -> None:
    """Commands stand at the start of a line, or behind ``##`` anywhere."""
    assert terminal(text) == shown


@given(ANY_TEXT)
def test_no_markup_is_left_in_markdown(text: str) -> None:
    """The text comes back when entities are decoded, and contains nothing that cmark acts on."""
    for escaped in (markdown(text), markdown_code(text)[len("<code>") : -len("</code>")]):
        bare = re.sub(r"&#\d+;", " ", escaped)  # an entity parts what stands beside it

        assert not re.search(r"[<>&|`*\[\]{}~\\$!^@#]|://|\bwww\.|(?<![^\W_])_|_(?![^\W_])", bare)
        assert html.unescape(escaped).replace("\u200b", "") == visible(text)


@pytest.mark.parametrize("text", ["- x", "+ x", "1. x", "12) x", "---", "===", "-", "1."])
def test_no_block_begins_with_a_text(text: str) -> None:
    """Lists, rules and headings need their first character, which is an entity."""
    assert re.match(r"\d*&#\d+;", markdown(text))


@pytest.mark.parametrize("number", ["+12.4%", "1.23 ms", f"{MINUS}8.30%", "-> 2"])
def test_numbers_stay_readable(number: str) -> None:
    """What only looks like the start of a list is left alone."""
    assert html.unescape(markdown(number)) == number
    assert "&#4" not in markdown(number)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_inside_their_code(name: str) -> None:
    """Whatever a name contains, the only tags are ours."""
    assert re.findall(r"<[^>]*>", markdown_code(name)) == ["<code>", "</code>"]


def test_mentions_references_links_and_emoji_are_broken() -> None:
    """GitHub looks for them after entities are decoded, so an invisible character parts them."""
    shown = html.unescape(markdown("@octocat #12 GH-3 :rocket: https://a.b www.a.b c@d.e"))

    assert not re.search(r"@\w|#\d|GH-\d|:rocket:|://|www\.", shown)
