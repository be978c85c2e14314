"""Who leads to whom, and what needs no name at all."""

from __future__ import annotations

import pytest

from gate.proof.names import module, names, needs_no_name


@pytest.mark.parametrize(
    ("source", "callers"),
    [
        ("def other(): pass", set()),
        ("def one(): target()", {"one"}),
        ("def one(): self.target", {"one"}),
        ("def one(): call('target')", {"one"}),
        ("def one(): call('package.target')", {"one"}),
        ("def one(): import package.target", {"one"}),
        ("def one(): from target import x", {"one"}),
        ("def two(): one()\ndef one(): target()", {"one", "two"}),
        ("def one(): two(); target()\ndef two(): one()", {"one", "two"}),
        ("from x import target as alias\ndef one(): alias()", {"alias", "one", "import:m"}),
        ("class A:\n  def one(self): target()", {"one"}),
        ("class A:\n  def __init__(self): target()", {"A", "__init__"}),
        ("class A(target): pass\ndef one(): A()", {"A", "one"}),
        ("def one():\n  def inner(): target()", {"one"}),
        ("x = target()", {"import:m"}),
        ("import target", {"import:m"}),
        ("__all__ = ['target']", set()),
        ("def broken(", set()),
    ],
)
def test_every_name_that_leads_there_is_found(source: str, callers: set[str]) -> None:
    found = names([("package/m.py", source.encode())])
    both = found.callers("target") | found.callers("import:target")
    assert both == {"target", "import:target", *callers}


@pytest.mark.parametrize(
    ("source", "is_nameless"),
    [
        ("TABLE = {1: target}", True),
        ("TABLE = {1: lambda: target()}", True),
        ("if x:\n  TABLE = {1: target}", True),
        ("KEY = methodcaller('target')", True),
        ("@register\ndef one(): target()", True),
        ("@target\ndef one(): pass", True),
        ("def one(x=target): pass", True),
        ("def one(*, x=target): pass", True),
        ("class A:\n  x = target", True),
        ("class A:\n  def __eq__(self, other): target()", True),
        ("class A(metaclass=target): pass", True),
        ("def one(): target()", False),
        ("@functools.lru_cache(3)\ndef one(): target()", False),
        ("class A:\n  @property\n  def one(self): target()", False),
        ("class A(Strange):\n  def one(self): target()", True),
        ("KEPT = b'cmodule\\ntarget\\n.'", True),
        ("class A(target): pass", False),
        ("class A:\n  def __init__(self): target()", False),
        ("from x import target", False),
        ("__all__ = ['target']", False),
    ],
)
def test_what_tables_and_operators_reach_needs_no_name(source: str, *, is_nameless: bool) -> None:
    found = names([("m.py", source.encode())])
    assert found.nameless.get("target", set()) == ({"m.py"} if is_nameless else set())


def test_a_file_is_imported_by_its_own_or_its_folders_name() -> None:
    assert [module(file) for file in ("a/b.py", "a/__init__.py")] == ["import:b", "import:a"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("__eq__", True),
        ("readinto", True),
        ("_missing_", True),
        ("__init__", False),
        ("plain", False),
    ],
)
def test_operators_and_c_need_no_name(name: str, *, expected: bool) -> None:
    assert needs_no_name(name) == expected
