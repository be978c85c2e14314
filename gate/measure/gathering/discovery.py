"""Finds the files that hold benchmarks by reading them; the rest is never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MARKERS = frozenset({"benchmark", "performance", "codspeed_benchmark"})
FIXTURES = frozenset({"benchmark", "codspeed_benchmark", "benchmark_weave"})
TEST_PREFIXES = ("test", "bench")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    path: str
    fixtures: Mapping[str, frozenset[str]]
    """Fixtures defined here, with what they ask for."""
    asked: frozenset[str]
    """Everything that its tests ask for as arguments."""
    marked: bool


def worth_reading(text: str) -> bool:
    """Whether a file can matter at all; cheap, and never wrong in saying no."""
    return any(word in text for word in (*MARKERS, *FIXTURES))


def benchmark_files(sources: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the paths of the files that hold benchmarks, sorted.

    A test is a benchmark if it asks for the ``benchmark`` fixture, directly or through
    fixtures of its own, or carries one of the markers.

    Args:
        sources: path and text of Python files; what does not parse is left out.
    """
    files = [file for path, text in sources if (file := _read(path, text)) is not None]
    names = _fixtures_that_measure(files)
    return tuple(sorted(file.path for file in files if file.marked or file.asked & names))


def _fixtures_that_measure(files: list[_File]) -> frozenset[str]:
    names = set(FIXTURES)
    edges = [(name, asks) for file in files for name, asks in file.fixtures.items()]
    while new := {name for name, asks in edges if asks & names} - names:
        names |= new
    return frozenset(names)


def _read(path: str, text: str) -> _File | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    functions = [node for node in ast.walk(tree) if isinstance(node, _Function)]
    fixtures = {node.name: _arguments(node) for node in functions if _is_fixture(node)}
    tests = [node for node in functions if _is_test(node)]
    return _File(
        path=path,
        fixtures=fixtures,
        asked=frozenset().union(*(_arguments(node) for node in tests)),
        marked=_carries_marker(tree),
    )


def _arguments(node: _Function) -> frozenset[str]:
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return frozenset(argument.arg for argument in every)


def _is_fixture(node: _Function) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)


def _is_test(node: _Function) -> bool:
    return node.name.startswith(TEST_PREFIXES) and not _is_fixture(node)


def _carries_marker(tree: ast.Module) -> bool:
    """``mark.benchmark`` anywhere: decorator, ``pytestmark``, ``pytest.param(marks=...)``."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in MARKERS
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "mark"
        for node in ast.walk(tree)
    )
