"""The statements of a module as it was executed, each with its hash and the jumps it took.

Plain functions (no decorator, constant defaults) stand apart: one that was never entered may
differ, appear or vanish without anybody noticing, so it must not spoil the hash of its module.
"""

from __future__ import annotations

import ast
import dis
from types import CodeType
from typing import Any, Union

from .digest import digest
from .ledger import Tally

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FRAME = frozenset({"RESUME", "RETURN_CONST", "RETURN_VALUE", "LOAD_CONST", "EXTENDED_ARG", "NOP"})
"""Instructions whose number and place depend on what stands around a statement."""
HARMLESS = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.BinOp,
    ast.BitOr,
    ast.Load,
)
"""What an annotation may consist of."""


def outline(source: bytes, bodies: list[Tally]) -> list[list[Any]]:
    """Return the items of a module, in order.

    ``["stmt", hash, count]``, ``["def", qualname, hash of the header, hash of all]``, or
    ``["class", qualname, hash of the header, items]``.

    Args:
        source: The text of the module.
        bodies: What was counted of the module's own code and of its class bodies.

    Raises:
        SyntaxError: if the text does not parse.
    """
    counts: dict[str, dict[int, int]] = {}
    for body in bodies:
        lines = counts.setdefault(_qualname(body.code), {})
        for line, count in _by_line(body.code, body.arrivals).items():
            lines[line] = lines.get(line, 0) + count
    return _items(ast.parse(source).body, "", counts)


def _items(body: list[ast.stmt], prefix: str, counts: dict[str, dict[int, int]]) -> list[list[Any]]:
    lines = counts.get(prefix.rstrip(".") or "<module>", {})
    return [_item(node, prefix, counts, lines) for node in body]


def _item(
    node: ast.stmt, prefix: str, counts: dict[str, dict[int, int]], lines: dict[int, int]
) -> list[Any]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_plain(node):
        whole = digest(ast.dump(node))
        return ["def", prefix + node.name, digest(_header(node)), whole]
    if isinstance(node, ast.ClassDef):
        parts = (*node.bases, *node.keywords, *node.decorator_list)
        header = [ast.dump(part) for part in (*parts, *getattr(node, "type_params", ()))]
        inner = _items(node.body, prefix + node.name + ".", counts)
        return ["class", prefix + node.name, digest(header), inner]
    last = node.end_lineno or node.lineno
    spent = sum(count for line, count in lines.items() if node.lineno <= line <= last)
    return ["stmt", digest(ast.dump(node)), spent]


def _is_plain(node: Function) -> bool:
    defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    arguments += [one for one in (node.args.vararg, node.args.kwarg) if one is not None]
    annotations = [one.annotation for one in arguments if one.annotation is not None]
    annotations += [node.returns] if node.returns is not None else []
    return (
        not node.decorator_list
        and not getattr(node, "type_params", None)
        and all(_is_constant(default) for default in defaults)
        and all(isinstance(part, HARMLESS) for one in annotations for part in ast.walk(one))
    )


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


def _header(node: Function) -> tuple[str, ...]:
    returns = ast.dump(node.returns) if node.returns is not None else ""
    return (type(node).__name__, node.name, ast.dump(node.args), returns)


def _by_line(code: CodeType, offsets: dict[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    line = None
    for instruction in dis.get_instructions(code):
        line = _line(instruction, line)
        if instruction.opname not in FRAME and instruction.offset in offsets and line is not None:
            found[line] = found.get(line, 0) + offsets[instruction.offset]
    return found


def _line(instruction: dis.Instruction, before: int | None) -> int | None:
    positions = getattr(instruction, "positions", None)
    return positions.lineno if positions is not None and positions.lineno else before


def _qualname(code: CodeType) -> str:
    return getattr(code, "co_qualname", code.co_name)
