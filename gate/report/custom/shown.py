"""The View with every text escaped already: whatever a template joins them with, they stay safe."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from gate.report.words import SENTENCE_LIMIT
from gate.text import markdown, markdown_code


class Shown(Markup):
    """Text that can stand anywhere in a line of Markdown, and what it was before."""

    raw: str


def shown(value: Any) -> Any:
    """Return plain data with each of its texts escaped for Markdown."""
    match value:
        case str():
            return _shown(value)
        case dict():
            return {key: shown(inner) for key, inner in value.items()}
        case list():
            return [shown(inner) for inner in value]
        case _:
            return value


def code(value: Any) -> Markup:
    """Return a text as inline code; one that was escaped already is not escaped twice."""
    return Markup(markdown_code(getattr(value, "raw", str(value))))  # noqa: S704 - escaped


def _shown(text: str) -> Shown:
    made = Shown(markdown(text, SENTENCE_LIMIT))
    made.raw = text
    return made
