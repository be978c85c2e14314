"""Holds requests and answers against the excerpt of GitHub's own description."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema

from tests.api_model.excerpt import EXCERPT

MANY = {"path"}
"""Parameters of a path that may hold slashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path, and what is known of it."""

    name: str
    pattern: re.Pattern[str]
    query: frozenset[str]
    body: jsonschema.Draft202012Validator | None
    status: int
    answer: jsonschema.Draft202012Validator | None


@cache
def operations() -> tuple[Operation, ...]:
    """All operations of the excerpt."""
    found = json.loads(EXCERPT.read_text(encoding="utf-8"))["operations"]
    return tuple(_operation(name, told) for name, told in found.items())


def operation_for(method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
    """Return the operation that a request is one of, and the parameters in its path."""
    for one in operations():
        match = one.pattern.fullmatch(f"{method.lower()} {path}")
        if match:
            return one, match.groupdict()
    return None


def problems_of_request(one: Operation, query: Mapping[str, str], body: Any) -> list[str]:
    """Return what is wrong with a request."""
    found = [f"{one.name}: unknown query {name}" for name in query if name not in one.query]
    if one.body is None and body is not None:
        found.append(f"{one.name}: a body is not expected")
    return found + _errors(one.name, one.body, body)


def problems_of_answer(one: Operation, status: int, body: Any) -> list[str]:
    """Return what is wrong with an answer of the model."""
    found = [] if status == one.status else [f"{one.name}: status {status}"]
    return found + _errors(one.name, one.answer, body)


def _errors(name: str, validator: jsonschema.Draft202012Validator | None, value: Any) -> list[str]:
    if validator is None:
        return []
    return [f"{name}: {one.json_path}: {one.message}" for one in validator.iter_errors(value)]


def _operation(name: str, told: Mapping[str, Any]) -> Operation:
    pattern = re.sub(r"\\{(\w+)\\}", _parameter, re.escape(name))
    return Operation(
        name=name,
        pattern=re.compile(pattern),
        query=frozenset(told["query"]),
        body=_validator(told["body"]),
        status=told["status"],
        answer=_validator(told["answer"]),
    )


def _parameter(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{'.+' if match[1] in MANY else '[^/]+'})"


def _validator(schema: Any) -> jsonschema.Draft202012Validator | None:
    return None if schema is None else jsonschema.Draft202012Validator(schema)
