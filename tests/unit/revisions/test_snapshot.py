"""The working tree becomes a commit of our own: all that differs, and nothing that is ignored."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from gate.revisions import Clone, Snapshot, clone
from tests.repositories import Repository, draw, empty

FILES = {"same": "1", "changed": "1", "gone": "1", "folder/x": "1", ".gitignore": "*.pyc\n"}


@pytest.fixture
def target(tmp_path: Path) -> Repository:
    repository = empty(tmp_path / "target")
    repository.commit("first", FILES)
    return repository


def taken(repository: Repository, *own: Path) -> tuple[Clone, Snapshot]:
    made = clone(repository.folder, repository.folder.parent / "own")
    return made, made.snapshot(*own)


def changes(repository: Repository, *own: Path) -> tuple[str, ...]:
    made, snapshot = taken(repository, *own)
    return made.changed_files(made.head, snapshot.commit)


def test_a_clean_tree_is_head_itself(target: Repository) -> None:
    own, snapshot = taken(target)
    assert snapshot == Snapshot(commit=own.head, dirty=False)


def test_changed_new_and_removed_files_are_in_it(target: Repository) -> None:
    target.write({"changed": "2", "new/größe\n 1": "x", "module.pyc": ""})
    (target.folder / "gone").unlink()
    own, snapshot = taken(target)
    assert snapshot.dirty is True
    assert own.changed_files(own.head, snapshot.commit) == ("changed", "gone", "new/größe\n 1")
    assert own.parent(snapshot.commit) == own.head
    assert own.read(snapshot.commit, "changed") == b"2"
    export = own.export(snapshot.commit, target.folder.parent / "export")
    assert (export.top / "new" / "größe\n 1").read_text() == "x"


def test_the_same_tree_gives_the_same_commit(target: Repository) -> None:
    target.write({"changed": "2"})
    one = clone(target.folder, target.folder.parent / "one").snapshot()
    other = clone(target.folder, target.folder.parent / "other").snapshot()
    assert one == other


def test_what_is_staged_counts_as_it_is_in_the_tree(target: Repository) -> None:
    target.write({"changed": "staged", "added": "staged"})
    target.git("add", "--all")
    target.write({"changed": "2"})
    own, snapshot = taken(target)
    assert own.changed_files(own.head, snapshot.commit) == ("added", "changed")
    assert own.read(snapshot.commit, "changed") == b"2"


def test_what_is_staged_and_taken_back_in_the_tree_is_no_change(target: Repository) -> None:
    target.write({"changed": "staged"})
    target.git("add", "--all")
    target.write({"changed": "1"})
    assert changes(target) == ()


def test_an_executable_bit_is_a_change_unless_the_target_says_otherwise(target: Repository) -> None:
    (target.folder / "changed").chmod(0o755)
    assert clone(target.folder, target.folder.parent / "one").snapshot().dirty is True
    target.git("config", "core.fileMode", "false")
    assert clone(target.folder, target.folder.parent / "other").snapshot().dirty is False


def test_a_change_within_the_tick_of_the_clock_is_seen(target: Repository) -> None:
    """The index knows the file's times and size already, but the name of its former content."""
    target.write({"changed": "2"})
    os.utime(target.folder / "changed", (1e9, 1e9))
    target.git("add", "changed")
    former = bytes.fromhex(target.git("rev-parse", "HEAD:changed"))
    latter = bytes.fromhex(target.git("rev-parse", ":changed"))
    index = target.folder / ".git" / "index"
    body = index.read_bytes()[:-20].replace(latter, former)
    index.write_bytes(body + hashlib.sha1(body, usedforsecurity=False).digest())
    os.utime(index, (1e9, 1e9))
    assert changes(target) == ("changed",)


def test_what_the_clone_alone_ignores_is_ignored(target: Repository) -> None:
    (target.folder / ".git" / "info" / "exclude").write_text("scratch/\n")
    target.write({"scratch/x": ""})
    assert changes(target) == ()


def test_what_the_gate_writes_is_no_change(target: Repository) -> None:
    target.write({"out/result.json": "{}", "other/result.json": "{}"})
    assert changes(target, target.folder / "out") == ("other/result.json",)


def test_a_folder_becomes_a_link_and_a_file_becomes_a_folder(target: Repository) -> None:
    (target.folder / "folder" / "x").unlink()
    (target.folder / "folder").rmdir()
    (target.folder / "folder").symlink_to("elsewhere")
    (target.folder / "changed").unlink()
    target.write({"changed/inner": "", "elsewhere/x": ""})
    assert changes(target) == ("changed", "changed/inner", "elsewhere/x", "folder", "folder/x")


def test_a_merge_that_is_not_finished_is_taken_as_it_lies_there(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    repository.commit("first", {"x": "1\n"})
    repository.git("checkout", "--quiet", "-b", "other")
    repository.commit("other", {"x": "2\n"})
    repository.git("checkout", "--quiet", "main")
    repository.commit("main", {"x": "3\n"})
    with pytest.raises(Exception, match="merge"):
        repository.git("merge", "other")
    own, snapshot = taken(repository)
    assert b"<<<<<<< HEAD\n3\n" in (own.read(snapshot.commit, "x") or b"")


@pytest.mark.parametrize(
    "how",
    [
        ("update-index", "--split-index"),
        ("update-index", "--untracked-cache"),
        ("update-index", "--index-version", "4"),
    ],
)
def test_every_kind_of_index_is_understood(target: Repository, how: tuple[str, ...]) -> None:
    target.git(*how)
    target.write({"changed": "2"})
    assert changes(target) == ("changed",)


@pytest.mark.parametrize("content", [None, b"", b"DIRCgarbage"])
def test_a_broken_index_is_done_without(target: Repository, content: bytes | None) -> None:
    index = target.folder / ".git" / "index"
    index.unlink()
    if content is not None:
        index.write_bytes(content)
    target.write({"changed": "2"})
    assert changes(target) == ("changed",)


@pytest.mark.parametrize("option", ["--no-sparse-index", "--sparse-index"])
def test_files_outside_a_sparse_checkout_are_not_taken_for_removed(
    target: Repository, option: str
) -> None:
    target.commit("more", {"kept/x": "", "left/deep/y": ""})
    target.git("sparse-checkout", "set", "--cone", option, "kept")
    assert not (target.folder / "left").exists()
    target.write({"kept/x": "2"})
    assert changes(target) == ("kept/x",)


def test_submodules_are_as_committed_whatever_their_state(tmp_path: Path) -> None:
    draw(tmp_path / "library", "main: A B")
    repository = empty(tmp_path / "target")
    repository.git("submodule", "--quiet", "add", f"{tmp_path}/library", "library")
    repository.commit("submodule", {"x": "1"})
    inner = Repository(repository.folder / "library")
    inner.git("checkout", "--quiet", "HEAD~1")
    inner.write({"scratch": ""})
    assert changes(repository) == ()


def test_repositories_inside_are_left_out_with_a_notice(target: Repository) -> None:
    draw(target.folder / "inner", "main: A")
    empty(target.folder / "empty")
    own, snapshot = taken(target)
    sentence = "Repositories inside the working tree are left out: `empty/`, `inner/`"
    assert snapshot == Snapshot(commit=own.head, dirty=False, notices=(sentence,))


def test_files_behind_a_filter_are_as_committed_with_a_notice(target: Repository) -> None:
    """As after ``git lfs pull``: the file holds what its pointer in the commit stands for."""
    target.commit("large", {".gitattributes": "*.bin filter=lfs\n", "a.bin": "pointer"})
    target.write({"a.bin": "large content"})
    own, snapshot = taken(target)
    sentence = "Changes to files that go through a filter are left out: `a.bin`"
    assert snapshot == Snapshot(commit=own.head, dirty=False, notices=(sentence,))


def test_ends_of_lines_follow_attributes_and_the_targets_own_setting(target: Repository) -> None:
    target.git("config", "core.autocrlf", "input")
    target.write({"changed": "1\r\n"})
    own, snapshot = taken(target)
    assert own.read(snapshot.commit, "changed") == b"1\n"
