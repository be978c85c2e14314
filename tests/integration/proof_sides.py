"""Two small trees from modules drawn as text, and what the proof says of their benchmarks.

A section ``# === name`` is a module of base; where a line ends with ``# head: ...`` head has that
instead, ``# add: ...`` stands in head alone, and ``# data NAME: old -> new`` is a file beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.measure.guests import Seat, lay_out
from gate.model import Side
from gate.proof.census import Proof, Question, prove

SECTIONS = re.compile(r"^# === (\w+)\n", re.MULTILINE)
CHANGED = re.compile(r"^(?P<indent> *)(?P<base>.*?)  # head:(?P<head>.*)$")
ADDED = re.compile(r"^(?P<indent> *)# add: (?P<head>.*)$")
DATA = re.compile(r"^# data (?P<name>\S+): (?P<base>.*) -> (?P<head>.*)$")
RUN = re.compile(r"(?<![.\w])run\b")
CALLS = "def test_{0}(benchmark):\n    import m_{0}\n    benchmark(m_{0}.run_{0})\n"

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
            trees.base[found["name"]], trees.head[found["name"]] = found["base"], found["head"]
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
    python: Path,
    folder: Path,
    trees: Trees,
    *,
    names: Sequence[str] = (),
    interpreter: tuple[int, ...] = (3, 12),
    dependencies: Sequence[str] = (),
) -> Proof:
    """Write both trees and have all their benchmarks proved."""
    library = lay_out(folder / "library")
    for side, files in ((Side.BASE, trees.base), (Side.HEAD, trees.head)):
        for name, content in files.items():
            path = folder / side / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return prove(
        Question(
            seats={side: _seat(python, folder, side, library) for side in Side},
            paths=("",),
            names=tuple(names or _names(trees)),
            interpreter=interpreter,
            dependencies=tuple(dependencies),
            budget_s=80.0,
            stall_s=30.0,
        )
    )


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
    )
