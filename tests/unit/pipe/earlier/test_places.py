"""Which store is meant: the call's, the configuration's, or the usual one."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.baseline.branch import Branch
from gate.baseline.directory import Directory
from gate.baseline.store import StoreError
from gate.config.schema import Store as Named
from gate.config.schema import StoreKind
from gate.pipe.earlier.places import Place, named, usual
from gate.revisions import Clone, clone
from tests.repositories import draw, git


@pytest.fixture
def source(tmp_path: Path) -> Clone:
    repository, _ = draw(tmp_path / "target", "main: A")
    return clone(repository.folder, tmp_path / "clone", environment={})


@pytest.mark.parametrize(
    ("text", "kind", "location"),
    [
        ("branch:data/perf", StoreKind.BRANCH, "data/perf"),
        ("s3://bucket/some/prefix", StoreKind.S3, "bucket/some/prefix"),
        ("gs://bucket", StoreKind.GOOGLE, "bucket"),
        ("az://bucket/a", StoreKind.AZURE, "bucket/a"),
        ("dir:/var/perf", StoreKind.DIRECTORY, "/var/perf"),
    ],
)
def test_a_store_is_named_in_one_word(
    text: str, kind: StoreKind, location: str, source: Clone
) -> None:
    found = named(text)

    assert found == Named(kind=kind, location=location)
    assert str(Place(named=found, source=source)) == text


def test_a_folder_of_the_call_begins_where_the_call_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert named("dir:a/b").location == str(tmp_path / "a" / "b")


@pytest.mark.parametrize(
    "text", ["", "dir:", "branch:", "branch:a..b", "s3:bucket", "s3://", "ftp://x", "main"]
)
def test_what_names_no_store_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="dir:PATH, branch:NAME"):
        named(text)


def test_a_folder_of_the_configuration_begins_at_the_top(source: Clone, tmp_path: Path) -> None:
    place = Place(named=Named(kind=StoreKind.DIRECTORY, location="perf"), source=source)

    assert place.open(tmp_path / "x") == Directory(folder=tmp_path / "target" / "perf")


def test_a_branch_needs_an_origin(source: Clone, tmp_path: Path) -> None:
    place = Place(named=named("branch:data"), source=source)

    with pytest.raises(StoreError, match="no remote `origin`"):
        place.open(tmp_path / "x")


def test_a_branch_of_the_origin_is_opened(source: Clone, tmp_path: Path) -> None:
    target = source.target
    assert target.top is not None
    git(target.top, "remote", "add", "origin", "../origin")
    again = clone(target.top, tmp_path / "again", environment={})

    found = Place(named=named("branch:data"), source=again).open(tmp_path / "x")

    assert isinstance(found, Branch)
    assert found.origin.url == str(tmp_path / "target" / ".." / "origin")


def test_in_actions_the_data_branch_is_usual(source: Clone) -> None:
    found = usual(source, {"GITHUB_ACTIONS": "true"})

    assert found == Named(kind=StoreKind.BRANCH, location="perf-gate-data")


def test_elsewhere_each_repository_has_a_folder_in_the_cache(source: Clone, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    other, _ = draw(tmp_path / "other target", "main: A")
    variables = {"XDG_CACHE_HOME": str(cache)}

    found = usual(source, variables)

    assert found.kind is StoreKind.DIRECTORY
    assert Path(found.location).parent == cache / "perf-gate" / "baselines"
    assert usual(clone(other.folder, tmp_path / "c", environment={}), variables) != found


def test_a_cache_that_cannot_be_written_is_said(source: Clone, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")

    with pytest.raises(StoreError, match="cache, which cannot be written"):
        usual(source, {"XDG_CACHE_HOME": str(tmp_path / "cache")})
