"""The fingerprint says which machine, interpreter and image figures hold for."""

from __future__ import annotations

import sys
from pathlib import Path

from gate.environments.environments import Environment
from gate.isolation import Cell
from gate.model import Side
from gate.pipe.earlier.fingerprint import fingerprint_of
from gate.system import machine


def environment(python: str, folder: Path) -> Environment:
    """An environment with that interpreter; its site would end the interpreter, if it was read."""
    (folder / "sitecustomize.py").write_text("raise SystemExit('code of the target has run')")
    return Environment(
        side=Side.HEAD,
        python=Path(python),
        folder=folder,
        tree=folder,
        packages=(),
        interpreter="CPython 3.99.0",
        environ={"PYTHONPATH": str(folder)},
        cell=Cell(side=Side.HEAD, home=folder),
    )


def test_it_names_the_build_of_the_interpreter_and_runs_nothing_else(tmp_path: Path) -> None:
    found = fingerprint_of(environment(sys.executable, tmp_path), {})

    assert found.python == " ".join(f"CPython {sys.version}".split())
    assert (found.cpu, found.cores) == (machine.describe("").cpu, machine.describe("").cores)
    assert found.libc
    assert found.image == "none"


def test_it_names_the_image_of_the_runner(tmp_path: Path) -> None:
    runner = {"ImageOS": "ubuntu24", "ImageVersion": "20261101.1"}

    found = fingerprint_of(environment(sys.executable, tmp_path), runner)

    assert found.image == "ubuntu24 20261101.1"


def test_an_interpreter_that_does_not_answer_is_named_by_its_version(tmp_path: Path) -> None:
    assert fingerprint_of(environment("/bin/false", tmp_path), {}).python == "CPython 3.99.0"
