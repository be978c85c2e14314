"""The suite's files, and what they need of ours, in a folder from which they can be imported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gate

RENAMED = {"gate.suite": "perf_gate_suite", "gate.executor": "perf_gate_executor"}
"""The target may have a package called gate, and perf-gate may be the target."""
PACKAGE = RENAMED["gate.suite"]


def lay_out(folder: Path) -> Path:
    """Write the suite's packages to ``folder``, made for it, and return it."""
    source = Path(gate.__file__).parent
    for file in _files(source):
        relative = file.relative_to(source)
        top = RENAMED[f"gate.{relative.parts[0]}"]
        _copy(file, folder.joinpath(top, *relative.parts[1:]))
    _copy(source / "suite" / "pytest.ini", folder / "pytest.ini")
    return folder


def _files(source: Path) -> Iterator[Path]:
    yield from (source / "suite").rglob("*.py")
    yield from (source / "executor").glob("*.py")
    yield from (source / "executor" / "calls").glob(
        "*.py"
    )  # the others below need more of the gate


def _copy(file: Path, to: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for ours, theirs in RENAMED.items():
        text = text.replace(ours, theirs)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")
