"""What a code object and a module are, wherever they stand; what code can name."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

import pytest

from gate.guest.census.digest import code_digest, names_in
from gate.guest.census.ledger import NEUTRAL, TARGET, Tally
from gate.guest.census.outline import outline
from gate.guest.census.references import References
from gate.guest.census.texts import file_names, fragments, said, texts_in, words


def function(source: str) -> CodeType:
    """The first function of a module."""
    constants = compile(source, "module.py", "exec").co_consts
    return next(one for one in constants if isinstance(one, CodeType))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("def f(): return 1", "\n\n# why\ndef f():\n    return 1", True),
        ("def f(): return 1", "def f(): return 2", False),
        ("def f(): return 1", "def f(): return True", False),
        ("def f(): return 1", "def f(): return 1.0", False),
        ("def f(): return 0.0", "def f(): return -0.0", False),
        ("def f(): return (1,)", "def f(): return (True,)", False),
        ("def f(): return 'a'", "def f(): return b'a'", False),
        ("def f(): return a", "def f(): return b", False),
        ("def f(x): return x", "def f(y): return y", False),
        ("def f(x): return 1", "def f(x, /): return 1", False),
        ("def f(x): return 1", "def f(*, x): return 1", False),
        ("def f(): return x in {1, 2}", "def f(): return x in {2, 1}", True),
        ("def f(): return x in {1, 2}", "def f(): return x in {True, 2}", False),
        ("def f():\n def g(): return 1", "def f():\n def g(): return 2", False),
        ("def f():\n def g(): return 1", "def f():\n\n def g(): return 1", True),
        ("def f():\n try: a()\n except A: b()", "def f():\n try: a()\n except B: b()", False),
    ],
)
def test_a_code_object_is_what_it_does(one: str, other: str, *, is_same: bool) -> None:
    assert (code_digest(function(one)) == code_digest(function(other))) == is_same


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("X = 1", "# why\n\nX = 1  # because", True),
        ("X = 1", "X = 2", False),
        ("X = 1\nY = 2", "Y = 2\nX = 1", False),
        ("class A(B): pass", "class A(C): pass", False),
        ("class A(x=B): pass", "class A(x=C): pass", False),
        ("@a\nclass A: pass", "@b\nclass A: pass", False),
        ("class A: x = 1", "class A: x = 2", False),
        ("def f(): 1", "def f():\n    # why\n    1", True),
        ("def f(): 1", "def f(): 2", False),
        ("def f(x=1): 1", "def f(x=2): 1", False),
    ],
)
def test_a_module_is_what_its_statements_say(one: str, other: str, *, is_same: bool) -> None:
    assert (outline(one.encode(), []) == outline(other.encode(), [])) == is_same


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(): 1", "def"),
        ("async def f(x: int | None = None, *, y=-1) -> list[str]: 1", "def"),
        ("@a\ndef f(): 1", "stmt"),
        ("def f(x=a()): 1", "stmt"),
        ("def f(x=()): 1", "stmt"),
        ("def f(*, x=a): 1", "stmt"),
        ("def f(x: a()): 1", "stmt"),
        ("def f() -> a(): 1", "stmt"),
        ("if x:\n def f(): 1", "stmt"),
        ("class A: pass", "class"),
    ],
)
def test_only_plain_functions_stand_apart(source: str, kind: str) -> None:
    assert [item[0] for item in outline(source.encode(), [])] == [kind]


def test_docstrings_are_no_texts() -> None:
    assert texts_in(function("def f():\n 'Why.'\n return 'so'")) == {"so"}


def test_bytes_name_what_a_pickle_of_them_names() -> None:
    assert {"module", "go_west"} <= said(function("def f(): return b'\\x80module\\ngo_west\\n.'"))


def test_texts_without_blanks_are_parts_of_names_and_short_ones_are_lists_of_names() -> None:
    assert fragments({"module:go_%s", "no name"}) == {"module", "go_"}
    assert words({"go west", "a text " * 100}) == {"go", "west"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("LICENSE", {"LICENSE"}),
        ("data/words_%s.txt", {"data", "words_", ".txt"}),
        ("{here}/x.json", {"x.json"}),
        ("*.dat", {".dat"}),
        ("attach database 'data.db' as other", {"data.db"}),
        ("file:data.db?mode=ro", {"file", "data.db", "mode", "ro"}),
    ],
)
def test_texts_name_files(text: str, names: set[str]) -> None:
    assert file_names({text}) == names


def test_names_and_texts_are_taken_whole_and_in_parts() -> None:
    code = function("def f():\n import a.b\n return x.y('go_%s to'), ('in', {'side'})")
    assert {"import:a", "import:b", "x", "y"} <= names_in(code)
    assert texts_in(code) >= {"go_%s to", "in", "side"}


@pytest.mark.parametrize(
    ("source", "kind", "found"),
    [
        ("def f(): go_west()", TARGET, True),
        ("def f(): return 'go_west'", TARGET, True),
        ("def f(): return 'actions.go_west'", NEUTRAL, True),
        ("def f(x): return getattr(x, 'go_' + x)", TARGET, True),
        ("def f(x): return getattr(x, f'{x}_west')", TARGET, True),
        ("def f(x): return getattr(x, x + '_' + 'west')", TARGET, True),
        ("def f(x): return getattr(x, '%s_%s' % ('go', x))", TARGET, True),
        ("def f(x): return getattr(x, x, 'go west')", TARGET, False),
        ("def f(x): return eval('go_west()' + x)", TARGET, True),
        ("def f(x): return getattr(x, 'go_%s' % x)", TARGET, True),
        ("def f(x): return getattr(x, 'go_' + x)", NEUTRAL, True),
        ("def f(x): return getattr(x, 'go' + x)", NEUTRAL, False),
        ("def f(x): return getattr(x, 'stay_' + x)", TARGET, False),
        ("def f(x): return x.stay('go_')", TARGET, False),
    ],
)
def test_names_that_code_can_put_together_are_found(source: str, kind: str, *, found: bool) -> None:
    references = References()
    references.suspects = frozenset({"go_west"})
    tally = Tally(function(source), kind)
    assert references.found_in([tally]) == ({"go_west"} if found else set())


@pytest.mark.parametrize(
    "lookup",
    [
        *("vars(A)", "globals()", "locals()", "A.__dict__.items()", "A.__subclasses__()"),
        *("len(A.__dict__)", "[*A.__dict__]", "f.__globals__", "inspect.getmembers(A)"),
    ],
)
def test_who_takes_everything_gets_to_all_that_is_loaded(lookup: str) -> None:
    references = References()
    references.suspects = frozenset({"loaded", "elsewhere"})
    body = Tally(compile(f"def loaded(): 1\nX = {lookup}", "module.py", "exec"), TARGET)
    assert references.found_in([body]) == {"loaded"}


@pytest.mark.parametrize(
    "lookup",
    ["self.__dict__.items()", "A.__dict__.get(x)", "x in A.__dict__", "self.vars(1)", "locals()"],
)
def test_who_looks_one_name_up_does_not(lookup: str) -> None:
    references = References()
    references.suspects = frozenset({"loaded"})
    body = Tally(compile("def loaded(): 1", "module.py", "exec"), TARGET)
    executed = Tally(function(f"def f(self, A, x): return {lookup}"), TARGET)
    assert references.found_in([body, executed]) == set()


@pytest.mark.parametrize(
    ("source", "suspect", "found"),
    [
        ("def f(x): return import_module('plugin_' + x)", "import:plugin_b", True),
        ("def f(x): return import_module(x)", "import:plugin_b", False),
        ("def f(x): return iter_modules(x)", "import:plugin_b", True),
        ("def f(x): return open('words.txt')", "file:words.txt", True),
        ("def f(x): return open('data/words.txt')", "file:words.txt", True),
        ("def f(x): return open('words_%s.txt' % x)", "composed file:words_de.txt", True),
        ("def f(x): return open(x + '.txt')", "composed file:words_de.txt", True),
        ("def f(x): return open(x + '.txt')", "file:words_de.txt", False),
        ("def f(x): return x + '.py'", "composed file:m.py", False),
        ("def f(x): return getattr(x, 'stay go_west'.split()[x])", "go_west", True),
        ("def f(x): return x, 'stay go_west'", "go_west", False),
    ],
)
def test_files_and_modules_are_named_by_texts(source: str, suspect: str, *, found: bool) -> None:
    references = References()
    references.suspects = frozenset({suspect})
    assert references.found_in([Tally(function(source), TARGET)]) == ({suspect} if found else set())


@pytest.mark.parametrize(("name", "found"), [("names.json", True), ("names.bin", False)])
def test_tables_that_were_read_name_functions(tmp_path: Path, name: str, *, found: bool) -> None:
    references = References()
    references.suspects = frozenset({"go_west"})
    (tmp_path / name).write_text('["go_west"]')
    executed = [Tally(function("def f(x, y): return getattr(x, y)"), TARGET)]
    assert bool(references.found_in(executed, [str(tmp_path / name)])) == found


def test_what_was_said_in_an_earlier_report_is_remembered() -> None:
    references = References()
    references.suspects = frozenset({"go_west"})
    assert references.found_in([Tally(function("def f(): return 'go_'"), TARGET)]) == set()
    later = Tally(function("def f(x, y): return getattr(x, y)"), TARGET)
    assert references.found_in([later]) == {"go_west"}
