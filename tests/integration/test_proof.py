"""What the proof may call the same, and what it must never call the same."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gate.model import Benchmark
from gate.proof.census import Proof
from tests.integration.proof_sides import (
    Trees,
    ask,
    both,
    draw,
    edited,
    make_venv,
    newest,
    sections,
    twice,
)

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

SUITE = Path(__file__).parent / "suites" / "proof"
PROVED = sections(SUITE / "proved.py")
CODE = sections(SUITE / "touched_code.py")
DUNDER = sections(SUITE / "touched_dunder.py")
WORLD = sections(SUITE / "touched_world.py")
SAMPLED = 5
"""Every fifth of the cases with processes of their own runs each time; `make long` runs all."""
UNMET = {**sections(SUITE / "touched_later.py"), **sections(SUITE / "touched_unsaid.py")}
"""What is not met while it is counted: each alone, for a name may be said by a neighbour, too."""
HELPERS = {"helper"}
"""Modules that others use; their own benchmarks are nothing to ask about."""
NATIVE = """
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(ANSWER); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "native", NULL, -1, methods};
PyMODINIT_FUNC PyInit_native(void) { return PyModule_Create(&module); }
"""


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest, or the one that is asked for."""
    return make_venv(newest(), tmp_path_factory.mktemp("proof") / "venv")


@pytest.fixture(scope="session")
def changed(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Trees:
    """Files that are not text: they differ between the sides."""
    folder = tmp_path_factory.mktemp("made")
    trees = both({})
    trees.head["folder/two"] = trees.head["README.md"] = trees.head["docs/index.rst"] = "words"
    trees.head["flag.cfg"] = "1"
    for tree, number in ((trees.base, 1), (trees.head, 2)):
        tree["data.db"] = _database(folder / f"{number}.db", number)
        tree["data.zip"] = _archive(number)
        tree["native.so"] = _native(python, folder, number)
        tree["no_source.pyc"] = _compiled(python, folder, number)
    return trees


@pytest.fixture(scope="session")
def proof(python: Path, changed: Trees, tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """One pair of trees with a benchmark for each drawn module."""
    trees = draw({**PROVED, **CODE, **WORLD})
    return ask(python, tmp_path_factory.mktemp("drawn"), _together(trees, changed))


@pytest.fixture(scope="session")
def same(python: Path, changed: Trees, tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """Nothing changed: the drawn modules of base on both sides."""
    trees = _together(draw({**PROVED, **CODE, **DUNDER, **UNMET}), changed)
    return ask(python, tmp_path_factory.mktemp("same"), twice(trees))


@pytest.fixture(scope="session")
def dunder(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """Apart, for their names are everybody's."""
    return ask(python, tmp_path_factory.mktemp("dunder"), draw(DUNDER))


def _together(drawn: Trees, changed: Trees) -> Trees:
    return Trees(base={**changed.base, **drawn.base}, head={**changed.head, **drawn.head})


def _database(path: Path, rows: int) -> bytes:
    base = sqlite3.connect(path)
    base.execute("create table numbers (number)")
    base.executemany("insert into numbers values (?)", [(row,) for row in range(rows)])
    base.commit()
    base.close()
    return path.read_bytes()


def _native(python: Path, folder: Path, number: int) -> bytes:
    source, made = folder / "native.c", folder / f"native{number}.so"
    source.write_text(NATIVE)
    where = "import sysconfig; print(sysconfig.get_path('include'))"
    include = subprocess.run(
        [python, "-c", where], check=True, capture_output=True, text=True
    ).stdout.strip()
    words = ["cc", "-shared", "-fPIC", f"-DANSWER={number}", f"-I{include}"]
    subprocess.run([*words, "-o", str(made), str(source)], check=True)
    return made.read_bytes()


def _archive(members: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(members):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"words")
    return content.getvalue()


def _compiled(python: Path, folder: Path, number: int) -> bytes:
    source, made = folder / "no_source.py", folder / "no_source.pyc"
    source.write_text(f"SIZE = {number}\n")
    code = "import py_compile, sys; py_compile.compile(sys.argv[1], cfile=sys.argv[2])"
    subprocess.run([python, "-c", code, source, made], check=True)
    return made.read_bytes()


def _benchmark(name: str) -> Benchmark:
    return Benchmark(name=f"test_{name}.py::test_{name}")


@pytest.mark.parametrize("name", sorted({*PROVED, *CODE, *DUNDER, *UNMET}))
def test_identical_trees_are_proved(same: Proof, name: str) -> None:
    assert _benchmark(name) in same.proved, same.reasons[_benchmark(name)]


@pytest.mark.parametrize("name", PROVED)
def test_what_did_not_meet_the_change_is_proved(proof: Proof, name: str) -> None:
    assert _benchmark(name) in proof.proved, proof.reasons[_benchmark(name)]


@pytest.mark.parametrize("name", sorted({*CODE, *WORLD} - HELPERS))
def test_what_may_meet_the_change_is_touched(proof: Proof, name: str) -> None:
    assert _benchmark(name) in proof.reasons


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if number % SAMPLED == 0 else [pytest.mark.long])
        for number, name in enumerate(sorted(UNMET))
    ],
)
def test_what_could_be_met_another_time_is_touched(
    python: Path, changed: Trees, tmp_path: Path, name: str
) -> None:
    drawn = draw({name: UNMET[name]})
    wanted = [file for file in changed.head if file.partition(".")[0] in UNMET[name]]
    base, head = (
        {file: tree[file] for file in wanted if file in tree}
        for tree in (changed.base, changed.head)
    )
    proof = ask(python, tmp_path, _together(drawn, Trees(base=base, head=head)))
    assert _benchmark(name) in proof.reasons
    assert "counted" not in proof.reasons[_benchmark(name)]


@pytest.mark.parametrize("name", DUNDER)
def test_a_changed_method_that_needs_no_name_touches(dunder: Proof, name: str) -> None:
    assert _benchmark(name) in dunder.reasons


def test_nothing_is_touched_for_want_of_time(proof: Proof) -> None:
    """A case that was not counted would say nothing of the rule that it stands for."""
    late = {name for name, why in proof.reasons.items() if "in time" in why}
    assert late == {_benchmark("exits"), _benchmark("hangs")}


SMALL = {
    "library.py": """\
import os
LIMIT = int(os.environ.get("LIMIT", "2"))
def double(x):
    return x * LIMIT
def unused(x):
    return x
""",
    "conftest.py": """\
import pytest
SIZE = 3
@pytest.fixture
def numbers():
    return list(range(SIZE))
@pytest.fixture(scope="module", params=[1, 2])
def wide(request):
    return request.param
""",
    "test_small.py": """\
import pytest
from library import double
def test_plain(benchmark):
    assert benchmark(double, 2) == 4
def test_fixture(benchmark, numbers):
    benchmark(lambda: [double(x) for x in numbers])
def test_wide(benchmark, wide):
    benchmark(double, wide)
@pytest.mark.parametrize("x", [1, 2])
def test_each(benchmark, x):
    benchmark.pedantic(double, args=(x,), rounds=3)
class TestGroup:
    def setup_method(self):
        self.x = 3
    def test_method(self, benchmark):
        benchmark(double, self.x)
@pytest.mark.performance
def test_marked():
    assert double(2) == 4
""",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-q'\n",
    "README.md": "words\n",
    "docs/conf.py": "project = 'small'\n",
}
NAMES = [
    *(f"test_small.py::test_{name}" for name in ("plain", "fixture", "marked")),
    *(f"test_small.py::test_{name}[{x}]" for name in ("wide", "each") for x in (1, 2)),
    "test_small.py::TestGroup::test_method",
]
UNSEEN = {
    "nothing": ("library.py", "", ""),
    "documentation": ("README.md", "words", "other words"),
    "configuration of the documentation": ("docs/conf.py", "'small'", "'large'"),
    "a comment": ("library.py", "def unused", "# why\ndef unused"),
    "blank lines in a conftest": ("conftest.py", "SIZE", "\n\nSIZE"),
    "a comment in the tests": ("test_small.py", "class Test", "# a group\nclass Test"),
    "a function that nobody names": ("library.py", "    return x\n", "    return x + 1\n"),
    "another project version": ("pyproject.toml", "[tool", "[project]\nversion = '2'\n[tool"),
    "a new file": ("added.py", "", "TABLE = list(range(3))\n"),
}
SEEN = {
    "a global": ("library.py", '"2"', '"2" or 1'),
    "a statement": ("library.py", "import os", "import os, gc\ngc.disable()"),
    "a global of conftest": ("conftest.py", "SIZE = 3", "SIZE = 30"),
    "the environment by conftest": (
        "conftest.py",
        "import pytest",
        "import pytest, os\nos.environ['X'] = '3'",
    ),
    "a hook": ("conftest.py", "", "def pytest_runtest_setup(item): item.x = 1\n"),
    "options of pytest": ("pyproject.toml", "-q", "-q -p no:logging"),
    "a new ini file": ("pytest.ini", "", "[pytest]\naddopts = -v\n"),
    "a fixture, for it is decorated": ("conftest.py", "request.param", "request.param + 0"),
    "an import of the tests": (
        "test_small.py",
        "import pytest",
        "import pytest\nimport gc; gc.freeze()",
    ),
}


def _small(python: Path, folder: Path, edit: tuple[str, str, str]) -> Proof:
    return ask(python, folder, edited(both(SMALL), *edit), names=NAMES)


@pytest.mark.parametrize("edit", UNSEEN.values(), ids=UNSEEN)
def test_a_whole_suite_is_proved(python: Path, tmp_path: Path, edit: tuple[str, str, str]) -> None:
    proof = _small(python, tmp_path, edit)
    assert proof.reasons == {}
    assert {benchmark.name for benchmark in proof.proved} == set(NAMES)


@pytest.mark.parametrize("edit", SEEN.values(), ids=SEEN)
def test_a_whole_suite_is_touched(python: Path, tmp_path: Path, edit: tuple[str, str, str]) -> None:
    assert _small(python, tmp_path, edit).proved == frozenset()


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"dependencies": ["numpy 1 -> 2"]}, "dependencies differ: numpy 1 -> 2"),
        ({"interpreter": (3, 10)}, "the interpreter cannot count what it executes"),
    ],
)
def test_without_running_anything_all_is_touched(
    tmp_path: Path, how: dict[str, Any], why: str
) -> None:
    proof = ask(tmp_path / "no-python", tmp_path, both(SMALL), names=NAMES, **how)
    assert proof.proved == frozenset()
    assert {reason.startswith(why) for reason in proof.reasons.values()} == {True}
    assert why in proof.notices[0]
