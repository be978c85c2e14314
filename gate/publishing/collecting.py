"""Results that others left, in files or artifacts of a run: read, and believed in nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from gate.errors import UsageError
from gate.github.api.artifacts import MOST_ARTIFACTS, artifacts_of, member
from gate.github.api.client import Client
from gate.github.api.failures import ApiError
from gate.model import Result
from gate.publishing.parts import Arrived, Unusable
from gate.publishing.verdicts import is_consistent
from gate.report.documents import loads
from gate.report.documents.decode import CAP_BYTES
from gate.report.files import WRITTEN

RESULT = WRITTEN[0]
MOST_SHARDS = MOST_ARTIFACTS
MOST_BYTES = 64 * 1024 * 1024
"""Of all results of a run together, as text."""


def from_files(paths: Iterable[Path], head: str | None) -> Arrived:
    """Read files, and folders that hold one result or folders with one each.

    Args:
        paths: In any order.
        head: The commit that must have been judged; None: whichever, but the same in all.

    Raises:
        UsageError: Nobody says which commit was judged, and the results do not agree.
    """
    read = [
        _result(file.parent.name or str(file), _content(file), head)
        for path in paths
        for file in _files(path)
    ]
    return _agreeing(_sorted(read))


def from_run(client: Client, repository: str, run: int, *, name: str, head: str | None) -> Arrived:
    """Fetch one file of each artifact of a gate (by the beginning of their names) of a run.

    Raises:
        ApiError: The artifacts cannot be listed.
    """
    read: list[Result | Unusable] = []
    left = MOST_BYTES
    for artifact in artifacts_of(client, repository, run, name):
        try:
            content = member(client, repository, artifact, RESULT, min(CAP_BYTES, left))
            left -= len(content)
        except ApiError as error:
            read.append(Unusable(origin=artifact.name, reason=error.message))
        else:
            read.append(_result(artifact.name, content, head))
    return _sorted(read)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    own = path / RESULT
    below = sorted(file for file in path.glob(f"*/{RESULT}"))
    yield from ([own] if own.exists() or not below else []) + below


def _content(file: Path) -> str | Unusable:
    try:
        # Neither a link nor a pipe: what lies there was written by a job that ran foreign code.
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return Unusable(origin=str(file), reason="it is not a plain file")
            return stream.read(CAP_BYTES + 1).decode("utf-8", "replace")
    except OSError as error:
        return Unusable(origin=str(file), reason=f"it cannot be read: {error.strerror}")


def _result(origin: str, content: str | Unusable, head: str | None) -> Result | Unusable:
    if isinstance(content, Unusable):
        return content
    try:
        result = loads(content)
    except UsageError as error:
        return Unusable(origin=origin, reason=error.message)
    if not is_consistent(result.judgement):
        return Unusable(origin=origin, reason="its verdict and its exit status contradict")
    if not 1 <= result.part.index <= result.part.count <= MOST_SHARDS:
        return Unusable(origin=origin, reason="there is no such shard")
    if head and result.revisions and result.revisions.head.commit != head:
        return Unusable(origin=origin, reason="it is of another revision")
    return result


def _sorted(read: Iterable[Result | Unusable]) -> Arrived:
    found = list(read)
    return Arrived(
        results=tuple(one for one in found if isinstance(one, Result)),
        unusable=tuple(one for one in found if isinstance(one, Unusable)),
    )


def _agreeing(arrived: Arrived) -> Arrived:
    heads = {one.revisions.head.commit for one in arrived.results if one.revisions}
    if len(heads) > 1:
        raise UsageError(
            f"the results are of {len(heads)} different revisions",
            hint="Give the results of one change.",
        )
    return arrived
