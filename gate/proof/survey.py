"""Which functions each benchmark reaches, beyond those that run at import anyway."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping

from gate.model import Side
from gate.proof.census import SEEDS, Order, Question, count
from gate.proof.compare import Entered, entered_functions
from gate.proof.life import Life

Reach = Mapping[str, Mapping[tuple[str, str], int]]
"""By the benchmark's name: file (as the guest calls it) and qualified name of each function,
with how often control went somewhere in it: at least as often as it was called."""


def survey(question: Question) -> Reach:
    """Return what the benchmarks of head reach; those that could not be counted are left out."""
    order = Order(names=question.names, suspects=(), seed=SEEDS[0])
    account = count(question, Side.HEAD, order, time.monotonic() + question.budget_s)
    at_import = entered_functions((account.shared,)) if account.shared else frozenset()
    return {name: _counts(life, at_import) for name, life in account.lives.items()}


def _counts(life: Life, at_import: Entered) -> Mapping[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for (where, qualname, _), (times, _) in life.functions.items():
        if (where, qualname) not in at_import:
            counts[where, qualname] += times
    return counts
