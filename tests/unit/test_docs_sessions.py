"""The Python blocks of the documents run, and what they lead to is in the reference."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest

import gate.executor
from tests.unit.test_docs import DOCUMENTS, ROOT, SESSION

SESSIONS = [name for name, text in DOCUMENTS.items() if SESSION.search(text)]
COMPILED: dict[str, Any] = {
    "mode": "exec",
    "flags": ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
    "dont_inherit": True,
}
HEADINGS = {*re.findall(r"^#+ ([\w.]+)$", DOCUMENTS["docs/executor-api.md"], re.MULTILINE)}


def test_there_is_something_to_run() -> None:
    assert {"docs/executor.md", "docs/migration.md"} <= {*SESSIONS}


@pytest.mark.parametrize("name", SESSIONS)
def test_every_session_runs(name: str) -> None:
    """What one block defines the next may use; lines of a traceback are those of the document."""
    asyncio.run(_play(_code(name, DOCUMENTS[name])))


@pytest.mark.parametrize("name", SESSIONS)
def test_a_block_that_goes_wrong_is_noticed(name: str) -> None:
    head, _, tail = DOCUMENTS[name].rpartition("assert ")
    with pytest.raises(AssertionError):
        asyncio.run(_play(_code(name, f"{head}assert not {tail}")))


def _code(name: str, text: str) -> Iterator[CodeType]:
    for block in SESSION.finditer(text):
        lines_before = text.count("\n", 0, block.start(1))
        yield compile("\n" * lines_before + block[1], ROOT / name, **COMPILED)


async def _play(session: Iterable[CodeType]) -> None:
    names = {"__name__": "session"}
    for code in session:
        outcome = FunctionType(code, names)()
        if inspect.isawaitable(outcome):
            await outcome


def test_the_reference_has_all_that_the_executor_exports() -> None:
    assert {*gate.executor.__all__} <= HEADINGS


def test_the_migration_leads_to_names_that_exist() -> None:
    rows = re.findall(r"^\| .* \| (.*) \|$", DOCUMENTS["docs/migration.md"], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z]\w+(?:\.\w+)?)`", row)}

    assert len(named) >= 30
    assert named <= HEADINGS
