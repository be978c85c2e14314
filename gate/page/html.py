"""A result, or the history in a store, as one self-contained file that asks no network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from gate.model import Result
from gate.page.board import Board
from gate.page.rows import GLYPH_WIDTH, Histories, details_of, lines_of, reach_of, tiles_of
from gate.page.traces import SPARK_HEIGHT, SPARK_WIDTH
from gate.report.render import templates
from gate.report.units import percent
from gate.report.view import DEFAULT_REPORT_ID, view_of

MOST_ROWS = 500
"""So many are listed until more are asked for: a browser lays out ten thousand in seconds."""
_SCRIPTS = ("plots.js", "table.js")
_STYLES = ("page.css",)
NO_HISTORIES: Histories = {}


def render_html(
    result: Result, *, report_id: str = DEFAULT_REPORT_ID, histories: Histories = NO_HISTORIES
) -> str:
    """Return the report as an HTML document, without any limit of length.

    Args:
        result: What to report.
        report_id: Tells several gates of one repository apart.
        histories: The history of some of the benchmarks, by benchmark and metric.
    """
    view = view_of(result, report_id=report_id)
    lines = lines_of(view, result, histories)
    return _render(
        "report.html.j2",
        view=view,
        lines=lines,
        tiles=tiles_of(lines),
        has_sparks=any(line["spark"] for line in lines),
        reach=percent(reach_of(result)),
        data=_json({"kind": "changes", "details": details_of(view, result, histories)}),
    )


def render_dashboard(board: Board) -> str:
    """Return the history in a store as an HTML document."""
    details = [line["detail"] for line in board["lines"]]
    return _render(
        "dashboard.html.j2", board=board, data=_json({"kind": "history", "details": details})
    )


def _render(template: str, **values: Any) -> str:
    script, style = _inlined(_SCRIPTS), _inlined(_STYLES)
    sizes = {"glyph": GLYPH_WIDTH, "spark": (SPARK_WIDTH, SPARK_HEIGHT), "rows": MOST_ROWS}
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(template)
        .render(script=script, style=style, policy=policy, sizes=sizes, **values)
    )


def _json(value: Any) -> Markup:
    """Data inside a script element: nothing in it can end the element, or begin a comment."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - escaped above


@cache
def _inlined(names: tuple[str, ...]) -> Markup:
    text = "\n".join((templates() / name).read_text(encoding="utf-8") for name in names)
    return Markup(text)  # noqa: S704 - our own files


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
