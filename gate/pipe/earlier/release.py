"""Head held against the last release, which is installed and measured again beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gate.errors import InstallError, MeasureError, UsageError
from gate.model import Against, Finding, Outcome, Result, Revision, Revisions, Seconds, Yardstick
from gate.pipe.draft import Draft
from gate.pipe.earlier.saying import said
from gate.pipe.run import Measured, Run, with_share
from gate.pipe.sides import export_both
from gate.revisions import Clone
from gate.text import visible

SHARE = 0.25
"""Of the budget, which is taken from the comparison with base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The last release before a change."""

    tag: str
    """Untrusted text."""
    commit: str


def last_release(source: Clone, revisions: Revisions) -> Release | str:
    """Return the last release that base descends from, or why there is nothing to compare with.

    It is the nearest tag with a number such as ``1.2`` in it.

    Args:
        source: The repository; a shallow clone may lack the tags.
        revisions: Of the change.
    """
    found = source.describe(revisions.base.commit)
    if found is None:
        lacking = (
            ", in this shallow clone (fetch-depth: 0 brings them)" if source.is_shallow else ""
        )
        return f"not compared with a release: no tag with a version leads to base{lacking}"
    tag, distance = found
    if not distance:
        return f"base is the last release, {visible(tag)}"
    try:
        return Release(tag=tag, commit=source.resolve(f"refs/tags/{tag}"))
    except UsageError as error:
        return f"not compared with a release: {error.message}"


def with_release(result: Result, run: Run, source: Clone, release: Release) -> Result:
    """Measure the release beside head, and say what came of it; no outcome of a row changes.

    Args:
        result: Of the comparison with base; says what head is.
        run: Of that comparison, with the whole budget.
        source: The repository.
        release: The last one.
    """
    if result.revisions is None:
        return result
    name = f"the last release {visible(release.tag)}"
    try:
        measured = _measured(run, source, release, result.revisions.head)
    except (InstallError, MeasureError) as error:
        return _noticed(result, f"not compared with {name}: {error.message.splitlines()[0]}")
    judgement = measured.judged(run.rules)
    blind = f"; it was blind: {judgement.noise.blind}" if judgement.noise.blind else ""
    spent = measured.draft.finished(judgement).seconds
    findings = _beside(result.judgement.findings, judgement.findings)
    told = said(findings, Yardstick.RELEASE, f"{name}, measured here beside head")
    whole = replace(
        result,
        judgement=replace(result.judgement, findings=findings),
        seconds=_sum(result.seconds, spent),
    )
    return _noticed(whole, f"{told} (it took {spent.total:.0f} s{blind})")


def _measured(run: Run, source: Clone, release: Release, head: Revision) -> Measured:
    folder = run.folder / "release"
    folder.mkdir()
    smaller = replace(with_share(run, SHARE), folder=folder)
    base = Revision(commit=release.commit, label=visible(release.tag))
    exports = export_both(smaller.job, source, Revisions(base=base, head=head), folder)
    return smaller.measured(exports, Draft(started=time.monotonic()))


def _sum(one: Seconds, other: Seconds) -> Seconds:
    return Seconds(
        install=one.install + other.install,
        measure=one.measure + other.measure,
        total=one.total + other.total,
    )


def _noticed(result: Result, notice: str) -> Result:
    return replace(result, notices=tuple(dict.fromkeys((*result.notices, notice))))


def _beside(rows: Iterable[Finding], release: Iterable[Finding]) -> tuple[Finding, ...]:
    """The rows, with the change since the release for those that it has, too."""
    known = {
        (one.benchmark, one.metric): Against(
            what=Yardstick.RELEASE,
            change=one.change,
            count=one.pairs,
            slower=one.outcome is Outcome.REGRESSED,
        )
        for one in release
        if one.change
    }
    found = [(one, known.get((one.benchmark, one.metric))) for one in rows]
    return tuple(replace(one, against=(*one.against, it)) if it else one for one, it in found)
