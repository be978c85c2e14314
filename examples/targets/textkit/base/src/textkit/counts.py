"""Statistics of words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from textkit.tokens import sentences, words


@dataclass(frozen=True)
class Summary:
    """What a text is like; all means are 0 for an empty text."""

    words: int
    distinct: int
    sentences: int
    mean_word_length: float
    mean_sentence_words: float


def frequencies(text: str) -> dict[str, int]:
    """Return how often each word occurs, the most frequent first, equals by alphabet."""
    counts = Counter(words(text))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def ngrams(text: str, n: int) -> Counter[tuple[str, ...]]:
    """Return how often each run of ``n`` words (at least 1) occurs."""
    found = words(text)
    return Counter(zip(*(found[start:] for start in range(n))))


def summary(text: str) -> Summary:
    """Return the figures of a text."""
    found = words(text)
    ends = len(sentences(text)) if found else 0
    letters = sum(map(len, found))
    return Summary(
        words=len(found),
        distinct=len(set(found)),
        sentences=ends,
        mean_word_length=letters / len(found) if found else 0.0,
        mean_sentence_words=len(found) / ends if ends else 0.0,
    )
