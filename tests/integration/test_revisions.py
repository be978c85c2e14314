"""Revisions of real repositories: nothing is changed or run, and shallow clones are deepened."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.errors import ExitStatus, UsageError
from gate.job import Job
from gate.model import Revisions
from gate.revisions import Clone, clone, settle
from tests.repositories import Repository, draw, empty, git, listing, long_history, shallow

# --- nothing of the target is changed -----------------------------------------------------------


def test_a_whole_run_leaves_checkout_and_repository_as_they_were(tmp_path: Path) -> None:
    """Also the times of objects, which git renews where it would write what is there already."""
    origin, _ = draw(tmp_path / "origin", "main: A B C\nfeature: B D E")
    git(tmp_path, "clone", "--quiet", str(origin.folder), "target")
    target = Repository(tmp_path / "target")
    target.git("checkout", "--quiet", "feature")
    target.write({"A.txt": "changed", "copied": "B\n", "new": "x", "staged": "x"})
    target.git("add", "staged")
    (target.folder / "E.txt").unlink()
    before = listing(target.folder)

    own, revisions = _settled(target.folder)
    own.export(revisions.base.commit, tmp_path / "base")
    own.export(revisions.head.commit, tmp_path / "head")
    own.changed_files(revisions.base.commit, revisions.head.commit)
    own.read(revisions.head.commit, "new")
    own.describe(revisions.head.commit)

    assert listing(target.folder) == before
    assert revisions.head.dirty is True
    assert (tmp_path / "head" / "copied").read_text() == "B\n"
    assert not (tmp_path / "head" / "E.txt").exists()


def test_deepening_leaves_the_shallow_clone_as_it_was(tmp_path: Path) -> None:
    origin, commits = long_history(tmp_path)
    target = shallow(tmp_path, origin, "feature")
    Repository(target).write({"staged": "what origin sends, too"})
    git(target, "add", "staged")
    before = listing(target)
    own, _ = _settled(target, base="main")
    assert own.read(commits["main"], "z") == b"what origin sends, too"
    assert listing(target) == before


# --- nothing of the target is run ---------------------------------------------------------------

_ATTRIBUTES = "*.txt filter=trap diff=trap merge=trap\n"


def _planted(tmp_path: Path) -> tuple[Repository, Path]:
    """A target whose settings, hooks, attributes and submodule run a program wherever git would."""
    draw(tmp_path / "library", "main: L")
    target, _ = draw(tmp_path / "target", "main: A B\nfeature: A C")
    target.git("submodule", "--quiet", "add", f"{tmp_path}/library", "library")
    target.commit("attributes", {".gitattributes": _ATTRIBUTES})
    sprung = tmp_path / "sprung"
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0" "$@" >> "{sprung}"\ncat\n')
    trap.chmod(0o755)
    for repository in (target.folder / ".git", target.folder / ".git" / "modules" / "library"):
        _plant(repository, trap)
    target.write({"A.txt": "changed", "library/L.txt": "changed", "new.txt": "x"})
    return target, sprung


def _plant(repository: Path, trap: Path) -> None:
    for name in (
        *("core.fsmonitor", "core.sshCommand", "core.alternateRefsCommand", "core.pager"),
        *("filter.trap.clean", "filter.trap.smudge", "filter.trap.process"),
        *("diff.trap.textconv", "diff.trap.command", "diff.external", "credential.helper"),
        *("uploadpack.packObjectsHook", "remote.origin.uploadpack"),
    ):
        git(repository, "config", "--file", "config", name, str(trap))
    (repository / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "pre-commit"):
        (repository / "hooks" / hook).symlink_to(trap)


def test_no_planted_program_is_run(tmp_path: Path) -> None:
    target, sprung = _planted(tmp_path)
    own, revisions = _settled(target.folder, base="feature", base_is_branch=True)
    own.export(revisions.base.commit, tmp_path / "base")
    own.export(revisions.head.commit, tmp_path / "head")
    own.changed_files(revisions.base.commit, revisions.head.commit)
    assert not sprung.exists(), sprung.read_text()


def test_the_planted_programs_would_have_been_run(tmp_path: Path) -> None:
    """Without this the test above would show nothing."""
    target, sprung = _planted(tmp_path)
    target.git("status")
    assert sprung.read_text().count("trap") > 1


def test_an_origin_that_names_a_program_is_not_fetched_from(tmp_path: Path) -> None:
    target, _ = draw(tmp_path / "target", "main: A B")
    target.git("config", "remote.origin.url", f"ext::touch {tmp_path}/sprung")
    target.git("config", "protocol.ext.allow", "always")
    with pytest.raises(UsageError, match="transport 'ext' not allowed"):
        _settled(target.folder, base="1" * 40)
    assert not (tmp_path / "sprung").exists()


# --- shallow clones -----------------------------------------------------------------------------


def _settled(folder: Path, **wanted: object) -> tuple[Clone, Revisions]:
    own = clone(folder, folder.parent / f"{folder.name} own", environment={})
    job = Job(repository=folder, out=folder.parent / "out", **wanted)  # type: ignore[arg-type]
    return own, settle(job, own)[0]


@pytest.mark.parametrize("options", [(), ("--no-single-branch",)])
@pytest.mark.parametrize("after", [10, 60])
def test_a_shallow_clone_is_deepened_until_the_merge_base_is_found(
    tmp_path: Path, options: tuple[str, ...], after: int
) -> None:
    """With ten commits the first step is enough, with sixty the second is needed."""
    origin, commits = long_history(tmp_path, after=after)
    origin.git("checkout", "--quiet", "main")
    own, revisions = _settled(shallow(tmp_path, origin, "feature", *options))
    assert (revisions.base.commit, revisions.head.commit) == (commits["fork"], commits["feature"])
    assert own.changed_files(revisions.base.commit, revisions.head.commit) == ("y",)
    export = own.export(revisions.base.commit, tmp_path / "base")
    assert (export.top / "x").read_text() == "1"


def test_the_whole_history_is_fetched_where_nothing_less_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.revisions.sides.DEPTHS", (2, 4, 2147483647))
    origin, commits = long_history(tmp_path, after=20)
    origin.git("checkout", "--quiet", "main")
    own, revisions = _settled(shallow(tmp_path, origin, "feature"))
    assert revisions.base.commit == commits["fork"]
    assert own.is_shallow is False


def test_unrelated_histories_of_a_shallow_clone_are_told_apart_in_the_end(tmp_path: Path) -> None:
    origin, _ = draw(tmp_path / "origin", "main: A B\nlonely: Z Y")
    with pytest.raises(UsageError, match=r"no merge base of .* their histories are unrelated"):
        _settled(shallow(tmp_path, origin, "lonely"))


@pytest.mark.parametrize("base", ["main", "origin/main", "v1.0"])
def test_a_branch_or_tag_that_a_shallow_clone_lacks_is_fetched(tmp_path: Path, base: str) -> None:
    origin, commits = long_history(tmp_path, after=5)
    origin.git("tag", "v1.0", commits["main"])
    _, revisions = _settled(shallow(tmp_path, origin, "feature"), base=base, base_is_branch=True)
    assert revisions.base.commit == commits["fork"]
    assert revisions.base.label == f"merge base with {base}"


def test_the_tip_of_a_shallow_default_branch_gets_its_parent(tmp_path: Path) -> None:
    origin, commits = draw(tmp_path / "origin", "main: A B C")
    _, revisions = _settled(shallow(tmp_path, origin, "main"))
    assert (revisions.base.commit, revisions.base.label) == (commits["B"], "parent commit")


def test_commits_that_were_never_pushed_do_not_stand_in_the_way(tmp_path: Path) -> None:
    origin, commits = long_history(tmp_path, after=5)
    folder = shallow(tmp_path, origin, "feature")
    head = Repository(folder).commit("not pushed", {"z": "1"})
    _, revisions = _settled(folder, base="main", base_is_branch=True)
    assert (revisions.base.commit, revisions.head.commit) == (commits["fork"], head)


def test_a_shallow_clone_whose_tree_is_dirty(tmp_path: Path) -> None:
    origin, commits = long_history(tmp_path, after=5)
    folder = shallow(tmp_path, origin, "feature")
    Repository(folder).write({"y": "2"})
    own, revisions = _settled(folder, base="main", base_is_branch=True)
    assert revisions.base.commit == commits["fork"]
    assert own.read(revisions.head.commit, "y") == b"2"


def test_a_pull_request_is_judged_by_its_head_and_not_by_its_merge_commit(tmp_path: Path) -> None:
    """As actions/checkout leaves it: one commit deep, detached, with a single remote reference."""
    origin, commits = long_history(tmp_path, after=5)
    origin.git("checkout", "--quiet", "--detach", "main")
    origin.git("merge", "--quiet", "--message=merge", "feature")
    merge = origin.git("rev-parse", "HEAD")
    origin.git("update-ref", "refs/pull/1/head", commits["feature"])
    origin.git("update-ref", "refs/pull/1/merge", merge)
    origin.git("checkout", "--quiet", "main")
    origin.git("branch", "--quiet", "--delete", "--force", "feature")

    workspace = empty(tmp_path / "workspace")
    workspace.git("remote", "add", "origin", f"file://{origin.folder}")
    reference = "refs/remotes/pull/1/merge"
    workspace.git("fetch", "--quiet", "--depth=1", "origin", f"+{merge}:{reference}")
    workspace.git("checkout", "--quiet", "--force", reference)
    own, revisions = _settled(
        workspace.folder, base=commits["main"], head=commits["feature"], base_is_branch=True
    )
    assert own.head == merge
    assert (revisions.base.commit, revisions.head.commit) == (commits["fork"], commits["feature"])
    assert own.changed_files(revisions.base.commit, revisions.head.commit) == ("y",)


def test_a_commit_that_a_full_clone_lacks_is_fetched_without_cutting_it_short(
    tmp_path: Path,
) -> None:
    origin, commits = long_history(tmp_path, before=60, after=1)
    url = f"file://{origin.folder}"
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch=main", url, "target")
    own, revisions = _settled(tmp_path / "target", base=commits["feature"])
    assert revisions.base.commit == commits["feature"]
    assert own.is_shallow is False
    assert own.merge_base(commits["first"], commits["main"]) == commits["first"]


@pytest.mark.parametrize("gone", ["origin", "remote"])
def test_what_cannot_be_fetched_says_what_to_do(tmp_path: Path, gone: str) -> None:
    origin, commits = long_history(tmp_path, after=1)
    folder = shallow(tmp_path, origin, "feature")
    if gone == "origin":
        origin.folder.rename(tmp_path / "moved")
    else:
        git(folder, "remote", "remove", "origin")
    with pytest.raises(UsageError) as caught:
        _settled(folder, base=commits["main"])
    assert "fetch-depth: 0" in caught.value.hint
    assert caught.value.status == ExitStatus.USAGE


def test_a_commit_that_origin_does_not_have_either_is_said(tmp_path: Path) -> None:
    origin, _ = draw(tmp_path / "origin", "main: A B")
    with pytest.raises(
        UsageError, match=r"lacks commits, and fetching `1{10}` from origin failed: .*not our ref"
    ):
        _settled(shallow(tmp_path, origin, "main"), base="1" * 40)
