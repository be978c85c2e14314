"""What differs between two trees, as far as running them cannot show it."""

from __future__ import annotations

import pytest

from gate.proof.changes import changes, pytest_options


@pytest.mark.parametrize(
    ("base", "head", "suspects"),
    [
        ("def f(): return 1", "def f(): return 1  # why", set()),
        ("def f(): return 1", "\n\ndef f():\n    return 1", set()),
        ("def f(): return 1", "def f(): return 2", {"f"}),
        ("def f(): return 1", "", {"f"}),
        ("", "def f(): return 1", {"f"}),
        ("def f(): return 1\ndef g(): f()", "def f(): return 2\ndef g(): f()", {"f", "g"}),
        ("class A:\n def f(self): 1", "class A:\n def f(self): 2", {"f"}),
        ("class A:\n def __init__(s): 1", "class A:\n def __init__(s): 2", {"A"}),
        (
            "class A:\n def __init_subclass__(s): 1",
            "class A:\n def __init_subclass__(s): 2",
            {"A", "__init_subclass__", "import:m"},
        ),
        ("X = 1", "X = 2", {"import:m"}),
        ("class A(B): pass", "class A(C): pass", {"import:m"}),
        ("@a\ndef f(): 1", "@a\ndef f(): 2", {"import:m"}),
        ("X = (", "X = )", {"import:m"}),
    ],
)
def test_suspects_are_the_names_that_lead_to_a_change(
    base: str, head: str, suspects: set[str]
) -> None:
    found = changes({"m.py": base.encode()}, {"m.py": head.encode()})
    assert found.suspects == suspects | {"file:m.py", "composed file:m.py"}
    assert found.files == {"m.py"}


@pytest.mark.parametrize(
    ("rest", "body", "places"),
    [
        ("", "def f(): return {}", set()),
        ("", "class A:\n def __eq__(self, other): return {}", {"m.py"}),
        ("", "class A:\n def __init__(self): self.x = {}", set()),
        ("TABLE = [f]", "def f(): return {}", {"rest.py"}),
        ("TABLE = [g]\ndef g(): return f()", "def f(): return {}", {"rest.py"}),
        ("TABLE = [A]", "class A:\n def __init__(self): self.x = {}", {"rest.py"}),
    ],
)
def test_implicit_are_the_files_that_get_to_a_change_without_its_name(
    rest: str, body: str, places: set[str]
) -> None:
    base, head = (
        {"m.py": body.format(number).encode(), "rest.py": rest.encode()} for number in (1, 2)
    )
    assert changes(base, head).implicit.keys() == places


def test_a_module_with_a_changed_operator_is_a_suspect_for_it_may_be_imported_later() -> None:
    source = "class A:\n def __eq__(self, other): return {}"
    found = changes({"m.py": source.format(1).encode()}, {"m.py": source.format(2).encode()})
    assert found.suspects == {"import:m", "file:m.py", "composed file:m.py"}


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("class A:\n def emit(self): return {}", set()),
        ("import logging\nclass A(logging.Handler):\n def emit(self): return {}", {"m.py"}),
        ("class A(metaclass=M):\n def emit(self): return {}", {"m.py"}),
        ("@keep\nclass A:\n def __init__(self): return {}", {"m.py"}),
        ("class A:\n def _missing_(self): return {}", {"m.py"}),
    ],
)
def test_changed_methods_of_open_classes_need_no_name(source: str, places: set[str]) -> None:
    base, head = ({"m.py": source.replace("{}", number).encode()} for number in "12")
    assert changes(base, head).implicit.keys() == places


@pytest.mark.parametrize(
    ("file", "suspects"),
    [
        ("data/words_de.txt", {"file:words_de.txt", "composed file:words_de.txt"}),
        ("README.md", {"file:README.md"}),
        ("docs/logo.png", {"file:logo.png"}),
        (
            "a/fast.cpython-313-x86_64-linux-gnu.so",
            {
                "file:fast.cpython-313-x86_64-linux-gnu.so",
                "composed file:fast.cpython-313-x86_64-linux-gnu.so",
                "import:fast",
            },
        ),
    ],
)
def test_changed_data_is_a_suspect_by_its_name(file: str, suspects: set[str]) -> None:
    found = changes({}, {}, [file])
    assert found.suspects == suspects
    assert found.files == frozenset()


def test_equal_trees_have_no_changes() -> None:
    tree = {"m.py": b"def f(): return 1\nTABLE = [f]"}
    found = changes(tree, dict(tree))
    assert (found.suspects, found.implicit) == (frozenset(), {})


@pytest.mark.parametrize(
    ("name", "one", "other", "is_same"),
    [
        ("pyproject.toml", "[project]\nversion='1'", "[project]\nversion='2'", True),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\nx='1'",
            "[tool.pytest.ini_options]\nx='2'",
            False,
        ),
        ("pyproject.toml", "[", "[[", False),
        ("setup.cfg", "[metadata]\nname=a", "[metadata]\nname=b", True),
        ("setup.cfg", "[tool:pytest]\naddopts=-q", "[tool:pytest]\naddopts=-v", False),
        ("tox.ini", "[pytest]\na=%(x)s", "[pytest]\na=%(y)s", False),
        ("pytest.ini", "[pytest]\n# why\na=1", "[pytest]\na=1", True),
        ("pytest.ini", "nonsense", "other nonsense", False),
        ("pytest.toml", "[pytest]\na=1", "[pytest]\na=2", False),
        ("pyproject.toml", "[tool.pytest_env]\nA='1'", "[tool.pytest_env]\nA='2'", False),
        ("tests/pytest.ini", "[pytest]\na=1", "[pytest]\na=2", False),
        ("docs/setup.cfg", "[metadata]\na=1", "[metadata]\na=2", True),
    ],
)
def test_only_what_pytest_reads_counts(name: str, one: str, other: str, *, is_same: bool) -> None:
    found = [pytest_options({name: text.encode()}) for text in (one, other)]
    assert (found[0] == found[1]) == is_same


@pytest.mark.parametrize(("name", "counts"), [("pytest.ini", True), ("pyproject.toml", False)])
def test_an_empty_file_counts_if_it_is_pytests_own(name: str, *, counts: bool) -> None:
    assert bool(pytest_options({name: b""})) == counts


def test_who_reads_a_changed_file_is_suspected_with_all_that_lead_there() -> None:
    source = b'def read_it(): return open("words.txt").read()\ndef caller(): return read_it()\n'
    known = changes({"m.py": source}, {"m.py": source}, ["words.txt"])
    assert {"read_it", "caller"} <= known.suspects
    assert changes({"m.py": source}, {"m.py": source}, ["other.txt"]).suspects.isdisjoint(
        {"read_it", "caller"}
    )
