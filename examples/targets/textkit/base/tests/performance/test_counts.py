"""How fast words are counted."""

from __future__ import annotations

from textkit import frequencies, ngrams, summary


def test_frequencies(benchmark, long_text):
    assert next(iter(benchmark(frequencies, long_text))) == "the"


def test_ngrams(benchmark, long_text):
    assert all(len(run) == 3 for run in benchmark(ngrams, long_text, 3))


def test_summary(benchmark, long_text):
    assert benchmark(summary, long_text).sentences == 180
