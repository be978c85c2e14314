"""Plants a statement into source code: the same function, which does a little more than it did."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from io import StringIO

from gate.errors import MeasureError

USED = frozenset({"bytes", "__import__"})
"""Builtins that planted statements use; a module that calls something else so is left alone."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def plantable(source: str) -> frozenset[str]:
    """Return the qualified names of the functions into which a statement can be planted.

    Functions and methods of any sort: decorated, async, generators. Not into those within
    functions, those that share a line with their body, and those of modules that this
    Python cannot parse or that have names of their own for the builtins that are needed.
    """
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    if not USED.isdisjoint(_bound(module)):
        return frozenset()
    return frozenset(name for name, _ in _functions(_lines(source), module.body, ""))


def plant(source: str, qualname: str, statement: str) -> str:
    """Return ``source`` with a statement at the start of a function, behind its docstring.

    Where several functions have the name (getters and setters, branches of a condition), each
    of them gets it.

    Args:
        source: text of a module.
        qualname: one of :func:`plantable`.
        statement: one line, without line break.

    Raises:
        MeasureError: if there is no such function.
    """
    if qualname not in plantable(source):
        raise MeasureError(f"nothing can be planted into {qualname}")
    lines = _lines(source)
    found = [one for name, one in _functions(lines, ast.parse(source).body, "") if name == qualname]
    for function in sorted(found, key=lambda one: one.lineno, reverse=True):
        after, margin = _place(function, lines)
        if not lines[after - 1].endswith(("\n", "\r")):  # the last line of the file
            lines[after - 1] += "\n"
        lines.insert(after, f"{margin}{statement}\n")
    return "".join(lines)


def _lines(source: str) -> list[str]:
    return list(StringIO(source, newline=""))  # as Python counts them: a form feed ends none


def _functions(
    lines: Sequence[str], body: Sequence[ast.AST], prefix: str
) -> Iterator[tuple[str, _Function]]:
    """Those of a module or class body, whatever condition they stand under."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(lines, node.body, f"{prefix}{node.name}.")
        elif isinstance(node, _Function):
            if all(_begins_its_line(one, lines) for one in node.body[:2]):
                yield prefix + node.name, node
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _functions(lines, list(ast.iter_child_nodes(node)), prefix)


def _begins_its_line(statement: ast.stmt, lines: Sequence[str]) -> bool:
    first = min(_with_decorators(statement), key=lambda node: node.lineno)
    before = lines[first.lineno - 1].encode()[: first.col_offset]
    return before.strip() in {b"", b"@"}


def _place(function: _Function, lines: Sequence[str]) -> tuple[int, str]:
    """After how many lines to plant, and the indentation."""
    first, *others = function.body
    top = _top(first)
    line = lines[top - 1]
    margin = line[: len(line) - len(line.lstrip())]
    if not _is_docstring(first):
        return top - 1, margin
    return (_top(others[0]) - 1 if others else first.end_lineno or top), margin


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _top(statement: ast.stmt) -> int:
    """The line where a statement begins, with its decorators."""
    return min(node.lineno for node in _with_decorators(statement))


def _with_decorators(statement: ast.stmt) -> list[ast.stmt | ast.expr]:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return [statement, *decorators]


def _bound(module: ast.Module) -> Iterator[str]:
    """All names that are bound anywhere in a module, but for attributes."""
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=asname):
                yield asname or name
