"""From how a benchmark's test ended on both sides to what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

from gate.measure.protocol import Fate, Finished
from gate.model import Ailment, Benchmark, Failure, Side


def failure_of(name: str, failed: Mapping[Side, Finished], *, is_own: bool) -> Failure:
    """Return what is said of a benchmark that did not pass on the sides in ``failed``.

    Args:
        name: of the benchmark.
        failed: how it ended where it did not pass; at least one side.
        is_own: base has it in its own files, too.
    """
    return Failure(
        benchmark=Benchmark(name=name),
        ailment=_ailment(set(failed), is_own=is_own),
        message="; ".join(_sentence(failed[side]) for side in Side if side in failed),
    )


def _ailment(failed: set[Side], *, is_own: bool) -> Ailment:
    if failed == {Side.HEAD}:
        return Ailment.BROKEN_ON_HEAD
    if failed == set(Side):
        return Ailment.BROKEN_ON_BOTH
    return Ailment.BROKEN_ON_BASE if is_own else Ailment.NEW


def _sentence(finished: Finished) -> str:
    if finished.fate is Fate.FAILED:
        return finished.message
    return f"{finished.fate}: {finished.message.partition(chr(10))[0]}"
