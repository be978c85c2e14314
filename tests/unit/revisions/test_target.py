"""The target is found from anywhere inside, and what is no usable repository is said plainly."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gate.errors import UsageError
from gate.revisions import clone
from tests.repositories import draw, empty, git


def test_a_folder_below_the_top_will_do(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    commit = repository.commit("first", {"a b/ü/x": ""})
    own = clone(repository.folder / "a b" / "ü", tmp_path / "own")
    assert own.head == commit
    assert own.target.top == repository.folder


def test_a_path_with_blanks_colons_quotes_and_unicode(tmp_path: Path) -> None:
    folder = tmp_path / 'größe "1": a\\b'
    repository, commits = draw(folder / "target", "main: A B")
    own = clone(repository.folder, folder / "own clone")
    assert own.changed_files(commits["A"], commits["B"]) == ("B.txt",)


def test_a_linked_work_tree_has_its_own_head(tmp_path: Path) -> None:
    repository, commits = draw(tmp_path / "target", "main: A B\nfeature: A C")
    repository.git("worktree", "add", "--quiet", "../linked", "feature")
    own = clone(tmp_path / "linked", tmp_path / "own")
    assert own.head == commits["C"]
    assert own.resolve("main") == commits["B"]
    assert own.snapshot().dirty is False


def test_a_target_that_borrows_objects_itself(tmp_path: Path) -> None:
    origin, commits = draw(tmp_path / "origin", "main: A B")
    git(tmp_path, "clone", "--quiet", "--shared", str(origin.folder), "target")
    own = clone(tmp_path / "target", tmp_path / "own")
    assert own.read(commits["A"], "A.txt") == b"A\n"


def test_a_bare_repository_with_commits_has_no_working_tree(tmp_path: Path) -> None:
    origin, commits = draw(tmp_path / "origin", "main: A B")
    git(tmp_path, "clone", "--quiet", "--bare", str(origin.folder), "target.git")
    own = clone(tmp_path / "target.git", tmp_path / "own")
    assert own.resolve("main") == commits["B"]
    assert own.snapshot().commit == commits["B"]


def test_a_repository_with_sha256_names(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target", "--object-format=sha256")
    commit = repository.commit("first", {"x": "1"})
    own = clone(repository.folder, tmp_path / "own")
    assert len(commit) == 64
    assert own.read(commit, "x") == b"1"


def test_a_detached_head(tmp_path: Path) -> None:
    repository, commits = draw(tmp_path / "target", "main: A B C")
    repository.git("checkout", "--quiet", "--detach", commits["B"])
    assert clone(repository.folder, tmp_path / "own").resolve("HEAD") == commits["B"]


def test_a_repository_with_ten_thousand_branches(tmp_path: Path) -> None:
    repository, commits = draw(tmp_path / "target", "main: A")
    lines = [f"{commits['A']} refs/heads/branch-{number:05}" for number in range(10_000)]
    (repository.folder / ".git" / "packed-refs").write_text("\n".join(lines) + "\n")
    own = clone(repository.folder, tmp_path / "own")
    assert own.resolve("branch-09999") == commits["A"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_checkout_that_belongs_to_somebody_else(tmp_path: Path) -> None:
    """As in a container action: the gate is root, the workspace is the runner's."""
    repository, commits = draw(tmp_path / "target", "main: A")
    for path in (repository.folder, *repository.folder.rglob("*")):
        os.chown(path, 1001, 1001)
    own = clone(repository.folder, tmp_path / "own")
    repository.write({"A.txt": "changed"})
    assert own.resolve("main") == commits["A"]
    assert own.snapshot().dirty is True


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not in a git repository") as caught:
        clone(tmp_path, tmp_path / "own")
    assert "--repo" in caught.value.hint


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gone does not exist"):
        clone(tmp_path / "gone", tmp_path / "own")


@pytest.mark.parametrize("options", [(), ("--bare",)])
def test_no_commit_yet(tmp_path: Path, options: tuple[str, ...]) -> None:
    repository = empty(tmp_path / "target", *options)
    with pytest.raises(UsageError, match="has no commit yet"):
        clone(repository.folder, tmp_path / "own")


def test_a_linked_work_tree_whose_repository_is_elsewhere(tmp_path: Path) -> None:
    repository, _ = draw(tmp_path / "target", "main: A")
    repository.git("worktree", "add", "--quiet", "--detach", "../linked")
    shutil.rmtree(repository.folder)
    with pytest.raises(UsageError, match="is not in a git repository") as caught:
        clone(tmp_path / "linked", tmp_path / "own")
    assert "mount the main repository" in caught.value.hint


def test_a_planted_work_tree_setting_does_not_move_the_top(tmp_path: Path) -> None:
    repository, _ = draw(tmp_path / "target", "main: A")
    (tmp_path / "elsewhere").mkdir()
    repository.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    own = clone(repository.folder, tmp_path / "own")
    assert own.target.top == repository.folder
    assert own.snapshot().dirty is False


def test_the_password_of_origin_is_not_shown(tmp_path: Path) -> None:
    repository, _ = draw(tmp_path / "target", "main: A")
    repository.git("remote", "add", "origin", "https://me:secret@example.org/x.git")
    own = clone(repository.folder, tmp_path / "own", environment={"PERF_GATE_TOKEN": "hidden"})
    assert own.origin is not None
    assert own.origin.url == "https://me:secret@example.org/x.git"
    assert "secret" not in repr(own)
    assert "hidden" not in repr(own)
