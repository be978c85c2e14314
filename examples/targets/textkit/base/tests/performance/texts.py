"""Texts that look like what people write, the same in every run."""

from __future__ import annotations

import random

_NOUNS = "river engine garden ledger window kitchen signal harbour café façade"
_VERBS = "carries opens measures forgets repairs paints follows keeps"
_OPENINGS = "Yesterday|After the storm|As Dr. Weiß said, e.g. on Monday|It’s well-known that"


def article(sentence_count: int, seed: int = 7) -> str:
    """Return an article of so many sentences."""
    rng = random.Random(seed)
    return " ".join(_sentence(rng) for _ in range(sentence_count))


def titles(count: int, seed: int = 11) -> list[str]:
    """Return headings of three to nine words, with accents and punctuation; some repeat."""
    rng = random.Random(seed)
    nouns = _NOUNS.split()
    return [
        f"{rng.choice(nouns).title()}: {' '.join(rng.choices(nouns, k=rng.randint(2, 8)))}!"
        for _ in range(count)
    ]


def _sentence(rng: random.Random) -> str:
    nouns, verbs = _NOUNS.split(), _VERBS.split()
    clauses = [
        f"the {rng.choice(nouns)} {rng.choice(verbs)} the {rng.choice(nouns)}"
        for _ in range(rng.randint(1, 3))
    ]
    return f"{rng.choice(_OPENINGS.split('|'))} {', and '.join(clauses)}{rng.choice('.!?')}"
