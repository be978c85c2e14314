"""The image, built once on a real engine; without PERF_GATE_ENGINE=1 these tests are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.base_image import provide_base_image
from tests.end_to_end.engine import CACHE, Engine, running_engine

ROOT = Path(__file__).parents[2]
IMAGE = "perf-gate:test"
PACKAGES = ("pytest", "pytest-benchmark", "hatchling", "setuptools")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs an engine unless one was promised; then a missing engine is a failure."""
    if os.environ.get("PERF_GATE_ENGINE") == "1":
        return
    for item in items:
        if item.get_closest_marker("engine"):
            item.add_marker(pytest.mark.skip(reason="PERF_GATE_ENGINE=1 builds and runs the image"))


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
