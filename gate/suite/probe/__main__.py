"""Probes the executor that the environment names, and writes what it found to a file."""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gate.suite.cases import Variant

NEEDS = ("anyio", "pytest")


def main(arguments: list[str]) -> int:
    """Write what the subject lacks, and its figures where it lacks nothing; return 0."""
    (file,) = arguments
    Path(file).write_text(json.dumps(found()), encoding="utf-8")
    return 0


def found() -> dict[str, Any]:
    """Return ``lacks``, a list of sentences, ``absent`` and ``facts``, numbers by name."""
    if missing := [name for name in NEEDS if find_spec(name) is None]:
        return _lacking([f"{name} is not installed there (see target.install)" for name in missing])
    from gate.suite.probe import facts, smoke  # noqa: PLC0415 - they need what was looked for
    from gate.suite.subject import SubjectError, factory_of  # noqa: PLC0415

    try:
        factory = factory_of(Variant.SUBJECT)
    except SubjectError as error:
        return _lacking([str(error)], absent=True)
    try:
        lacking = asyncio.run(smoke.lacks(factory))
    except Exception as error:  # noqa: BLE001 - a stranger's factory may raise anything
        return _lacking([_said(error)])
    return _lacking(lacking) if lacking else {**_lacking([]), "facts": facts.facts(factory)}


def _lacking(sentences: list[str], **more: bool) -> dict[str, Any]:
    return {"lacks": sentences, "absent": False, "facts": {}, **more}


def _said(error: Exception) -> str:
    from gate.suite.subject import SubjectError  # noqa: PLC0415 - as above

    if isinstance(error, SubjectError):
        return str(error)
    return f"the factory raised {type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
