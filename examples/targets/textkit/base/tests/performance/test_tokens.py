"""How fast text is cut into words."""

from __future__ import annotations

import pytest
from texts import article

from textkit import words


@pytest.mark.parametrize("sentence_count", [10, 100], ids=["note", "article"])
def test_words(benchmark, sentence_count):
    text = article(sentence_count)
    assert benchmark(words, text)[0] == text.split()[0].lower().replace("’", "'")
