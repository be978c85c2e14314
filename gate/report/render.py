"""Renders a View by the Markdown templates, within the budgets that GitHub sets."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

import gate
from gate.errors import UsageError
from gate.report.view import View, cut, lines
from gate.report.words import SENTENCE_LIMIT
from gate.text import markdown, markdown_code

COMMENT_BYTES = 60_000
"""Longest comment; GitHub refuses above 65,536 characters."""
SUMMARY_BYTES = 900 * 1024
"""Longest summary; GitHub drops it whole above 1 MiB of all steps' summaries."""
SUMMARY_PLACE = "in the job summary"
"""Where the lines are that a comment has no room for."""

_SLACK = 0.01
_REPORT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def render_comment(view: View) -> str:
    """Return the pull request comment as Markdown, at most `COMMENT_BYTES` long in UTF-8.

    Raises:
        UsageError: The view's report id cannot stand in a marker.
    """
    return within(_drawing("comment.md.j2"), view, COMMENT_BYTES, SUMMARY_PLACE)


def render_summary(view: View) -> str:
    """Return the job summary as Markdown, at most `SUMMARY_BYTES` long in UTF-8.

    Raises:
        UsageError: The view's report id cannot stand in a marker.
    """
    return within(_drawing("summary.md.j2"), view, SUMMARY_BYTES, "in result.json")


def marker(report_id: str) -> str:
    """Return the hidden first line by which a comment is found again.

    Raises:
        UsageError: ``report_id`` is not 1 to 100 letters, digits, dots, hyphens or underscores.
    """
    if not _REPORT_ID.fullmatch(report_id):
        raise UsageError(
            f"report-id: expected letters, digits, dots and hyphens, found {report_id!r}",
            hint="Choose a short name such as backend.",
        )
    return f"<!-- perf-gate: {report_id} -->"


def within(draw: Callable[[View], str], view: View, budget: int, where: str) -> str:
    """Return a drawn view that fits a budget, with as many lines as there is room for.

    Args:
        draw: From view to text.
        view: What to show.
        budget: Bytes in UTF-8.
        where: Where the lines are that there is no room for.
    """

    def rendered(keep: int) -> str:
        return draw(view if keep >= lines(view) else cut(view, keep, where))

    text = rendered(lines(view))
    return text if _size(text) <= budget else _shortened(rendered, lines(view), text, budget)


def _shortened(rendered: Callable[[int], str], most: int, text: str, budget: int) -> str:
    """Return a text that fills the budget to a hundredth, or the longest that fits.

    Rendering thousands of rows takes a while and rows are about equally long, so the number of
    them that fits is found by interpolation. With none at all the text always fits.
    """
    fits, too_many, best, excess = 0, most, rendered(0), _size(text)
    while too_many - fits > 1 and _size(best) < (1 - _SLACK) * budget:
        share = (budget - _size(best)) / (excess - _size(best))
        keep = min(max(fits + int(share * (too_many - fits)), fits + 1), too_many - 1)
        text = rendered(keep)
        if _size(text) <= budget:
            fits, best = keep, text
        else:
            too_many, excess = keep, _size(text)
    return best


def _size(text: str) -> int:
    return len(text.encode())


def _drawing(template: str) -> Callable[[View], str]:
    def draw(view: View) -> str:
        first_line = Markup(marker(view["report_id"]))  # noqa: S704 - matched above, letter by letter
        return _ours().get_template(template).render(view=view, marker=first_line)

    return draw


@cache
def _ours() -> ImmutableSandboxedEnvironment:
    return environment(FileSystemLoader(templates()))


def environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    """Return a sandbox in which every expression is escaped for Markdown, and ``code`` is known."""
    made = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=True,
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["code"] = _code
    return made


def templates() -> Path:
    """Return the templates' folder: inside the package where installed, beside it in a checkout."""
    package = Path(gate.__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _escaped(value: Any) -> Markup:
    # Every expression of a template passes here: whoever forgets a filter gets plain text.
    if isinstance(value, Markup):
        return value
    return Markup(markdown(str(value), SENTENCE_LIMIT))  # noqa: S704 - escaped for Markdown


def _code(value: str) -> Markup:
    return Markup(markdown_code(value))  # noqa: S704 - escaped for Markdown
