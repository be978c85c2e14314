"""Which kind of call suits the event loop, and what the caller wants of cleanups."""

from __future__ import annotations

import asyncio
from enum import Enum

from gate.executor.calls.native import NativeCall
from gate.executor.calls.scoped import ScopedCall


class Cleanup(Enum):
    """What a cancellation from outside does to the cleanup of the generator in progress."""

    AS_CALLER = "as_caller"  # what it does to a plain `async for` at the caller's place
    SHIELDED = "shielded"  # nothing: the cleanup is finished first, at the price of two scopes


def kind_of_call(cleanup: Cleanup) -> type[NativeCall | ScopedCall]:
    """Choose how calls run in the current task's event loop."""
    try:
        native = asyncio.current_task() is not None
    except RuntimeError:
        native = False
    return NativeCall if native and cleanup is Cleanup.AS_CALLER else ScopedCall
