"""The last release is the nearest tag with a version that leads to base."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.model import Revision, Revisions
from gate.pipe.earlier.release import Release, last_release
from gate.revisions import clone
from tests.repositories import draw, git


def found(tmp_path: Path, base: str, tags: dict[str, str]) -> tuple[Release | str, dict[str, str]]:
    """The last release before a commit of ``main: A B C``, and the commits by letter."""
    repository, commits = draw(tmp_path / "target", "main: A B C")
    for tag, commit in tags.items():
        git(repository.folder, "tag", tag, commits[commit])
    source = clone(repository.folder, tmp_path / "clone", environment={})
    one = Revision(commit=commits[base], label="base")
    return last_release(source, Revisions(base=one, head=one)), commits


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"v1.0": "A"}, ("v1.0", "A")),
        ({"v1.0": "A", "v1.1": "B", "nightly": "C"}, ("v1.1", "B")),
    ],
)
def test_the_nearest_version_is_taken(
    tmp_path: Path, tags: dict[str, str], expected: tuple[str, str]
) -> None:
    release, commits = found(tmp_path, "C", tags)

    assert release == Release(tag=expected[0], commit=commits[expected[1]])


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({}, "no tag with a version leads to base"),
        ({"nightly": "A"}, "no tag with a version leads to base"),
        ({"v1.1": "C"}, "base is the last release, v1.1"),
    ],
)
def test_without_one_the_reason_is_told(tmp_path: Path, tags: dict[str, str], words: str) -> None:
    release, _ = found(tmp_path, "C", tags)

    assert isinstance(release, str)
    assert words in release
