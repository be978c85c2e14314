"""The page: everything is in it, nothing of the target is interpreted, nothing is asked for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from gate.page.html import MOST_ROWS, render_html
from gate.report.view import view_of
from tests.golden.results import CASES, HOSTILE, regressed, result
from tests.unit.page.examples import crowd, history, paired


class Reader(HTMLParser):
    """Collects the elements of a page, and the text of its scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.shown = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in {"script", "style"} else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts.append((self._inside, data))
        else:
            self.shown += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("case", CASES)
def test_the_page_says_what_the_other_reports_say(case: str) -> None:
    """Verdict, advice, each row and each fact: in the words that the comment has."""
    view = view_of(CASES[case])
    shown = " ".join(read(render_html(CASES[case])).shown.split())
    texts = [view["headline"]["text"], view["headline"]["advice"], view["trust"]]
    texts += [row["name"] for row in view["everything"]["shown"]]
    texts += [fact["text"] for fact in view["facts"]]
    texts += view["notices"]["shown"] + view["differences"]["shown"]

    assert [text for text in texts if " ".join(text.split()) not in shown] == []


def test_nothing_of_the_target_is_markup_or_ends_the_data() -> None:
    """Names, messages and notices come out as text, whatever they say."""
    hostile = (*HOSTILE, "</script><script>alert(1)</script>", "<!--<script>", "&lt;b&gt;")
    rows = [regressed(name, (0.05, 0.04, 0.06), f": {name}") for name in hostile]
    evil = read(render_html(paired(result(*rows, notices=hostile))))
    tame = read(
        render_html(
            paired(
                result(
                    *(regressed(f"n{index}", (0.05, 0.04, 0.06)) for index in range(len(rows))),
                    notices=tuple(f"n{index}" for index in range(len(hostile))),
                )
            )
        )
    )

    assert [tag for tag, _ in evil.elements] == [tag for tag, _ in tame.elements]
    assert [sorted(one) for _, one in evil.elements] == [sorted(one) for _, one in tame.elements]
    assert "<img src=x onerror=alert(1)>" in evil.shown


@pytest.mark.parametrize("case", CASES)
def test_the_policy_allows_nothing_but_our_own_script_and_style(case: str) -> None:
    """By their hashes; no attribute of any element holds a style or a script."""
    reader = read(render_html(CASES[case]))
    policy = next(one["content"] for one in reader.all("meta") if one.get("http-equiv"))
    assert policy is not None
    allowed = dict(re.findall(r"(script|style)-src '(sha256-[^']+)'", policy))
    inlined = [text for text in reader.texts if not text[1].startswith("{")]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [tag for tag, _ in inlined] == ["style", "script"]
    assert {tag: _hash(text) for tag, text in inlined} == allowed
    names = {name for _, attributes in reader.elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name == "style"}


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@pytest.mark.parametrize("case", CASES)
def test_the_page_refers_to_nothing(case: str) -> None:
    """No address of anything outside: what it refers to is in it, or is an empty picture."""
    reader = read(render_html(CASES[case]))
    said = [one.get(key) for _, one in reader.elements for key in ("src", "href", "data", "action")]

    assert {text for text in said if text} == {"#results", "data:,"}


def test_each_row_has_the_detail_of_the_same_place() -> None:
    """The data is parallel to the rows, and says what the row says."""
    page = render_html(crowd(40))
    rows = [one for one in read(page).all("tr") if one.get("data-only")]
    details = _data(page)["details"]

    assert [one["outcome"] for one in details] == [one["data-only"] for one in rows]
    assert len(details) == 40


def test_rows_beyond_those_that_a_browser_lays_out_at_once_wait() -> None:
    """They are in the page, but not shown until they are asked for or searched."""
    rows = [one for one in read(render_html(crowd(MOST_ROWS + 3))).all("tr") if "id" in one]

    assert ["hidden" in one for one in rows] == [False] * MOST_ROWS + [True] * 3


def test_a_history_is_drawn_where_there_is_one() -> None:
    """As a sparkline in its row, and as data for the large plot."""
    shown = paired(CASES["regression"])
    name = shown.judgement.findings[0].benchmark.name
    page = render_html(shown, histories={(name, "time"): history(name, (8, 1e-5), (8, 1.2e-5))})
    drawn = [one["history"] for one in _data(page)["details"]]

    assert page.count('class="spark"') == 1
    assert [one["steps"][0]["change"] for one in drawn if one] == ["+20.0%"]
    assert 'class="spark"' not in render_html(shown)


def _data(page: str) -> dict[str, Any]:
    text = next(text for tag, text in read(page).texts if tag == "script" and text.startswith("{"))
    found: dict[str, Any] = json.loads(text)
    return found
