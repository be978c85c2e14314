"""A small template language: ``{{ name }}``, ``{{ name|upper }}`` and ``{% for x in xs %}``."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TAG = re.compile(r"{{\s*([\w.]+)(?:\|(\w+))?\s*}}|{%\s*(?:for (\w+) in ([\w.]+)|(end))\s*%}")

_FILTERS: dict[str, Callable[[Any], str]] = {
    "lower": lambda value: str(value).lower(),
    "raw": str,
    "title": lambda value: html.escape(str(value).title()),
    "upper": lambda value: html.escape(str(value).upper()),
}


class TemplateError(ValueError):
    """The template is malformed, or asks for something that it was not given."""


@dataclass(frozen=True)
class _Value:
    path: tuple[str, ...]
    render: Callable[[Any], str]


@dataclass(frozen=True)
class _Loop:
    variable: str
    path: tuple[str, ...]
    body: tuple[_Node, ...]


_Node = str | _Value | _Loop


class Template:
    """A parsed template; rendering it many times costs the parsing once."""

    def __init__(self, source: str) -> None:
        """Parse a template.

        Raises:
            TemplateError: A loop is not closed, an end has no loop, or a filter is unknown.
        """
        self._nodes = tuple(_parse(source))

    def render(self, **values: Any) -> str:
        """Return the text; values are escaped for HTML unless they pass through ``raw``.

        Raises:
            TemplateError: A name is missing from the values.
        """
        parts: list[str] = []
        _render(self._nodes, values, parts)
        return "".join(parts)


def _parse(source: str) -> list[_Node]:
    levels: list[list[_Node]] = [[]]
    loops: list[tuple[str, tuple[str, ...]]] = []
    for piece in _pieces(source):
        if isinstance(piece, str):
            levels[-1].append(piece)
        elif piece[5]:
            if not loops:
                raise TemplateError("{% end %} without {% for %}")
            body = tuple(levels.pop())
            levels[-1].append(_Loop(*loops.pop(), body))
        elif piece[3]:
            loops.append((piece[3], tuple(piece[4].split("."))))
            levels.append([])
        else:
            levels[-1].append(_value(piece[1], piece[2]))
    if loops:
        raise TemplateError("{% for %} without {% end %}")
    return levels[0]


def _pieces(source: str) -> Iterator[str | re.Match[str]]:
    position = 0
    for match in _TAG.finditer(source):
        if match.start() > position:
            yield source[position : match.start()]
        yield match
        position = match.end()
    if position < len(source):
        yield source[position:]


def _value(path: str, name: str | None) -> _Value:
    if name is not None and name not in _FILTERS:
        raise TemplateError(f"unknown filter: {name}")
    render = _FILTERS[name] if name else lambda value: html.escape(str(value))
    return _Value(tuple(path.split(".")), render)


def _render(nodes: tuple[_Node, ...], values: Mapping[str, Any], parts: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, _Value):
            parts.append(node.render(_look_up(node.path, values)))
        else:
            for item in _look_up(node.path, values):
                _render(node.body, {**values, node.variable: item}, parts)


def _look_up(path: tuple[str, ...], values: Mapping[str, Any]) -> Any:
    value: Any = values
    for name in path:
        try:
            value = value[name]
        except (KeyError, TypeError):
            raise TemplateError(f"no value for {'.'.join(path)}") from None
    return value
