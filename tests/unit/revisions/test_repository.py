"""Our own bare repository answers what the target's would, and never gives what lies outside."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from gate.errors import ExitStatus, UsageError
from gate.pipe.sides import pretended_version
from gate.revisions import LARGEST_FILE, Clone, clone
from tests.repositories import Repository, draw, empty, git

HISTORY = """
    main:    A B C
    feature: B D E
    lonely:  Z
"""


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Repository, dict[str, str]]:
    return draw(tmp_path / "target", HISTORY)


def cloned(repository: Repository, name: str = "own") -> Clone:
    return clone(repository.folder, repository.folder.parent / name)


def test_all_kinds_of_names_are_resolved(
    drawn: tuple[Repository, dict[str, str]], tmp_path: Path
) -> None:
    origin, commits = drawn
    origin.git("tag", "--annotate", "--message=x", "v1.2", commits["B"])
    git(tmp_path, "clone", "--quiet", str(origin.folder), "checkout")
    own = cloned(Repository(tmp_path / "checkout"))
    expected = {
        "HEAD": "C",
        "HEAD~2": "A",
        "main": "C",
        "origin/feature": "E",
        "refs/remotes/origin/feature": "E",
        "origin/HEAD": "C",
        "v1.2": "B",
        "v1.2^{}": "B",
        commits["D"]: "D",
        commits["D"][:8]: "D",
    }
    assert {name: own.resolve(name) for name in expected} == {
        name: commits[letter] for name, letter in expected.items()
    }


@pytest.mark.parametrize(
    "expression",
    ["nowhere", "", "--all", "-x", "0" * 40, "main..feature", "main\nfeature", "HEAD:A.txt"],
)
def test_what_is_no_revision_is_refused_and_never_an_option(
    drawn: tuple[Repository, dict[str, str]], expression: str
) -> None:
    with pytest.raises(UsageError, match="unknown or ambiguous") as caught:
        cloned(drawn[0]).resolve(expression)
    assert caught.value.status == ExitStatus.USAGE


def test_an_unknown_revision_names_what_looks_similar(
    drawn: tuple[Repository, dict[str, str]],
) -> None:
    with pytest.raises(UsageError) as caught:
        cloned(drawn[0]).resolve("featrue")
    assert caught.value.hint == "Similar names: `feature`. "


def test_merge_bases(drawn: tuple[Repository, dict[str, str]]) -> None:
    repository, commits = drawn
    own = cloned(repository)
    assert own.merge_base(commits["E"], commits["C"]) == commits["B"]
    assert own.merge_base(commits["A"], commits["C"]) == commits["A"]
    assert own.merge_base(commits["Z"], commits["C"]) is None
    assert own.parent(commits["E"]) == commits["D"]
    assert own.parent(commits["A"]) is None


@pytest.mark.parametrize(
    ("branches", "pointed_at", "expected"),
    [
        (["origin/trunk", "origin/main", "main"], "trunk", "origin/trunk"),
        (["origin/main", "origin/master", "main"], "gone", "origin/main"),
        (["origin/master", "main"], None, "origin/master"),
        (["main", "master"], None, "main"),
        (["master", "other"], None, "master"),
    ],
)
def test_the_default_branch(
    tmp_path: Path, branches: list[str], pointed_at: str | None, expected: str
) -> None:
    repository = empty(tmp_path / "target")
    commit = repository.commit("first")
    repository.git("checkout", "--quiet", "--detach")
    repository.git("branch", "--quiet", "--delete", "--force", "main")
    for branch in branches:
        space = "remotes" if branch.startswith("origin/") else "heads"
        repository.git("update-ref", f"refs/{space}/{branch}", commit)
    if pointed_at:
        target = f"refs/remotes/origin/{pointed_at}"
        repository.git("symbolic-ref", "refs/remotes/origin/HEAD", target)
    assert cloned(repository).default_branch() == expected


def test_no_default_branch_is_an_error_with_a_hint(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    repository.commit("first")
    repository.git("branch", "--move", "develop")
    with pytest.raises(UsageError, match="default branch is unknown") as caught:
        cloned(repository).default_branch()
    assert "--base" in caught.value.hint


def test_files_are_read_from_a_commit(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    name = "a folder/größe\u2003 1.yml"
    first = repository.commit("first", {name: "one"})
    second = repository.commit("second", {name: b"\0\xff"})
    own = cloned(repository)
    assert own.read(first, name) == b"one"
    assert own.read(second, PurePosixPath(name)) == b"\0\xff"


@pytest.mark.parametrize("path", ["absent", "file/below", "x\nfile", "a b c"])
def test_what_is_not_there_reads_as_none(tmp_path: Path, path: str) -> None:
    repository = empty(tmp_path / "target")
    commit = repository.commit("first", {"file": "text"})
    assert cloned(repository).read(commit, path) is None


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "folder/../../outside"])
def test_paths_outside_of_the_repository_are_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside").write_text("secret")
    repository = empty(tmp_path / "target")
    commit = repository.commit("first", {"file": "text"})
    with pytest.raises(UsageError, match="outside of the repository"):
        cloned(repository).read(commit, path)


@pytest.mark.parametrize(
    ("link", "leads_to", "content"),
    [
        ("link", "file", b"text"),
        ("folder/link", "../file", b"text"),
        ("chain", "folder/again", b"text"),
        ("through", "linked/inner", b"inner"),
    ],
)
def test_links_inside_the_tree_are_followed(
    tmp_path: Path, link: str, leads_to: str, content: bytes
) -> None:
    repository = empty(tmp_path / "target")
    repository.write({"file": "text", "folder/inner": "inner"})
    (repository.folder / "folder" / "again").symlink_to("../file")
    (repository.folder / "linked").symlink_to("folder")
    (repository.folder / link).symlink_to(leads_to)
    commit = repository.commit("links")
    assert cloned(repository).read(commit, link) == content


@pytest.mark.parametrize("leads_to", ["/etc/hostname", "../outside", "nowhere", "link"])
def test_links_that_lead_outside_or_nowhere_are_refused(tmp_path: Path, leads_to: str) -> None:
    (tmp_path / "outside").write_text("secret")
    repository = empty(tmp_path / "target")
    (repository.folder / "link").symlink_to(leads_to)
    commit = repository.commit("link")
    with pytest.raises(
        UsageError, match=r"`link` of .* symbolic link that leads outside or nowhere"
    ):
        cloned(repository).read(commit, "link")


def test_folders_and_large_files_are_not_read(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    files = {"folder/x": b"", "fits": b"x" * LARGEST_FILE, "large": b"x" * (LARGEST_FILE + 1)}
    commit = repository.commit("first", files)
    own = cloned(repository)
    assert len(own.read(commit, "fits") or b"") == LARGEST_FILE
    with pytest.raises(UsageError, match=r"`folder` of .* is not a file"):
        own.read(commit, "folder")
    with pytest.raises(UsageError, match=r"`large` of .* has 1048577 bytes"):
        own.read(commit, "large")


def test_equal_trees_have_equal_names(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    first = repository.commit("first", {"a/x": "1", "b/x": "1"})
    second = repository.commit("second", {"a/x": "2"})
    own = cloned(repository)
    assert own.tree(first) != own.tree(second)
    assert own.tree(first, PurePosixPath("a")) != own.tree(second, PurePosixPath("a"))
    assert own.tree(first, PurePosixPath("b")) == own.tree(second, PurePosixPath("./b"))


@pytest.mark.parametrize("folder", ["absent", "file", "..", "/a", "a/../a", "*", ":(glob)a"])
def test_a_working_directory_that_the_revision_lacks_is_said(tmp_path: Path, folder: str) -> None:
    repository = empty(tmp_path / "target")
    commit = repository.commit("first", {"a/x": "1", "file": ""})
    with pytest.raises(UsageError, match="does not exist in") as caught:
        cloned(repository).tree(commit, PurePosixPath(folder))
    assert "working-directory" in caught.value.hint


def test_changed_files(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    base = repository.commit(
        "base", {"same": "1", "changed": "1", "old name": "long text", "ö": "1"}
    )
    repository.git("mv", "old name", "new name")
    repository.git("rm", "--quiet", "ö")
    head = repository.commit("head", {"changed": "2", "added/x": "1"})
    own = cloned(repository)
    assert own.changed_files(base, head) == ("added/x", "changed", "new name", "old name", "ö")
    assert own.changed_files(head, head) == ()


def test_the_nearest_tag_and_the_distance(drawn: tuple[Repository, dict[str, str]]) -> None:
    repository, commits = drawn
    assert cloned(repository, "before").describe(commits["C"]) is None
    repository.git("tag", "v1.0-rc-1", commits["A"])
    own = cloned(repository)
    assert own.describe(commits["A"]) == ("v1.0-rc-1", 0)
    assert own.describe(commits["E"]) == ("v1.0-rc-1", 3)
    assert own.describe(commits["Z"]) is None


@pytest.mark.parametrize(
    ("tags", "version"),
    [
        ((), None),
        (("nightly",), None),
        (("v1.2.3",), "1.2.3"),
        (("1.2",), "1.2"),
        (("package-name-2.10.0", "latest"), "2.10.0"),
        (("v1.2.3-rc.1",), None),
        (("0.1.2.3.x",), None),
    ],
)
def test_the_version_that_builds_are_told_is_the_nearest_tags(
    tmp_path: Path, tags: tuple[str, ...], version: str | None
) -> None:
    repository = empty(tmp_path / "target")
    tagged = repository.commit("tagged", {"a": "1"})
    for tag in tags:
        repository.git("tag", tag)
    later = repository.commit("later", {"a": "2"})
    own = cloned(repository)

    assert pretended_version(own, tagged) == version
    assert pretended_version(own, later) == (f"{version}.post1" if version else None)
