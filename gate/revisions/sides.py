"""Which two commits are compared; a shallow clone is deepened until that is known."""

from __future__ import annotations

import re

from gate.errors import UsageError
from gate.job import Job
from gate.model import Revision, Revisions
from gate.revisions.names import is_full, short
from gate.revisions.origin import DEPTHS, FULL_CLONE
from gate.revisions.repository import Clone

_NAME = re.compile(r"\w[\w./-]*", re.ASCII)


def settle(job: Job, clone: Clone) -> tuple[Revisions, tuple[str, ...]]:
    """Find base and head of a job.

    Head is ``job.head``, else the working tree where it differs from HEAD, else HEAD. Base is
    ``job.base``; where that is a branch, the merge base with it; where nothing is asked for, the
    merge base with the default branch, or head's parent where head is already part of it.

    Args:
        job: What was asked for.
        clone: Gets what a shallow clone lacks. A working tree becomes a commit in it, which is
            what ``Revisions.head.commit`` then names.

    Returns:
        Both revisions, and sentences that a reader of the report must see.

    Raises:
        UsageError: A revision is unknown, there is no merge base, or fetching failed.
    """
    head, anchor, notices = _head(job, clone)
    base, more = _base(job, clone, head, anchor)
    return Revisions(base=base, head=head), (*notices, *more)


def _head(job: Job, clone: Clone) -> tuple[Revision, str, tuple[str, ...]]:
    """Head, the commit of the target's history that it stands for, and notices."""
    if job.head is not None:
        commit = locate(clone, job.head)
        return Revision(commit=commit, label=short(job.head)), commit, ()
    taken = clone.snapshot(job.out)
    label = "working tree" if taken.dirty else "HEAD"
    head = Revision(commit=taken.commit, label=label, dirty=taken.dirty)
    return head, clone.head, taken.notices


def _base(job: Job, clone: Clone, head: Revision, anchor: str) -> tuple[Revision, tuple[str, ...]]:
    if job.base is None:
        return _by_default(clone, head, anchor)
    tip, label = locate(clone, job.base), short(job.base)
    if not job.base_is_branch:
        return Revision(commit=tip, label=label), ()
    commit = common_ancestor(clone, anchor, tip, label)
    return Revision(commit=commit, label=f"merge base with {label}"), ()


def _by_default(clone: Clone, head: Revision, anchor: str) -> tuple[Revision, tuple[str, ...]]:
    name, tip = default_tip(clone)
    commit = common_ancestor(clone, anchor, tip, name)
    if commit != head.commit:
        return Revision(commit=commit, label=f"merge base with {name}"), ()
    notice = f"{head.label} is already part of {name}: it is compared with its parent commit"
    return Revision(commit=first_parent(clone, commit), label="parent commit"), (notice,)


def locate(clone: Clone, expression: str) -> str:
    """The commit that an expression means, fetched from origin where the clone lacks it.

    Args:
        clone: Gets the commit.
        expression: What ``Clone.resolve`` takes. Fetched are commits by full name and, for a
            shallow clone, branches and tags.

    Raises:
        UsageError: Neither the clone nor its origin has it.
    """
    try:
        return clone.resolve(expression)
    except UsageError:
        on_origin = expression.removeprefix("origin/")
        by_name = clone.is_shallow and _NAME.fullmatch(on_origin)
        if clone.origin is None or not (is_full(expression) or by_name):
            raise
        return clone.fetch((on_origin,), DEPTHS[0])[0]


def default_tip(clone: Clone) -> tuple[str, str]:
    """The default branch and its commit; what a clone of one branch lacks is fetched.

    Returns:
        A name for a person, and the full object name.

    Raises:
        UsageError: Neither the clone nor its origin tells.
    """
    try:
        name = clone.default_branch()
    except UsageError:
        if clone.origin is None:
            raise
        return "the default branch", clone.fetch(("HEAD",), DEPTHS[0])[0]
    return name, clone.resolve(name)


def common_ancestor(clone: Clone, head: str, tip: str, label: str) -> str:
    """The merge base of two commits, deepening a shallow clone until it is found.

    Args:
        clone: Gets the history.
        head: Full object name.
        tip: Full object name.
        label: What to call ``tip`` in an error.

    Raises:
        UsageError: The histories have nothing in common, or origin does not give more of them.
    """
    found = clone.merge_base(head, tip)
    for depth in DEPTHS:
        if found or not clone.is_shallow:
            break
        _deepen(clone, head, tip, depth)
        found = clone.merge_base(head, tip)
    if found:
        return found
    raise UsageError(
        f"There is no merge base of {short(head)} and {label}: their histories are unrelated",
        hint="Name a base that shares history with head (--base REV), or rebase the change.",
    )


def first_parent(clone: Clone, commit: str) -> str:
    """The first parent of a commit, deepening a shallow clone that ends there.

    Raises:
        UsageError: It is the first commit of all, or origin does not give more.
    """
    found = clone.parent(commit)
    if not found and clone.is_shallow:
        clone.fetch((commit,), DEPTHS[0])
        found = clone.parent(commit)
    if found:
        return found
    raise UsageError(
        f"{short(commit)} has no parent commit to be compared with",
        hint="Name the base with --base REV." + (f" {FULL_CLONE}" if clone.is_shallow else ""),
    )


def _deepen(clone: Clone, head: str, tip: str, depth: int) -> None:
    try:
        clone.fetch((head, tip), depth)
    except UsageError:
        # A commit that was never pushed: its history is deepened where it meets that of the tip.
        clone.fetch((tip,), depth)
