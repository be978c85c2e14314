"""The model of GitHub's API, running."""

from __future__ import annotations

from tests.api_model.fixtures import api, client, waits

__all__ = ["api", "client", "waits"]
