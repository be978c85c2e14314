from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gate.environments import inventory


@pytest.mark.parametrize(
    ("base", "head", "own", "expected"),
    [
        ({"numpy": "2.1.0"}, {"numpy": "2.2.0"}, (), ("numpy 2.1.0 -> 2.2.0",)),
        ({"a": "1", "me": "1"}, {"a": "1", "me": "2"}, ("me",), ()),
        (
            {"b": "1"},
            {"a": "1"},
            (),
            ("a not installed -> 1", "b 1 -> not installed"),
        ),
    ],
)
def test_differences_are_listed_but_for_the_target_itself(
    base: dict[str, str], head: dict[str, str], own: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert inventory.differences(base, head, own) == expected


def venv_with(folder: Path, name: str, files: list[str]) -> Path:
    """A virtual environment that holds one distribution with these files."""
    info = folder / "lib/python3.13/site-packages" / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    record = [*files, f"{name}-1.dist-info/METADATA", "../../../bin/script", "x.pth"]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in record))
    return folder


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            ["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py", "pkg/data/b.py"],
            [("pkg", "pkg", True)],
            id="a package",
        ),
        pytest.param(["mod.py", "__pycache__/mod.pyc"], [("mod", "mod.py", True)], id="a module"),
        pytest.param(
            ["fast.cpython-313-x86_64-linux-gnu.so"],
            [("fast", "fast.cpython-313-x86_64-linux-gnu.so", False)],
            id="a native module",
        ),
        pytest.param(
            ["pkg/__init__.py", "pkg/_speed.abi3.so", "other.py"],
            [("other", "other.py", True), ("pkg", "pkg", False)],
            id="a package with a native part beside a pure module",
        ),
        pytest.param(
            ["google/cloud/x/__init__.py", "google/cloud/x/y.py"],
            [("google.cloud.x", "google/cloud/x", True)],
            id="a package in a shared namespace",
        ),
        pytest.param(["ns/a.py", "ns/b/c.py"], [("ns", "ns", True)], id="no __init__ anywhere"),
        pytest.param(
            ["pkg/__init__.py", "tests/__init__.py", "examples/a.py", "not-a-name/b.py"],
            [("pkg", "pkg", True)],
            id="what was installed by accident",
        ),
        pytest.param(
            ["mypyc__mypyc.cpython-313.so", "pkg/__init__.cpython-313.so"],
            [
                ("mypyc__mypyc", "mypyc__mypyc.cpython-313.so", False),
                ("pkg", "pkg", False),
            ],
            id="a package whose __init__ is native",
        ),
    ],
)
def test_what_the_target_lets_one_import(
    tmp_path: Path, files: list[str], expected: list[tuple[str, str, bool]]
) -> None:
    venv = venv_with(tmp_path, "Some_Thing", files)
    top = inventory.site_packages(venv)
    found = inventory.packages(venv, ["some-thing"])
    assert [(e.name, str(e.location.relative_to(top)), e.pure) for e in found] == expected
    assert inventory.packages(venv, ["another"]) == ()
    assert inventory.versions(venv) == {"some-thing": "1"}


def test_a_tree_that_is_not_installed_is_imported_from_its_top(tmp_path: Path) -> None:
    for name in ("app/__init__.py", "app/x.py", "tool.py", "setup.py", "test_a.py", "tests/t.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [each.name for each in inventory.loose_packages(tmp_path)] == ["app", "tool"]


METADATA = """Metadata-Version: 2.1
Name: Some.Thing
Requires-Dist: a; extra == 'fast'
Requires-Dist: some-thing[fast,Net]; extra == "all"
Requires-Dist: some_thing[deep] ; python_version > '3' and extra == 'net'
Requires-Dist: other[zip]; extra == 'all'
Requires-Dist: some-thing[all]; extra == 'deep'

"""


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        ((), ()),
        (("fast",), ("fast",)),
        (("net",), ("net", "deep", "all", "fast")),
        (("all",), ("all", "fast", "net", "deep")),
    ],
)
def test_extras_that_ask_for_others_of_the_same_project(
    tmp_path: Path, extras: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    path = tmp_path / "some_thing-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("some_thing-1.dist-info/METADATA", METADATA)
    found = inventory.wheel(path)
    assert found.name == "some-thing"
    assert found.all_extras(extras) == expected
