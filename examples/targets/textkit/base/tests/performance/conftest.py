"""What several benchmarks share."""

from __future__ import annotations

import pytest
from texts import article


@pytest.fixture(scope="session")
def long_text() -> str:
    """Return some 2,500 words."""
    return article(sentence_count=180)
