"""The executor that is put through the suite: ours, or what the target's factory makes."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from gate.suite.cases import SPECIFICATION, TREE, Variant
from gate.suite.references import Bare, Collecting, Polling, Subject, TaskGroupPerCall

Factory = Callable[[], Any]
"""Makes an executor, an awaitable of one, or something that ``async with`` makes one of."""

_REFERENCES: Mapping[Variant, Factory] = {
    Variant.BARE: Bare,
    Variant.TASK_GROUP: TaskGroupPerCall,
    Variant.POLLING: Polling,
    Variant.COLLECTOR: Collecting,
}


class SubjectError(Exception):
    """There is no executor where one was said to be; says what is missing."""


def factory_of(variant: Variant, environ: Mapping[str, str] = os.environ) -> Factory:
    """Return what makes the executor of a row.

    Raises:
        SubjectError: if the environment names a factory that is not there.
    """
    if variant in _REFERENCES:
        return _REFERENCES[variant]
    specification = environ.get(SPECIFICATION, "")
    if specification:
        return _theirs(specification, environ.get(TREE, ""))
    from gate.executor import Executor  # noqa: PLC0415 - theirs must not depend on ours

    return Executor


def _theirs(specification: str, tree: str) -> Factory:
    module, _, path = specification.partition(":")
    if tree and tree not in sys.path:
        sys.path.append(tree)  # last: what is installed wins, as for the target's own benchmarks
    try:
        found: Any = import_module(module)
    except Exception as error:  # a stranger's module may raise anything
        said = f"{type(error).__name__}: {error}"
        raise SubjectError(f"module {module} could not be imported ({said})") from error
    for name in path.split("."):
        if not hasattr(found, name):
            raise SubjectError(f"module {module} has no {path}")
        found = getattr(found, name)
    if not callable(found):
        raise SubjectError(f"{specification} is no factory: it cannot be called")
    factory: Factory = found
    return factory


@asynccontextmanager
async def opened(factory: Factory) -> AsyncIterator[Subject]:
    """Make an executor, enter it if it wants to be entered, and leave it in the end.

    Raises:
        SubjectError: if what was made has no ``execute``.
    """
    made = factory()
    if inspect.isawaitable(made):
        made = await made
    if hasattr(type(made), "__aenter__"):
        async with made as entered:
            yield _checked(entered)
    else:
        yield _checked(made)


def _checked(made: Any) -> Subject:
    if not callable(getattr(made, "execute", None)):
        raise SubjectError(f"what the factory made ({type(made).__name__}) has no execute()")
    subject: Subject = made
    return subject
