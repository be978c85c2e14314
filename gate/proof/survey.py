"""Which functions each benchmark reaches, beyond those that run at import anyway."""

from __future__ import annotations

import time
from collections.abc import Mapping

from gate.model import Side
from gate.proof.census import SEEDS, Order, Question, count
from gate.proof.compare import entered_functions

Reach = Mapping[str, frozenset[tuple[str, str]]]
"""By the benchmark's name: file (as the guest calls it) and qualified name of each function."""


def survey(question: Question) -> Reach:
    """Return what the benchmarks of head reach; those that could not be counted are left out."""
    order = Order(names=question.names, suspects=(), seed=SEEDS[0])
    account = count(question, Side.HEAD, order, time.monotonic() + question.budget_s)
    at_import = entered_functions((account.shared,)) if account.shared else frozenset()
    return {name: entered_functions((life,)) - at_import for name, life in account.lives.items()}
