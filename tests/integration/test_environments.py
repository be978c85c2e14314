"""Real installs by uv of small projects that are named for what is wrong with them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from gate.environments import Environment, Environments, TargetSpec, inventory, prepare
from gate.errors import InstallError, Interrupted, UsageError
from gate.model import Side
from gate.system.signals import interruptible

TARGETS = Path(__file__).parents[1] / "targets"
network = pytest.mark.network


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def copies(name: str, folder: Path) -> dict[Side, Path]:
    """Two trees of a target that tests may change."""
    return {side: shutil.copytree(TARGETS / name, folder / "run" / side / "tree") for side in Side}


@contextmanager
def prepared(
    trees: dict[Side, Path], folder: Path, cache: Path, spec: TargetSpec | None = None
) -> Iterator[Environments]:
    """Both sides installed, and afterwards nothing in the run's folder but the trees."""
    run = folder / "run"
    said: list[str] = []
    try:
        with prepare(
            trees,
            spec or TargetSpec(),
            folder=run,
            cache=cache,
            version=None,
            report=said.append,
        ) as found:
            assert said
            yield found
    finally:
        assert [path for side in Side for path in (run / side).iterdir()] == [*trees.values()]


def ask(environment: Environment, expression: str) -> object:
    """What an expression is worth in an environment, outside of the tree."""
    code = f"import json, sys, importlib.metadata as metadata; print(json.dumps({expression}))"
    done = subprocess.run(
        [environment.python, "-c", code],
        env=dict(environment.environ),
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    answer: object = json.loads(done.stdout)
    return answer


@network
def test_both_sides_are_alike_and_the_trees_stay_as_they_were(tmp_path: Path, cache: Path) -> None:
    """A development group without its linter, and an extra of an extra of the project itself."""
    trees = copies("only-development-extras", tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with prepared(trees, tmp_path, cache) as found:
        for side in (found.base, found.head):
            assert side.packages == ("only_development_extras",)
            versions = inventory.versions(side.folder)
            assert {"only-development-extras", "iniconfig", "pytest"} <= versions.keys()
            assert "sphinx" not in versions
            where = ask(side, "__import__('only_development_extras').__file__")
            assert Path(str(where)).is_relative_to(side.folder)
            assert ask(side, "sys.prefix") == str(side.folder)
        assert len(str(found.base.folder)) == len(str(found.head.folder))
        assert found.base.interpreter == found.head.interpreter
        assert found.differences == ()
        assert len(found.notices) == 1
        assert found.seconds > 0
    assert sorted(tmp_path.rglob("*")) == before


@network
def test_only_the_dependency_that_the_change_moves_is_different(
    tmp_path: Path, cache: Path
) -> None:
    trees = copies("no-project", tmp_path)
    (trees[Side.BASE] / "requirements.txt").write_text("iniconfig<2.1\npytest<8.4\n")
    (trees[Side.HEAD] / "requirements.txt").write_text("iniconfig<2\npytest\n")
    (trees[Side.HEAD] / "test-requirements.txt").touch()
    with prepared(trees, tmp_path, cache) as found:
        assert found.differences == ("iniconfig 2.0.0 -> 1.1.1",)
        assert found.head.packages == ("app",)
        assert [words.partition(":")[0] for words in found.notices] == ["base", "head"]


@network
def test_a_dependency_of_pytest_can_be_the_target(tmp_path: Path, cache: Path) -> None:
    """Without an override the resolver goes back to a pytest of ten years ago."""
    with prepared(copies("older-than-pytest-wants", tmp_path), tmp_path, cache) as found:
        assert ask(found.head, "metadata.version('iniconfig')") == "0.0.1"
        assert int(inventory.versions(found.head.folder)["pytest"].split(".")[0]) >= 8


@network
def test_a_version_from_git_is_the_same_on_both_sides(tmp_path: Path, cache: Path) -> None:
    trees = copies("version-from-git", tmp_path)
    (trees[Side.HEAD] / "src/version_from_git/more.py").touch()
    with prepared(trees, tmp_path, cache) as found:
        versions = [
            ask(side, "metadata.version('version-from-git')") for side in (found.base, found.head)
        ]
    assert versions == ["0.0.0+perfgate"] * 2


@network
def test_an_extension_is_compiled_for_each_side(tmp_path: Path, cache: Path) -> None:
    trees = copies("native-extension", tmp_path)
    source = trees[Side.HEAD] / "native_extension/_answer.c"
    source.write_text(source.read_text().replace("42", "43"))
    with prepared(trees, tmp_path, cache) as found:
        assert ask(found.base, "__import__('native_extension').answer()") == 42
        assert ask(found.head, "__import__('native_extension').answer()") == 43
        (package,) = inventory.packages(found.head.folder, ["native-extension"])
        assert not package.pure


@network
def test_what_is_configured_is_installed_for_the_version_asked_for(
    tmp_path: Path, cache: Path
) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    spec = TargetSpec(python=version, install=("iniconfig==2.0.0",), env={"MINE": "1"})
    with prepared(copies("no-project", tmp_path), tmp_path, cache, spec) as found:
        assert found.base.interpreter.startswith(f"CPython {version}.")
        assert inventory.versions(found.base.folder)["iniconfig"] == "2.0.0"
        assert ask(found.base, "__import__('os').environ['MINE']") == "1"


@network
def test_requirements_that_cannot_be_met_name_side_and_way_out(tmp_path: Path, cache: Path) -> None:
    with (
        pytest.raises(InstallError, match=r"(?s)base could not be installed.*iniconfig>=999") as e,
        prepared(copies("impossible-requirement", tmp_path), tmp_path, cache),
    ):
        pass
    assert "target.requirements" in e.value.hint


def test_a_build_that_fails_is_quoted_and_leaves_nothing(tmp_path: Path, cache: Path) -> None:
    trees = copies("setup-raises", tmp_path)
    with (
        pytest.raises(
            InstallError, match=r"(?s)base .*uv build.*this project cannot be built"
        ) as e,
        prepared(trees, tmp_path, cache),
    ):
        pass
    assert "clean checkout" in e.value.hint


def test_without_index_and_wheels_the_hint_says_how(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with (
        pytest.raises(InstallError) as e,
        prepared(copies("no-project", tmp_path), tmp_path, cache),
    ):
        pass
    assert "UV_FIND_LINKS=FOLDER" in e.value.hint


def test_a_python_that_nobody_has(tmp_path: Path, cache: Path) -> None:
    trees = copies("future-python", tmp_path)
    with pytest.raises(InstallError, match=r"3\.999"), prepared(trees, tmp_path, cache):
        pass
    spec = TargetSpec(python="3.999")
    with pytest.raises(UsageError, match=r"3\.999"), prepared(trees, tmp_path, cache, spec):
        pass


@network
def test_an_error_while_measuring_tears_down(tmp_path: Path, cache: Path) -> None:
    """The environments go, whatever happens while they are in use."""
    trees = {side: tmp_path / "run" / side / "tree" for side in Side}
    for tree in trees.values():
        tree.mkdir(parents=True)
    with pytest.raises(ZeroDivisionError), prepared(trees, tmp_path, cache):
        _ = 1 / 0


def test_what_cannot_be_read_names_the_side(tmp_path: Path, cache: Path) -> None:
    trees = copies("no-project", tmp_path)
    (trees[Side.HEAD] / "pyproject.toml").write_text("[")
    with (
        pytest.raises(InstallError, match=r"head .*pyproject\.toml is not valid TOML"),
        prepared(trees, tmp_path, cache),
    ):
        pass


def test_a_signal_during_a_build_leaves_neither_processes_nor_files(
    tmp_path: Path, cache: Path
) -> None:
    """The same trees are built once, so one backend starts; it ignores SIGTERM."""
    started = tmp_path / "started"
    os.mkfifo(started)
    seen: list[int] = []

    def interrupt() -> None:
        seen.append(int(started.read_text()))
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=interrupt)
    watcher.start()
    spec = TargetSpec(env={"STARTED": str(started)})
    with (
        pytest.raises(Interrupted, match="SIGTERM"),
        interruptible(),
        prepared(copies("build-hangs", tmp_path), tmp_path, cache, spec),
    ):
        pass
    watcher.join()
    _, alive = psutil.wait_procs([p for p in psutil.process_iter() if p.pid in seen], timeout=10)
    assert len(seen) == 1
    assert alive == []
