"""Plants slowdowns into source code: the same function, which does a little more than it did."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum

from gate.errors import MeasureError


class Kind(StrEnum):
    """What a planted slowdown spends its time on."""

    LOOP = "busy loop"
    ALLOCATION = "allocation"


_STATEMENTS = {
    Kind.LOOP: "for _planted in range({amount}): pass",
    Kind.ALLOCATION: "for _planted in range({amount}): [None] * 64",
}


def plantable(source: str) -> tuple[str, ...]:
    """Return the qualified names of the functions into which a statement can be planted."""
    return tuple(name for name, _ in _functions(ast.parse(source).body, ""))


def plant(source: str, qualname: str, kind: Kind, amount: int) -> str:
    """Return ``source`` with a slowdown at the start of a function.

    Args:
        source: text of a module.
        qualname: one of :func:`plantable`.
        kind: what the time is spent on.
        amount: how often, at least 1.

    Raises:
        MeasureError: if there is no such function.
    """
    for name, function in _functions(ast.parse(source).body, ""):
        if name == qualname:
            first = _first_statement(function)
            lines = source.splitlines(keepends=True)
            statement = _STATEMENTS[kind].format(amount=amount)
            lines.insert(_top(first) - 1, f"{' ' * first.col_offset}{statement}\n")
            return "".join(lines)
    raise MeasureError(f"nothing can be planted into {qualname}")


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and _top(_first_statement(node)) > node.lineno:
            yield prefix + node.name, node


def _first_statement(function: ast.FunctionDef) -> ast.stmt:
    """The first statement after the docstring."""
    first, *others = function.body
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return others[0] if is_docstring and others else first


def _top(statement: ast.stmt) -> int:
    """The line where a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
