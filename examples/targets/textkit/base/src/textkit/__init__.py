"""Words, slugs, templates and statistics of plain text."""

from textkit.counts import Summary, frequencies, ngrams, summary
from textkit.slugs import slug, unique_slugs
from textkit.template import Template, TemplateError
from textkit.tokens import sentences, words

__all__ = [
    "Summary",
    "Template",
    "TemplateError",
    "frequencies",
    "ngrams",
    "sentences",
    "slug",
    "summary",
    "unique_slugs",
    "words",
]
