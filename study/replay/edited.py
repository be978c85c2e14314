"""Replays of libraries whose source was edited to be slower: nothing is planted numerically."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from gate.model import Outcome
from study.libraries.catalogue import libraries, matches
from study.record.recording import read
from study.replay.crew import trials
from study.settings import head, line

RUNS = 200


def edited(paths: Sequence[Path]) -> Iterator[str]:
    """Yield a table: of each recording, how often the rows that were slowed are found."""
    if not paths:
        return
    yield f"\nEdited sources, {RUNS} replays of each recording\n"
    yield head("library", "pairs", "to find", "found", "unchanged", "inconclusive", "others blamed")
    for path in paths:
        yield _row(path)


def _row(path: Path) -> str:
    facts = read(path).facts
    library = next(iter(libraries([facts.library])))
    to_find: Counter[Outcome] = Counter()
    others: Counter[Outcome] = Counter()
    with closing(trials([path], 0, RUNS)) as coming:
        for fate in (fate for trial in coming for fate in trial.fates):
            if matches(fate.name, library.red):
                to_find[fate.outcome] += 1
            elif not matches(fate.name, library.touched):
                others[fate.outcome] += 1
    rows = max(to_find.total(), 1)
    shares = (Outcome.REGRESSED, Outcome.UNCHANGED, Outcome.INCONCLUSIVE)
    return line(
        facts.library,
        facts.walks,
        to_find.total(),
        *(f"{to_find[one] / rows:.1%}" for one in shares),
        f"{others[Outcome.REGRESSED]} of {others.total()}",
    )
