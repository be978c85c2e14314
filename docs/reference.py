"""The reference of the executor's public names: from signatures and docstrings to Markdown."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

EXECUTOR = Path(__file__).resolve().parent.parent / "gate" / "executor"
ROOMS = {
    "executor": ("Executor",),
    "results": (
        *("SDKResult", "SDKErrorType", "CallError", "ExecutorStatistics", "CallId"),
        *("ExecutorClosedError", "CollectorError"),
    ),
    "calls.kinds": ("Cleanup",),
    "calls.call": ("SDKFunction", "Predicate"),
    "background": ("Submitted",),
    "cancellation": ("CancellationManager", "CancelState"),
    "admission": ("Fixed", "Adaptive", "Policy", "Admission", "AdmissionStatistics"),
    "collector": ("Collector", "SpillFile", "BufferPool", "collect_into_buffers"),
    "channel": ("BulkChannel", "Paced"),
    "observing.profiler": ("Profiler", "SpanScope"),
    "observing.spans": ("Span", "Summary"),
    "observing.gauges": ("Gauges", "resident_bytes"),
    "observing.monitor": ("Monitor", "Window"),
    "observing.rules": ("decode_rules", "Rule", "Severity", "Bound", "RulesError"),
    "observing.alerts": ("Alerts", "Alert", "Check", "HandlerFailure", "Handler"),
    "observing.handlers": ("log_to", "call_back", "webhook", "Backoff", "Post", "WebhookError"),
    "tuning.comparison": ("compare", "Comparison", "OutputsDifferError", "Same"),
    "tuning.decision": ("Design", "Answer", "Contest"),
    "tuning.interleave": ("Strategy",),
    "tuning.tuner": ("tune", "Tuning", "Outcome"),
    "tuning.run": ("Budget",),
    "tuning.grid": ("Candidate", "Value"),
}
"""Module below ``gate.executor``, and its public names in the order in which they are shown."""
SECTION = re.compile(r"^(Args|Attributes|Raises|Returns):$", re.MULTILINE)
ITEM = re.compile(r"^(\S.*?): ", re.MULTILINE)
WIDTH = 96

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def reference() -> str:
    """Return everything about every name in ``ROOMS``."""
    return "\n\n".join(
        part
        for room, names in ROOMS.items()
        for part in (f"## `gate.executor.{room}`", *_room(room, names))
        if part
    )


def _room(room: str, names: Sequence[str]) -> Iterator[str]:
    path = EXECUTOR / f"{room.replace('.', '/')}.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = {name: (node, after) for node, after in _followed(body) for name in _names(node)}
    for name in names:
        yield f"### {name}"
        yield from _entry(*found[name])


def _followed(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Every statement, with the text that stands behind it: what it says of an assignment."""
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        match after:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node, inspect.cleandoc(text)
            case _:
                yield node, ""


def _names(node: ast.stmt) -> tuple[str, ...]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return (name,)
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return (name,)
        case _:
            return ()


def _entry(node: ast.stmt, after: str) -> Iterator[str]:
    match node:
        case ast.ClassDef():
            yield from _class(node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield _code(_signature(node))
            yield from _told(ast.get_docstring(node) or "")
        case ast.AnnAssign(value=value) | ast.Assign(value=value) if value is not None:
            yield _code(f"{_names(node)[0]} = {ast.unparse(value)}")
            yield from _told(after)


# --- classes -------------------------------------------------------------------------------------


def _class(node: ast.ClassDef) -> Iterator[str]:
    functions = [one for one in node.body if isinstance(one, Function)]
    init = next((one for one in functions if one.name == "__init__"), None)
    yield _code(_signature(init, node.name) if init else _head(node))
    text = ast.get_docstring(node) or ""
    yield from _told(text, leaving_out="Attributes")
    if init is not None:
        of_init = ast.get_docstring(init) or ""
        found = SECTION.search(of_init)
        yield from _told(of_init[found.start() :] if found else "")
    yield "\n".join(_fields(node, dict(_items(text, "Attributes"))))
    for function in functions:
        if function is not init and (said := ast.get_docstring(function)):
            yield f"#### {node.name}.{function.name}"
            yield _code(_signature(function))
            yield from _told(said)


def _head(node: ast.ClassDef) -> str:
    bases = ", ".join(map(ast.unparse, node.bases))
    return f"class {node.name}({bases})" if bases else f"class {node.name}"


def _fields(node: ast.ClassDef, attributes: Mapping[str, str]) -> Iterator[str]:
    for one, after in _followed(node.body):
        names = _names(one) if isinstance(one, ast.AnnAssign | ast.Assign) else ()
        for name in names:
            if not name.startswith("_"):
                said = attributes.get(name, after)
                yield f"- `{ast.unparse(one)}`" + (f": {_prose(said)}" if said else "")


# --- signatures ----------------------------------------------------------------------------------


def _signature(node: Function, name: str = "") -> str:
    """A call as it is written where it is used, without ``self``; too long for a line, in many."""
    kinds = {ast.unparse(one).rpartition(".")[2] for one in node.decorator_list}
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and not name else ""
    if "property" in kinds:
        return f"{node.name}{returns}"
    start = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    start = "async with " if "asynccontextmanager" in kinds else start
    parameters = [one for one in _parameters(node.args) if one != "self"]
    line = f"{start}{name or node.name}({', '.join(parameters)}){returns}"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"    {one},\n" for one in parameters)
    return f"{start}{name or node.name}(\n{inner}){returns}"


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    without = len(plain) - len(arguments.defaults)
    yield from map(_parameter, plain, [*[None] * without, *arguments.defaults])
    if arguments.vararg:
        yield f"*{_parameter(arguments.vararg, None)}"
    elif arguments.kwonlyargs:
        yield "*"
    yield from map(_parameter, arguments.kwonlyargs, arguments.kw_defaults)


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    given = ast.unparse(argument)
    return given if default is None else f"{given} = {ast.unparse(default)}"


def _code(text: str) -> str:
    return textwrap.indent(text, "    ")


# --- docstrings ----------------------------------------------------------------------------------


def _told(docstring: str, leaving_out: str = "") -> Iterator[str]:
    """The text of a docstring, and its sections as lists."""
    text, *_ = SECTION.split(docstring)
    yield from map(_prose, text.strip().split("\n\n"))
    for title, body in _sections(docstring):
        if title == "Returns":
            yield f"Returns: {_prose(body)}"
        elif title != leaving_out:
            yield f"{title}:"
            yield "\n".join(f"- `{name}`: {text}" for name, text in _items(docstring, title))


def _sections(docstring: str) -> Iterator[tuple[str, str]]:
    _, *parts = SECTION.split(docstring)
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        yield title, inspect.cleandoc(body)


def _items(docstring: str, title: str) -> Iterator[tuple[str, str]]:
    _, *parts = ITEM.split(dict(_sections(docstring)).get(title, ""))
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        yield name, _prose(text)


def _prose(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
