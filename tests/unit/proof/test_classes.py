"""Whose methods may be called without being named."""

from __future__ import annotations

import ast

import pytest

from gate.proof.classes import Classes


def opened(**sources: str) -> frozenset[str]:
    classes = Classes()
    for name, source in sources.items():
        classes.read(f"package/{name}.py", list(ast.walk(ast.parse(source))))
    return classes.open()


@pytest.mark.parametrize(
    "source",
    [
        "class A: pass",
        "class A(object, ValueError): pass",
        "class A(dict[str, int]): pass",
        "import abc\nclass A(abc.ABC): pass",
        "from typing import Generic, T\nclass A(Generic[T]): pass",
        "from requests import RequestException\nclass A(RequestException): pass",
        "from collections import namedtuple\nclass A(namedtuple('A', 'x')): pass",
        "from abc import ABCMeta\nclass A(metaclass=ABCMeta): pass",
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A: pass",
        "import pytest\n@pytest.mark.slow\nclass A: pass",
        "class A: pass\nclass B(A): pass",
    ],
)
def test_closed_are_classes_of_the_tree_and_of_bases_that_call_operators_only(source: str) -> None:
    assert opened(m=source) == frozenset()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import logging\nclass A(logging.Handler): pass", {"A"}),
        ("from logging import Handler as H\nclass A(H): pass", {"A"}),
        ("import logging\nclass Handler(logging.Handler): pass", {"Handler"}),
        ("from elsewhere import *\nclass A(Thing): pass", {"A"}),
        ("class A(make()): pass", {"A"}),
        ("class A((lambda: B)()): pass", {"A"}),
        ("class Meta(type): pass\nclass A(metaclass=Meta): pass", {"A"}),
        ("@app.register\nclass A: pass", {"A"}),
        ("def keep(c): return c\n@keep\nclass A: pass", {"A"}),
        ("class A:\n def __init_subclass__(cls): pass", {"A"}),
        ("class A(Strange): pass\nclass B(A): pass\nclass C(B): pass", {"A", "B", "C"}),
        ("def f():\n class A(Strange): pass", {"A"}),
    ],
)
def test_open_are_classes_that_others_know(source: str, names: set[str]) -> None:
    assert opened(m=source) == names


def test_bases_are_found_in_other_files_of_the_tree() -> None:
    base = "class Base: pass"
    assert opened(one=base, two="from .one import Base\nclass A(Base): pass") == frozenset()
    assert opened(one=base, two="from package.one import Base\nclass A(Base): pass") == frozenset()
    assert opened(one=base, two="from other import Base\nclass A(Base): pass") == {"A"}
