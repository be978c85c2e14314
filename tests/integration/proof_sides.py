r"""Two small trees from modules drawn as text, and what the proof says of their benchmarks.

A section ``# === name`` is a module of base; where a line ends with ``# head: ...`` head has that
instead, ``# add: ...`` stands in head alone, and ``# data NAME: old -> new`` is a file beside it
(with ``\n`` for the end of a line).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uv

from gate.environments.interpreter import Interpreter, candidates, probe
from gate.measure.guests import Seat, lay_out
from gate.model import Side
from gate.proof.census import OLDEST, Proof, Question, prove
from tests.integration.cells import cell_of

SECTIONS = re.compile(r"^# === (\w+)\n", re.MULTILINE)
CHANGED = re.compile(r"^(?P<indent> *)(?P<base>.*?)  # head:(?P<head>.*)$")
ADDED = re.compile(r"^(?P<indent> *)# add: (?P<head>.*)$")
DATA = re.compile(r"^# data (?P<name>\S+): (?P<base>.*) -> (?P<head>.*)$")
RUN = re.compile(r"(?<![.\w])run\b")
CALLS = "def test_{0}(benchmark):\n    import m_{0}\n    benchmark(m_{0}.run_{0})\n"

VERSION = "PROOF_PYTHON"
"""Environment variable: the version of the target's interpreter (``3.11``), not the newest."""

Tree = dict[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Content by relative path."""

    base: Tree
    head: Tree


def both(files: Mapping[str, str]) -> Trees:
    """The same files on both sides."""
    return Trees(base=dict(files), head=dict(files))


def sections(path: Path) -> dict[str, str]:
    """The drawn modules of a file, by name."""
    _, *parts = SECTIONS.split(path.read_text())
    return dict(zip(parts[::2], parts[1::2], strict=True))


def draw(modules: Mapping[str, str]) -> Trees:
    """Each module, and one benchmark that imports it when it runs: what it does is its own."""
    trees = both({})
    for name, drawn in modules.items():
        text = RUN.sub(f"run_{name}", drawn)  # a changed name would touch others, too
        base, head = _sides(text, trees)
        for tree, module in ((trees.base, base), (trees.head, head)):
            tree[f"m_{name}.py"] = module
            own = f"test_{name}.py"
            tree[own] = text if "def test_" in text else CALLS.format(name)
    return trees


def _sides(text: str, trees: Trees) -> tuple[str, str]:
    base, head = [], []
    for line in text.splitlines():
        if found := DATA.match(line):
            for tree, side in ((trees.base, "base"), (trees.head, "head")):
                tree[found["name"]] = found[side].replace("\\n", "\n")
        elif found := ADDED.match(line):
            head.append(found["indent"] + found["head"])
        elif found := CHANGED.match(line):
            base.append(found["indent"] + found["base"])
            head += [found["indent"] + found["head"].strip()] if found["head"].strip() else []
        else:
            base.append(line)
            head.append(line)
    return "\n".join(base) + "\n", "\n".join(head) + "\n"


def edited(trees: Trees, name: str, old: str, new: str) -> Trees:
    """``old`` becomes ``new`` in a file of head; if it is empty, ``new`` is appended."""
    text = trees.head.get(name, "")
    assert isinstance(text, str)
    assert old in text
    changed = text.replace(old, new) if old else text + new
    return Trees(base=trees.base, head={**trees.head, name: changed})


def twice(trees: Trees) -> Trees:
    """Base on both sides."""
    return Trees(base=trees.base, head=trees.base)


def ask(
    python: Path | Mapping[Side, Path],
    folder: Path,
    trees: Trees,
    *,
    names: Sequence[str] = (),
    interpreter: tuple[int, ...] = (3, 12),
    dependencies: Sequence[str] = (),
    packages: Sequence[str] = (),
    project: str = "",
) -> Proof:
    """Write both trees and have their benchmarks proved.

    Args:
        python: an interpreter for both, or one for each side.
        folder: where both are written.
        trees: what is written.
        names: of the benchmarks; without them all that are found by name.
        interpreter: what it is said to be.
        dependencies: what is said to differ.
        packages: what is installed of the target.
        project: the folder of the project inside the tree.
    """
    library = lay_out(folder / "library")
    for side, files in ((Side.BASE, trees.base), (Side.HEAD, trees.head)):
        write(folder / side / "tree", files)
    pythons = python if isinstance(python, Mapping) else dict.fromkeys(Side, python)
    return prove(
        Question(
            seats={
                side: replace(
                    _seat(pythons[side], folder, side, library),
                    tree=folder / side / "tree" / project,
                    packages=tuple(packages),
                )
                for side in Side
            },
            paths=("",),
            names=tuple(names or _names(trees)),
            interpreter=interpreter,
            dependencies=tuple(dependencies),
            budget_s=80.0,
            stall_s=30.0,
        )
    )


def write(top: Path, files: Tree) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def newest() -> Interpreter:
    """The newest interpreter at hand, or of the version that the environment asks for."""
    return interpreter(os.environ.get(VERSION, ""))


def interpreter(version: str) -> Interpreter:
    """The newest at hand of a version such as ``3.11``; without one the test is skipped."""
    wanted = tuple(map(int, filter(None, version.split("."))))
    found = [
        one
        for one in probe(candidates(os.environ), os.environ)
        if not one.free_threaded and one.version >= OLDEST and one.version[: len(wanted)] == wanted
    ]
    if not found:
        pytest.skip(f"no interpreter at hand that counts is a CPython {version}")
    return max(found, key=lambda one: (one.version, one.headers))


def make_venv(interpreter: Interpreter, folder: Path) -> Path:
    """Make a virtual environment with pytest; return its interpreter."""
    python, tool = folder / "bin" / "python", uv.find_uv_bin()
    for words in (
        ["venv", "--quiet", "--python", str(interpreter.path), str(folder)],
        ["pip", "install", "--quiet", "--python", str(python), "pytest"],
    ):
        subprocess.run([tool, *words], check=True)
    return python


def _names(trees: Trees) -> list[str]:
    return [
        f"{file}::{test}"
        for file, text in sorted(trees.head.items())
        if file.startswith("test_") and isinstance(text, str)
        for test in re.findall(r"^def (test_\w+)", text, re.MULTILINE)
    ]


def _seat(python: Path, folder: Path, side: Side, library: Path) -> Seat:
    other = Side.HEAD if side is Side.BASE else Side.BASE
    return Seat(
        side=side,
        python=python,
        tree=folder / side / "tree",
        environ={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        packages=(),
        own=(folder / side,),
        elsewhere=folder / other,
        library=library,
        log=folder / f"{side}.log",
        cell=cell_of(folder, side, python),
    )
