"""``perf-gate init`` in real repositories: what it finds, writes, keeps and says."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from gate.beginning.survey import address, look, supported
from gate.cli import main
from gate.config.decode import load
from gate.errors import ExitStatus
from tests import repositories
from tests.repositories import Repository

PYPROJECT = """\
[project]
name = "adder"
version = "1"
requires-python = ">=3.10"
[project.optional-dependencies]
test = ["pytest"]
"""
BENCHMARK = "def test_total(benchmark):\n    benchmark(sum, range(9))\n"
FILES = {
    ".perf-gate.yml",
    ".github/workflows/perf-gate.yml",
    ".github/workflows/perf-gate-publish.yml",
    ".github/workflows/perf-gate-record.yml",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = repositories.empty(tmp_path / "target")
    made.git("checkout", "--quiet", "-b", "trunk")
    made.git("remote", "add", "origin", "https://me:secret@github.com/them/adder.git")
    made.commit("Begin", {"pyproject.toml": PYPROJECT, "bench/test_sum.py": BENCHMARK})
    return made


def written(repository: Repository) -> set[str]:
    return {*repository.git("ls-files", "--others").splitlines()}


def init(repository: Repository, *arguments: str) -> int:
    return main(["init", "--repo", str(repository.folder), *arguments])


def test_it_finds_what_there_is(repository: Repository) -> None:
    repository.git("tag", "v1.0")
    found, top = look(repository.folder / "bench", PurePosixPath())
    assert top == repository.folder
    assert found.branch == "trunk"
    assert found.origin == "github.com/them/adder"
    assert found.benchmarks == ("bench/test_sum.py",)
    assert found.install == (".[test]",)
    assert found.pythons == ("3.13",)
    assert found.released


def test_it_writes_files_that_load_and_says_what_is_next(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(repository) == ExitStatus.PASS
    assert written(repository) == FILES
    load((repository.folder / ".perf-gate.yml").read_text(), filename="written")
    record = repository.folder / ".github/workflows/perf-gate-record.yml"
    assert "- trunk\n" in record.read_text()
    said = capsys.readouterr().out
    assert "next:" in said
    assert "1 file with benchmarks" in said
    assert "secret" not in said


def test_a_dry_run_prints_every_file_and_writes_none(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(repository, "--dry-run", "--force") == ExitStatus.PASS
    assert written(repository) == set()
    shown = capsys.readouterr().out.splitlines()
    assert {line.removeprefix("--- ") for line in shown if line.startswith("--- ")} == FILES


def test_what_is_there_stays_until_it_is_forced(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    own = repository.folder / ".perf-gate.yml"
    own.write_text("preset: strict\n")
    assert init(repository) == ExitStatus.PASS
    assert own.read_text() == "preset: strict\n"
    assert written(repository) == FILES
    assert "kept     .perf-gate.yml" in capsys.readouterr().out
    assert init(repository, "--force") == ExitStatus.PASS
    assert "version: 1" in own.read_text()
    said = capsys.readouterr().out
    assert "replaced .perf-gate.yml" in said
    assert "same     .github/workflows/perf-gate.yml" in said


def test_nothing_is_written_through_a_link_out_of_the_repository(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repository.folder / ".github").symlink_to(tmp_path / "elsewhere")
    assert init(repository) == ExitStatus.USAGE
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert "leads out of the repository" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["nowhere", ".."])
def test_a_folder_that_is_not_there_is_a_wrong_call(repository: Repository, folder: str) -> None:
    assert init(repository, "--working-directory", folder) == ExitStatus.USAGE
    assert written(repository) == set()


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://github.com/a/b.git", "github.com/a/b"),
        ("https://x:token@ghe.example.org:8443/a/b", "ghe.example.org/a/b"),
        ("git@github.com:a/b.git", "github.com/a/b"),
        ("ssh://git@github.com/a/b/", "github.com/a/b"),
        ("/srv/git/b.git", None),
        ("", None),
    ],
)
def test_a_remote_is_shown_without_credentials(url: str, found: str | None) -> None:
    assert address(url) == found


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("", ("3.13",)),
        (">=3.10,<4", ("3.13",)),
        ("<3.13", ()),
        (">=3.14", ()),
        ("~=3.9", ("3.13",)),
    ],
)
def test_versions_are_those_that_the_image_has_and_the_project_supports(
    requires: str, found: tuple[str, ...]
) -> None:
    assert supported(requires) == found


def test_the_image_is_built_on_the_python_that_workflows_may_ask_for() -> None:
    dockerfile = (Path(__file__).resolve().parents[3] / "Dockerfile").read_text()
    assert dockerfile.startswith(f"FROM python:{supported('')[-1]}-slim\n")
