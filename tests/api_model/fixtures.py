"""A running model, and a client of it that never really waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from gate.github.api.client import Client, Server
from gate.github.api.patience import Patience
from tests.api_model.server import TOKEN, Api, serving
from tests.api_model.state import GitHub

NOW = 1000.0


@dataclass
class Waits:
    """Pauses in seconds, in their order."""

    pauses: list[float] = field(default_factory=list)

    @property
    def patience(self) -> Patience:
        return Patience(sleep=self.pauses.append, chance=lambda: 0.5, now=lambda: NOW)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def api() -> Iterator[Api]:
    """Whatever is asked or answered must be as GitHub describes it."""
    with serving(GitHub()) as model:
        yield model
    assert model.problems == []


@pytest.fixture
def client(api: Api, waits: Waits) -> Iterator[Client]:
    with Client(Server.named(api.environment, TOKEN), waits.patience) as made:
        yield made
