from __future__ import annotations

from pathlib import Path

import pytest

from gate.environments.declarations import declarations, read
from gate.environments.discover import Plan, TargetSpec, flatten, plan
from gate.errors import InstallError

PROJECT = "[project]\nname = 'Some.Thing'\nversion = '1'\n"


def discovered(files: dict[str, str], spec: TargetSpec | None = None) -> Plan:
    return plan(files, spec or TargetSpec())


def summary(found: Plan) -> tuple[list[str], list[str]]:
    """Projects as ``path[extras]``, and the other requirements."""
    projects = [f"{each.path}[{','.join(each.extras)}]" for each in found.projects]
    return projects, list(found.requirements)


def pyproject(more: str) -> dict[str, str]:
    return {"pyproject.toml": PROJECT + more}


EXTRAS = "[project.optional-dependencies]\n"
GROUPS = "[dependency-groups]\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(pyproject(""), ([".[]"], []), id="a bare project"),
        pytest.param(
            pyproject(EXTRAS + "test = ['a']\nbench = ['b']\ndev = ['sphinx']\ndocs = ['furo']"),
            ([".[bench,test]"], []),
            id="extras for benchmarks, then tests; not those for development",
        ),
        pytest.param(pyproject(EXTRAS + "Dev = ['a']"), ([".[dev]"], []), id="only development"),
        pytest.param(
            pyproject(
                GROUPS + "tests = ['a', {include-group = 'Plug_Ins'}]\nplug-ins = ['b', 'c>=1']"
            ),
            ([".[]"], ["a", "b", "c>=1"]),
            id="groups that include groups",
        ),
        pytest.param(
            pyproject(GROUPS + "test = ['a', {include-group = 'test'}, {unknown = 'x'}, 7]"),
            ([".[]"], ["a"]),
            id="a group that includes itself, and nonsense",
        ),
        pytest.param(
            pyproject(GROUPS + "test = ['some_thing[fast]', 'a']"),
            ([".[fast]"], ["a"]),
            id="a group that asks for the project itself",
        ),
        pytest.param(
            pyproject(EXTRAS + "test = ['a']\n" + GROUPS + "test = ['b']\nbench = ['c']"),
            ([".[]"], ["c", "b"]),
            id="of two places with the same name the first",
        ),
        pytest.param(
            pyproject(GROUPS + "dev = ['a', 'mypy', 'Sphinx>=4', 'ruff==1', 'pytest']"),
            ([".[]"], ["a", "pytest"]),
            id="no linters of a development group",
        ),
        pytest.param(
            pyproject("[tool.uv]\ndev-dependencies = ['a']"), ([".[]"], ["a"]), id="uv's own table"
        ),
        pytest.param(
            pyproject("[tool.pdm.dev-dependencies]\ntest = ['a', '-e file:///x']"),
            ([".[]"], ["a"]),
            id="pdm",
        ),
        pytest.param(
            pyproject(
                "[tool.hatch.envs.hatch-test]\nfeatures = ['Fast']\n"
                "extra-dependencies = ['a', 'b @ {root:uri}/b']"
            ),
            ([".[fast]"], ["a"]),
            id="hatch",
        ),
        pytest.param(
            {
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n"
                "[tool.poetry.group.test.dependencies]\na = '^1.2'\nb = {git = 'https://x'}"
            },
            ([".[]"], ["a>=1.2,<2"]),
            id="poetry",
        ),
        pytest.param(
            {"setup.cfg": "[metadata]\nname = x\n[options.extras_require]\ntesting =\n  a\n  b"},
            ([".[testing]"], []),
            id="setup.cfg",
        ),
        pytest.param(
            {
                "setup.py": "import setuptools\nEXTRAS = {'test': ['a'], 'all': sum([], [])}\n"
                "setuptools.setup(name='x', extras_require=EXTRAS)"
            },
            ([".[test]"], []),
            id="setup.py with literals",
        ),
        pytest.param({"setup.py": "setup(**f())"}, ([".[]"], []), id="setup.py without"),
        pytest.param({"setup.py": "print 'old'"}, ([".[]"], []), id="setup.py of Python 2"),
        pytest.param(
            {**pyproject(""), "requirements/bench.txt": "b", "requirements-test.txt": "a"},
            ([".[]"], ["b", "a"]),
            id="requirements files",
        ),
        pytest.param(
            {**pyproject(""), "requirements-test-windows.txt": "a", "LICENSE.txt": "b"},
            ([".[]"], []),
            id="files that are something else",
        ),
        pytest.param(
            {"requirements.txt": "a", "test_requirements.txt": "b", "pyproject.toml": "[tool.x]"},
            ([], ["a", "b"]),
            id="no project",
        ),
        pytest.param({"setup.cfg": "[flake8]\nmax-line-length = 9"}, ([], []), id="only linting"),
        pytest.param(
            pyproject("dependencies = ['a']\n[tool.uv]\npackage = false"),
            ([], ["a"]),
            id="a project that is not a package",
        ),
    ],
)
def test_what_is_installed_without_configuration(
    files: dict[str, str], expected: tuple[list[str], list[str]]
) -> None:
    assert summary(discovered(files)) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (TargetSpec(install=(".[Fast,test]", "a>=1")), ([".[fast,test]"], ["a>=1"])),
        (TargetSpec(install=("./libs/x[y]", ".")), (["libs/x[y]", ".[]"], [])),
        (TargetSpec(install=("./dist/a-1.whl",)), ([], ["./dist/a-1.whl"])),
        (TargetSpec(requirements=("deps/r.txt",)), ([".[]"], ["b"])),
        (TargetSpec(install=("a",), requirements=("deps/r.txt",)), ([], ["a", "b"])),
    ],
)
def test_the_configuration_wins(spec: TargetSpec, expected: tuple[list[str], list[str]]) -> None:
    files = {**pyproject(EXTRAS + "test = ['a']"), "deps/r.txt": "b"}
    assert summary(discovered(files, spec)) == expected


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (pyproject(""), "Installed the project."),
        (
            pyproject(EXTRAS + "test = ['a']\n" + GROUPS + "bench = ['c']"),
            "Installed the project with the dependency group 'bench' and the extra 'test'.",
        ),
        (
            pyproject(GROUPS + "dev = ['a']"),
            "Installed the project with the dependency group 'dev' (without linters and the like).",
        ),
        (
            {"requirements.txt": "a"},
            "No project to install; the tree is used as is with the file 'requirements.txt'.",
        ),
    ],
)
def test_the_choice_is_said_in_words(files: dict[str, str], sentence: str) -> None:
    assert discovered(files).sentences == (sentence,)


def test_requirements_files_are_flattened() -> None:
    files = {
        "requirements/test.txt": "-r base.txt\n-c pins.txt\n-e .[fast]  # ourselves\n"
        "--extra-index-url https://example.invalid\n\n# nothing\na==1 \\\n  --hash=sha256:00\n",
        "requirements/base.txt": "b>=2 ; python_version > '3'\n-r test.txt\n",
        "requirements/pins.txt": "c==3\n",
    }
    assert list(flatten("requirements/test.txt", files)) == [
        "b>=2 ; python_version > '3'",
        "-c c==3",
        ".[fast]",
        "--extra-index-url https://example.invalid",
        "a==1    --hash=sha256:00",
    ]
    found = discovered({**files, **pyproject("")})
    assert summary(found)[0] == [".[fast]"]
    assert found.constraints == ("c==3",)


@pytest.mark.parametrize(
    ("files", "spec", "says"),
    [
        (pyproject(""), TargetSpec(requirements=("no.txt",)), "'no.txt' is not there"),
        ({**pyproject(""), "a.txt": "-r b.txt"}, TargetSpec(requirements=("a.txt",)), "'b.txt'"),
        (pyproject(""), TargetSpec(install=("../other",)), "outside of the tree"),
        ({"pyproject.toml": "["}, TargetSpec(), "not valid TOML"),
        ({"setup.cfg": "x"}, TargetSpec(), "setup.cfg cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(files: dict[str, str], spec: TargetSpec, says: str) -> None:
    with pytest.raises(InstallError, match=says):
        discovered(files, spec)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.10'"}, ">=3.10"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.9'"}, ">=3.9,<4"),
        ({"setup.cfg": "[options]\npython_requires = >=3.8"}, ">=3.8"),
        ({"setup.py": "setup(python_requires='>=3.7')"}, ">=3.7"),
        ({"PKG-INFO": "Requires-Python: >=3.6\n\ntext"}, ">=3.6"),
        ({}, ""),
    ],
)
def test_where_the_supported_pythons_are_declared(files: dict[str, str], expected: str) -> None:
    assert declarations(files).requires_python == expected


def test_the_version_of_an_sdist_is_read() -> None:
    assert declarations({"PKG-INFO": "Metadata-Version: 2.4\nVersion: 1.2\n"}).version == "1.2"


def test_links_that_leave_the_tree_are_not_read(tmp_path: Path) -> None:
    """An error message quotes requirements; a link must not make it quote other files."""
    (tmp_path / "secret").write_text("secret")
    tree = tmp_path / "tree"
    (tree / "deps").mkdir(parents=True)
    (tree / "requirements.txt").symlink_to(tmp_path / "secret")
    (tree / "deps" / "a.txt").write_text("a")
    (tree / "deps" / "b.txt").write_text("b")
    assert read(tree, ["deps/a.txt"]) == {"deps/a.txt": "a", "deps/b.txt": "b"}
