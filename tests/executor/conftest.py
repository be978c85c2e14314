"""Every test of the executor runs on asyncio, on asyncio with uvloop, and on trio."""

from __future__ import annotations

from typing import Any

import pytest

from gate.executor import Cleanup

BACKENDS: dict[str, tuple[str, dict[str, bool]]] = {
    "asyncio": ("asyncio", {"use_uvloop": False}),
    "uvloop": ("asyncio", {"use_uvloop": True}),
    "trio": ("trio", {}),
}


@pytest.fixture(params=list(BACKENDS.values()), ids=list(BACKENDS))
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(params=Cleanup, ids=lambda cleanup: cleanup.value)
def cleanup(request: pytest.FixtureRequest) -> Cleanup:
    choice: Cleanup = request.param
    return choice
