"""The image, built once on a real engine; without PERF_GATE_ENGINE=1 these tests are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_model.server import Api, serving
from tests.api_model.state import GitHub, Pull
from tests.end_to_end.base_image import provide_base_image
from tests.end_to_end.engine import CACHE, Engine, running_engine
from tests.end_to_end.runner import Runner
from tests.end_to_end.target import Target, make
from tests.integration.store_git_server import GitServer, git_server

ROOT = Path(__file__).parents[2]
IMAGE = "perf-gate:test"
PACKAGES = ("pytest", "pytest-benchmark", "hatchling", "setuptools")
OFFLINE = {"UV_FIND_LINKS": "/wheels", "UV_NO_INDEX": "1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs an engine unless one was promised; then a missing engine is a failure."""
    if os.environ.get("PERF_GATE_ENGINE") == "1":
        return
    reason = "NOT RUN: PERF_GATE_ENGINE=1 builds the image and runs it"
    for item in items:
        if item.get_closest_marker("engine"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with running_engine() as found:
        yield found


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    provide_base_image(engine, ROOT / "Dockerfile")
    engine.build(ROOT, IMAGE)
    return IMAGE


@pytest.fixture(scope="session")
def wheels() -> Path:
    """A folder with all that the targets of these tests install: the container has no network."""
    folder = CACHE / "wheels-3.13"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:"]
    version = ["--python-version", "3.13", "--dest", str(folder)]
    subprocess.run([*command, *version, *PACKAGES], check=True)
    return folder


@pytest.fixture(scope="session")
def runner(
    engine: Engine, image: str, wheels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Runner:
    return Runner(
        engine=engine,
        image=image,
        action=ROOT / "action.yml",
        temporary=tmp_path_factory.mktemp("runner"),
        environment=OFFLINE,
        options=[f"--volume={wheels}:/wheels:ro"],
    )


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return make(tmp_path / "target")


@pytest.fixture
def api(target: Target) -> Iterator[Api]:
    """GitHub knows the pull request; whatever it is asked must be as it describes itself."""
    pull = Pull(head=target.head, base=target.base)
    with serving(GitHub(pulls={pull.number: pull})) as model:
        yield model
    assert model.problems == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with git_server(tmp_path / "server") as served:
        yield served
