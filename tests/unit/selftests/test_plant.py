"""Planting statements into source code."""

from __future__ import annotations

import ast
import asyncio
from textwrap import dedent

import pytest

from gate.errors import MeasureError
from gate.selftests.plant import plant, plantable

STATEMENT = "for _planted in range(7): pass; del _planted"
SOURCE = '''\
"""Module."""
import os

@decorated
def first(a, b=1):
    """Docstring."""
    if a:
        return b
    return a

def only_a_docstring():
    """Docstring."""

def generator(
    n,
):
    # a comment
    yield from range(n)

async def waits():
    return 1

class Thing:
    x = 1

    def method(self):
        @inner
        def nested():
            pass
        return nested

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value

    class Inner:
        async def stream(self):
            yield 1

if os.name == "posix":
    def conditional():
        return 1
else:
    try:
        def conditional():
            return 2
    except ImportError:
        def fallback():
            return 3
'''


def test_functions_of_any_sort_can_be_planted_into_but_not_those_within_functions() -> None:
    assert plantable(SOURCE) == {
        *("first", "only_a_docstring", "generator", "waits", "Thing.method", "Thing.size"),
        *("Thing.Inner.stream", "conditional", "fallback"),
    }


@pytest.mark.parametrize("qualname", sorted(plantable(SOURCE)))
def test_what_is_planted_runs_first_and_changes_nothing_else(qualname: str) -> None:
    planted = plant(SOURCE, qualname, STATEMENT)

    assert ast.get_docstring(ast.parse(planted)) == "Module."
    before, after = _functions(SOURCE), _functions(planted)
    assert [name for name, _ in before] == [name for name, _ in after]
    for (name, old), (_, new) in zip(before, after, strict=True):
        body = [one for one in new.body if "_planted" not in ast.unparse(one)]
        if name != qualname.rpartition(".")[2]:
            assert ast.dump(old) == ast.dump(new) or qualname.endswith(".method")
        else:
            start = 1 if ast.get_docstring(old) else 0
            assert ast.unparse(new.body[start]).startswith("for _planted in range(7):")
            assert ast.get_docstring(new) == ast.get_docstring(old)
            assert [ast.dump(one) for one in body] == [ast.dump(one) for one in old.body]


def _functions(source: str) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (node.name, node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize(
    "source",
    [
        "def f(): return 1\n",
        "def f(\n    a,\n): return a\n",
        'def f(): """Docstring."""\n',
        'def f():\n    """Docstring."""; return 1\n',
        "def f(bytes):\n    return 1\n",
        "from elsewhere import g as __import__\ndef f():\n    return 1\n",
        "def f(:\n",
        "def f():\n    return '\0'\n",
        "f = lambda: 1\n",
    ],
    ids=[
        *("one line", "header of several lines", "one line of docstring"),
        *("behind a docstring", "own bytes", "own import", "syntax", "null byte", "lambda"),
    ],
)
def test_what_cannot_be_planted_into_is_left_alone(source: str) -> None:
    assert plantable(source) == frozenset()
    with pytest.raises(MeasureError, match="planted into f"):
        plant(source, "f", STATEMENT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n\treturn 1\n", "def f():\n\tX\n\treturn 1\n"),
        ("def f():\r\n    return 1\r\n", "def f():\r\n    X\n    return 1\r\n"),
        ("a = 1\n\x0c\ndef f():\n    return 1\n", "a = 1\n\x0c\ndef f():\n    X\n    return 1\n"),
        ('def f():\n    """D."""', 'def f():\n    """D."""\n    X\n'),
        ('def f():\n    """D.\n    """  # why\n', 'def f():\n    """D.\n    """  # why\n    X\n'),
        ("def f():\n    'ö'\n    return 1\n", "def f():\n    'ö'\n    X\n    return 1\n"),
        (
            "def f():\n    @g\n    class h: pass\n    return h\n",
            "def f():\n    X\n    @g\n    class h: pass\n    return h\n",
        ),
    ],
    ids=["tabs", "CRLF", "form feed", "end of file", "long docstring", "not ASCII", "decorated"],
)
def test_text_is_left_as_it_is(source: str, expected: str) -> None:
    assert plant(source, "f", "X") == expected


def test_planted_functions_do_what_they_did() -> None:
    space: dict[str, object] = {}
    source = dedent('''
        def double(x):
            """Double."""
            found = dict(locals())
            return 2 * x, found

        def count(n):
            yield from range(n)

        async def wait(x):
            return x
        ''')
    for name in ("double", "count", "wait"):
        source = plant(source, name, STATEMENT)
    exec(source, space)  # noqa: S102 - our own text

    double, count, wait = space["double"], space["count"], space["wait"]
    assert callable(double)
    assert callable(count)
    assert callable(wait)
    assert double(4) == (8, {"x": 4})
    assert double.__doc__ == "Double."
    assert list(count(3)) == [0, 1, 2]
    assert asyncio.run(wait(5)) == 5
