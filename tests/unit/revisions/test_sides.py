"""Which commits are compared, for everything that can be asked of a full clone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.errors import UsageError
from gate.job import Job
from gate.model import Revision, Revisions
from gate.revisions import Clone, clone, settle
from tests.repositories import Repository, draw, empty

HISTORY = """
    main:    A B C
    feature: B D E
    lonely:  Z
"""


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Repository, dict[str, str]]:
    return draw(tmp_path / "target", HISTORY)


def asked(repository: Repository, **wanted: object) -> Job:
    job = Job(repository=repository.folder, out=repository.folder / "out")
    return replace(job, **wanted)  # type: ignore[arg-type]


def settled(repository: Repository, **wanted: object) -> tuple[Clone, Revisions, tuple[str, ...]]:
    own = clone(repository.folder, repository.folder.parent / "own")
    revisions, notices = settle(asked(repository, **wanted), own)
    return own, revisions, notices


@pytest.mark.parametrize(
    ("wanted", "base", "head"),
    [
        ({}, ("B", "merge base with main"), ("E", "HEAD")),
        ({"head": "main~1"}, ("A", "parent commit"), ("B", "main~1")),
        ({"base": "main"}, ("C", "main"), ("E", "HEAD")),
        ({"base": "main", "base_is_branch": True}, ("B", "merge base with main"), ("E", "HEAD")),
        ({"base": "HEAD~1", "head": "HEAD"}, ("D", "HEAD~1"), ("E", "HEAD")),
        ({"base": "lonely"}, ("Z", "lonely"), ("E", "HEAD")),
    ],
)
def test_what_is_asked_for(
    drawn: tuple[Repository, dict[str, str]],
    wanted: dict[str, object],
    base: tuple[str, str],
    head: tuple[str, str],
) -> None:
    repository, commits = drawn
    repository.git("checkout", "--quiet", "feature")
    _, revisions, _ = settled(repository, **wanted)
    assert revisions == Revisions(
        base=Revision(commit=commits[base[0]], label=base[1]),
        head=Revision(commit=commits[head[0]], label=head[1]),
    )


def test_full_names_are_shortened_in_labels(drawn: tuple[Repository, dict[str, str]]) -> None:
    """As in a pull request, where the payload names both by their full names."""
    repository, commits = drawn
    base, head = commits["C"], commits["E"]
    _, revisions, _ = settled(repository, base=base, head=head, base_is_branch=True)
    assert revisions.base == Revision(commit=commits["B"], label=f"merge base with {base[:10]}")
    assert revisions.head == Revision(commit=head, label=head[:10])


def test_a_dirty_working_tree_is_head(drawn: tuple[Repository, dict[str, str]]) -> None:
    repository, commits = drawn
    repository.git("checkout", "--quiet", "feature")
    repository.write({"B.txt": "changed"})
    own, revisions, notices = settled(repository)
    assert revisions.base == Revision(commit=commits["B"], label="merge base with main")
    assert revisions.head.label == "working tree"
    assert revisions.head.dirty is True
    assert own.parent(revisions.head.commit) == commits["E"]
    assert own.read(revisions.head.commit, "B.txt") == b"changed"
    assert notices == ()


def test_a_dirty_tree_on_the_default_branch_is_compared_with_its_commit(
    drawn: tuple[Repository, dict[str, str]],
) -> None:
    repository, commits = drawn
    repository.write({"B.txt": "changed"})
    _, revisions, _ = settled(repository)
    assert revisions.base == Revision(commit=commits["C"], label="merge base with main")
    assert revisions.head.dirty is True


def test_a_working_tree_does_not_count_where_head_is_named(
    drawn: tuple[Repository, dict[str, str]],
) -> None:
    repository, commits = drawn
    repository.write({"B.txt": "changed"})
    _, revisions, _ = settled(repository, head="HEAD")
    assert revisions.head == Revision(commit=commits["C"], label="HEAD")


def test_the_tip_of_the_default_branch_is_compared_with_its_parent(
    drawn: tuple[Repository, dict[str, str]],
) -> None:
    repository, commits = drawn
    _, revisions, notices = settled(repository)
    assert revisions.base == Revision(commit=commits["B"], label="parent commit")
    assert notices == ("HEAD is already part of main: it is compared with its parent commit",)


def test_a_detached_head_is_like_any_other(drawn: tuple[Repository, dict[str, str]]) -> None:
    repository, commits = drawn
    repository.git("checkout", "--quiet", "--detach", "feature~1")
    _, revisions, _ = settled(repository)
    assert revisions.base.commit == commits["B"]
    assert revisions.head == Revision(commit=commits["D"], label="HEAD")


def test_results_of_earlier_runs_do_not_make_the_tree_dirty(
    drawn: tuple[Repository, dict[str, str]],
) -> None:
    repository, _ = drawn
    repository.write({"out/result.json": "{}"})
    _, revisions, _ = settled(repository)
    assert revisions.head.dirty is False


@pytest.mark.parametrize(
    ("wanted", "sentence", "hint"),
    [
        ({"base": "featur"}, "`featur` is unknown or ambiguous", "`feature`"),
        ({"head": "nowhere"}, "`nowhere` is unknown or ambiguous", ""),
        ({"head": "lonely"}, "no merge base of [0-9a-f]{10} and main", "--base REV"),
        (
            {"base": "lonely", "base_is_branch": True},
            "no merge base of [0-9a-f]{10} and lonely",
            "rebase the change",
        ),
        ({"head": "main~2"}, "has no parent commit", "--base REV"),
        ({"base": "0" * 40}, "`0000000000` is unknown or ambiguous", ""),
    ],
)
def test_what_cannot_be_settled_says_why_and_what_to_do(
    drawn: tuple[Repository, dict[str, str]], wanted: dict[str, object], sentence: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        settled(drawn[0], **wanted)
    assert hint in caught.value.hint


def test_the_first_commit_of_all_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    repository.commit("first")
    with pytest.raises(UsageError, match="has no parent commit to be compared with"):
        settled(repository)
