"""Results of other tools: text -> what it says, in our units and words. Pure.

- ``run``     what every format comes to
- ``fields``  reading JSON strictly, with the place of every problem
- one module a format, which knows it when it sees it
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gate.foreign import asv, bencher, github_action_benchmark, hyperfine, pyperf, pytest_benchmark
from gate.foreign.fields import CAP_BYTES, ForeignError, Node, Problems, parse
from gate.foreign.run import Amount, Facts, Format, Reading, Run

__all__ = [
    "CAP_BYTES",
    "Amount",
    "Facts",
    "ForeignError",
    "Format",
    "Reading",
    "Run",
    "detect",
    "read",
]

_KNOWN: Mapping[Format, Callable[[object], bool]] = {
    # From the most to the least telling: nearly any JSON of objects is Bencher's.
    Format.GITHUB_ACTION_BENCHMARK: github_action_benchmark.is_one,
    Format.PYTEST_BENCHMARK: pytest_benchmark.is_one,
    Format.ASV: asv.is_one,
    Format.PYPERF: pyperf.is_one,
    Format.HYPERFINE: hyperfine.is_one,
    Format.BENCHER: bencher.is_one,
}
_READERS: Mapping[Format, Callable[[Node, Problems], Iterator[Run]]] = {
    Format.GITHUB_ACTION_BENCHMARK: github_action_benchmark.read,
    Format.PYTEST_BENCHMARK: pytest_benchmark.read,
    Format.PYPERF: pyperf.read,
    Format.HYPERFINE: hyperfine.read,
    Format.BENCHER: bencher.read,
}


def detect(document: object) -> Format | None:
    """Return who wrote a document, by what stands in it; None where nobody known did."""
    return next((each for each, knows in _KNOWN.items() if knows(document)), None)


def read(text: str, name: str, meanings: Callable[[], str] | None = None) -> Reading | None:
    """Return what a file of another tool says.

    Args:
        text: All of the file.
        name: What it is called in messages.
        meanings: Returns the text of asv's ``benchmarks.json``; only asked where it is needed.

    Returns:
        None where it is JSON, but of no tool that is known.

    Raises:
        ForeignError: It is no JSON, or not what its format says; the message names each problem
            with its place.
    """
    document = parse(_json(text), name)
    found = detect(document)
    if found is None:
        return None
    problems = Problems(name)
    runs = tuple(_runs(found, document, problems, meanings))
    problems.tell()
    if not any(run.amounts for run in runs):
        raise ForeignError(
            f"{name}: there is no time and no memory in it that could be read",
            hint="\n".join(problems.left_out[:3]),
        )
    return Reading(format=found, runs=runs, left_out=tuple(problems.left_out))


def _runs(
    found: Format, document: Any, problems: Problems, meanings: Callable[[], str] | None
) -> Iterator[Run]:
    if found is not Format.ASV:
        return _READERS[found](Node(document), problems)
    if meanings is None:
        raise ForeignError(
            f"{problems.name}: asv says in {asv.MEANINGS} what it measured; that is not there",
            hint="Leave the file where asv wrote it, below its folder of results.",
        )
    said = parse(meanings(), asv.MEANINGS)
    return asv.read(Node(document), Node(said, asv.MEANINGS), problems)


def _json(text: str) -> str:
    """The JSON of a file, which may be a script that assigns it."""
    script = text.removeprefix("\ufeff").lstrip()
    if not script.startswith(github_action_benchmark.PREFIX):
        return script
    return script.removeprefix(github_action_benchmark.PREFIX).rstrip().removesuffix(";")
