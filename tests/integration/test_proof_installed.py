"""What is installed, what lies beside the project, and what plugins do belongs to a proof, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gate.model import Benchmark, Side
from gate.proof.census import Proof
from tests.integration.proof_sides import Tree, Trees, ask, both, make_venv, newest, write

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

BENCHMARKS = {
    "test_it.py": """\
def test_made(benchmark):
    import made
    benchmark(made.run)
def test_else(benchmark):
    benchmark(len, "")
"""
}
MADE = """\
import time
def run():
    return rarely_run() if time.time() < 0 else 1
def rarely_run():
    return {}
def nobody_runs_this():
    return {}
"""
BOTH, MINE, NONE = {"made", "else"}, {"made"}, set[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Venvs:
    """An environment for each side, in which a test may put files."""

    pythons: Mapping[Side, Path]

    def library(self, side: Side) -> Path:
        venv = self.pythons[side].parent.parent
        return next(venv.glob("lib/python*/site-packages"))


@pytest.fixture(scope="module")
def venvs(tmp_path_factory: pytest.TempPathFactory) -> Venvs:
    folder, interpreter = tmp_path_factory.mktemp("installed"), newest()
    return Venvs(pythons={side: make_venv(interpreter, folder / side / "venv") for side in Side})


@pytest.fixture
def install(venvs: Venvs) -> Iterator[Trees]:
    """What a test adds to this is taken away again."""
    files = Trees(base={"made.py": MADE}, head={"made.py": MADE})
    yield files
    for side, tree in ((Side.BASE, files.base), (Side.HEAD, files.head)):
        for name in tree:
            (venvs.library(side) / name).unlink(missing_ok=True)


def _touched(
    venvs: Venvs, folder: Path, trees: Trees, installed: Trees, packages: Sequence[str]
) -> set[str]:
    """Names of the benchmarks that are touched."""
    for side, files in ((Side.BASE, installed.base), (Side.HEAD, installed.head)):
        write(venvs.library(side), files)
    names = [f"test_it.py::test_{name}" for name in sorted(BOTH)]
    return _short(ask(venvs.pythons, folder, trees, names=names, packages=packages))


def _short(proof: Proof) -> set[str]:
    return {benchmark.name.rpartition("test_")[2] for benchmark in proof.reasons}


@pytest.mark.parametrize(
    ("more", "touched"),
    [
        (({}, {}), NONE),
        (({"beside.py": "X = 1"}, {"beside.py": "X = 2"}), BOTH),
        (({}, {"beside.py": "X = 1"}), BOTH),
        (({}, {"beside.pth": "import os; os.environ['X'] = '1'\n"}), BOTH),
        (({"made.py": MADE.format(1, 1)}, {"made.py": MADE.format(1, 2)}), NONE),
        (({"made.py": MADE.format(1, 1)}, {"made.py": MADE.format(2, 1)}), MINE),
        (({"made.py": "LIMIT = 1\n" + MADE}, {"made.py": "LIMIT = 2\n" + MADE}), MINE),
        (({"made.pth": "import made\n"}, {"made.pth": "import made\n"}), BOTH),
    ],
    ids=[
        "the same",
        "a dependency of the same version",
        "one more module beside",
        "a file of paths",
        "what building made, and nobody says",
        "what building made, and is said",
        "a global in what building made",
        "loaded before counting",
    ],
)
def test_what_is_installed_may_touch(
    venvs: Venvs, tmp_path: Path, install: Trees, more: tuple[Tree, Tree], touched: set[str]
) -> None:
    install.base.update(more[0])
    install.head.update(more[1])
    assert _touched(venvs, tmp_path, both(BENCHMARKS), install, ["made"]) == touched


REPOSITORY = {
    "project/conftest.py": "import sys\nsys.path.append('../shared')\n",
    "project/test_it.py": """\
def test_made(benchmark):
    import common
    benchmark(common.run)
def test_else(benchmark):
    with open("../shared/table.json") as stream:
        benchmark(len, stream.read())
""",
    "project/tests/pytest.ini": "[pytest]\n",
    "shared/common.py": "LIMIT = 1\ndef run(): return LIMIT\n",
    "shared/table.json": "[1]",
    "shared/notes.txt": "words",
}


@pytest.mark.parametrize(
    ("file", "content", "touched"),
    [
        ("shared/notes.txt", "other words", NONE),
        ("shared/common.py", "LIMIT = 2\ndef run(): return LIMIT\n", MINE),
        ("shared/table.json", "[2]", {"else"}),
        ("project/tests/pytest.ini", "[pytest]\naddopts = -v\n", BOTH),
    ],
)
def test_what_lies_beside_the_project_may_touch(
    venvs: Venvs, tmp_path: Path, file: str, content: str, touched: set[str]
) -> None:
    trees = Trees(base=dict(REPOSITORY), head={**REPOSITORY, file: content})
    names = [f"test_it.py::test_{name}" for name in sorted(BOTH)]
    assert _short(ask(venvs.pythons, tmp_path, trees, names=names, project="project")) == touched


def test_a_process_that_a_plugin_starts_for_a_benchmark_touches_it(
    venvs: Venvs, tmp_path: Path
) -> None:
    test = "def test_it(benchmark, pytester):\n    benchmark(pytester.run, 'true')\n"
    trees = both({"conftest.py": "pytest_plugins = ['pytester']\n", "test_it.py": test})
    proof = ask(venvs.pythons, tmp_path, trees)
    assert "starts processes" in proof.reasons[Benchmark(name="test_it.py::test_it")]


@pytest.mark.parametrize(
    ("tool", "is_proved"), [("pytest_env", False), ("black", True)], ids=["pytest's", "another's"]
)
def test_what_plugins_are_told_counts(
    venvs: Venvs, tmp_path: Path, tool: str, *, is_proved: bool
) -> None:
    project = {"test_it.py": "def test_it(benchmark):\n    benchmark(len, '')\n"}
    base, head = (
        {**project, "pyproject.toml": f"[tool.{tool}]\nX = {number}\n"} for number in "12"
    )
    proof = ask(venvs.pythons, tmp_path, Trees(base=dict(base), head=dict(head)))
    assert bool(proof.proved) == is_proved
