"""A survey of a repository as it could be, for tests that need one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from gate.beginning.survey import Survey

_PLAIN = Survey(
    branch="main",
    origin="github.com/them/theirs",
    folder=PurePosixPath(),
    benchmarks=("tests/test_speed.py",),
    install=(".[test]",),
    sentence="Installed the project with the extra 'test'.",
    requires_python=">=3.10",
    pythons=("3.13",),
    released=True,
)


def survey(**differences: Any) -> Survey:
    """A plain repository, but for what is named."""
    return replace(_PLAIN, **differences)
