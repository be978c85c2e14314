"""An export is what a checkout would give, without what leads elsewhere."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from gate.errors import UsageError
from gate.revisions import Clone, clone
from tests.repositories import draw, empty, git


def cloned(folder: Path) -> Clone:
    return clone(folder, folder.parent / "own")


def files(folder: Path) -> set[str]:
    found = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return {str(path.relative_to(folder)) for path in found}


def test_content_executable_bits_and_links_are_kept(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    repository.write({"script": "#!/bin/sh\n", "a b/größe\u2003.bin": b"\0\xff", "plain": "x"})
    (repository.folder / "script").chmod(0o755)
    (repository.folder / "a b" / "link").symlink_to("../plain")
    (repository.folder / "to-folder").symlink_to("a b")
    commit = repository.commit("first")
    export = cloned(repository.folder).export(commit, tmp_path / "new folder" / "export")
    assert files(export.top) == {
        *("script", "plain", "to-folder"),
        *("a b/größe\u2003.bin", "a b/link"),
    }
    assert (export.top / "a b" / "größe\u2003.bin").read_bytes() == b"\0\xff"
    assert os.access(export.top / "script", os.X_OK)
    assert not (export.top / "plain").stat().st_mode & 0o111
    assert (export.top / "a b" / "link").readlink() == Path("../plain")
    assert (export.top / "to-folder" / "link").read_text() == "x"
    assert export.notices == ()


def test_file_names_of_any_bytes(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    name = os.fsdecode(b"caf\xe9\n")
    commit = repository.commit("first", {name: "x"})
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert (export.top / name).read_text() == "x"


def test_attributes_for_archives_do_not_apply(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    attributes = "tests export-ignore\nversion.py export-subst\n"
    version = "hash = '$Format:%H$'\n"
    commit = repository.commit(
        "first", {".gitattributes": attributes, "tests/x": "", "version.py": version}
    )
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert files(export.top) == {".gitattributes", "tests/x", "version.py"}
    assert (export.top / "version.py").read_text() == version


def test_ends_of_lines_are_those_of_a_checkout(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    commit = repository.commit("first", {".gitattributes": "*.bat eol=crlf\n", "x.bat": "a\n"})
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert (export.top / "x.bat").read_bytes() == b"a\r\n"


@pytest.mark.parametrize(
    "leads_to", ["/etc/hostname", "../outside", "folder/../../outside", "through/../../outside"]
)
def test_links_that_lead_out_are_left_out_with_a_notice(tmp_path: Path, leads_to: str) -> None:
    """``through/..`` is the top to a reader, and the folder's parent to the system."""
    (tmp_path / "outside").write_text("secret")
    repository = empty(tmp_path / "target")
    repository.write({"folder/inner/x": "", "plain": ""})
    (repository.folder / "through").symlink_to("folder")
    (repository.folder / "link").symlink_to(leads_to)
    (repository.folder / "again").symlink_to("link")
    commit = repository.commit("links")
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert files(export.top) == {"folder/inner/x", "plain", "through"}
    assert export.notices == (
        "Symbolic links that lead out of the repository are left out: `again`, `link`",
    )
    assert (tmp_path / "outside").read_text() == "secret"


@pytest.mark.parametrize("leads_to", ["nowhere", "link", ".", "folder/../plain"])
def test_links_that_stay_inside_are_kept_even_if_broken(tmp_path: Path, leads_to: str) -> None:
    repository = empty(tmp_path / "target")
    repository.write({"folder/x": "", "plain": ""})
    (repository.folder / "link").symlink_to(leads_to)
    commit = repository.commit("link")
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert (export.top / "link").readlink() == Path(leads_to)
    assert export.notices == ()


def test_submodules_are_left_out_with_a_notice(tmp_path: Path) -> None:
    draw(tmp_path / "library", "main: A")
    repository = empty(tmp_path / "target")
    repository.git("submodule", "--quiet", "add", f"{tmp_path}/library", "vendor/library")
    commit = repository.commit("submodule")
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert files(export.top) == {".gitmodules"}
    assert export.notices == ("Submodules are left out: `vendor/library`",)


def test_files_in_large_file_storage_stay_pointers_with_a_notice(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    commit = repository.commit(
        "first",
        {".gitattributes": "*.bin filter=lfs\n", "a.bin": pointer, "b.bin": "x", "c": pointer},
    )
    export = cloned(repository.folder).export(commit, tmp_path / "export")
    assert (export.top / "a.bin").read_text() == pointer
    assert export.notices == ("Files in Git LFS are left as pointers: `a.bin`",)


def test_a_project_in_a_folder_keeps_what_lies_beside_it(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    commit = repository.commit("first", {"packages/a b/x": "1", "shared/y": "2"})
    own = cloned(repository.folder)
    export = own.export(commit, tmp_path / "export", PurePosixPath("packages/a b"))
    assert export.project == export.top / "packages" / "a b"
    assert (export.project / "x").read_text() == "1"
    assert (export.top / "shared" / "y").read_text() == "2"


def test_a_project_folder_that_the_commit_lacks_leaves_nothing_behind(tmp_path: Path) -> None:
    repository = empty(tmp_path / "target")
    first = repository.commit("first", {"x": ""})
    repository.commit("second", {"project/x": ""})
    with pytest.raises(UsageError, match="The folder `project` does not exist in"):
        cloned(repository.folder).export(first, tmp_path / "export", PurePosixPath("project"))
    assert not (tmp_path / "export").exists()


def test_a_clone_without_contents_is_refused(tmp_path: Path) -> None:
    """A partial clone promises objects that only its origin has."""
    origin, commits = draw(tmp_path / "origin", "main: A B")
    origin.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{origin.folder}"
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", url, "target")
    own = cloned(tmp_path / "target")
    with pytest.raises(UsageError, match="git read-tree") as caught:
        own.export(commits["A"], tmp_path / "export")
    assert "partial clone" in caught.value.hint
