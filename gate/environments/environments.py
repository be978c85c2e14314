"""The environments of both sides, from the trees to interpreters that are ready to measure."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gate.environments import install, interpreter, inventory, uv
from gate.environments.declarations import read
from gate.environments.discover import TargetSpec, plan
from gate.environments.interpreter import Interpreter
from gate.errors import InstallError
from gate.isolation import (
    Allowance,
    Cell,
    Policy,
    furnish,
    installation,
    probe_level,
    reaching,
)
from gate.model import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One side, installed."""

    side: Side
    python: Path
    """The interpreter of the side's virtual environment."""
    folder: Path
    """The virtual environment."""
    tree: Path
    """The exported tree, unchanged."""
    packages: tuple[str, ...]
    """Import names of the target; with dots where the top level is shared."""
    interpreter: str
    """Implementation and version: ``CPython 3.13.0``."""
    environ: Mapping[str, str]
    """The whole environment for the target's processes; without anything of the package index."""
    cell: Cell
    """What keeps them from everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environments:
    """Both sides, installed."""

    base: Environment
    head: Environment
    differences: tuple[str, ...]
    """Dependencies that differ: ``numpy 2.1.0 -> 2.2.0``."""
    notices: tuple[str, ...]
    """What was chosen to be installed, in sentences (names in them are untrusted text)."""
    policy: Policy
    """How far the target's code is kept from everything else here."""
    seconds: float
    """How long it took."""


@contextmanager
def prepare(
    trees: Mapping[Side, Path],
    spec: TargetSpec,
    *,
    folder: Path,
    cache: Path,
    version: str | None,
    report: Callable[[str], None],
    allowance: Allowance = Allowance(),  # noqa: B008 - frozen
) -> Iterator[Environments]:
    """Install both sides below ``folder``; on leaving, whatever was made there is removed.

    Args:
        trees: The exported trees, which are never written.
        spec: What the configuration says.
        folder: The run's private folder.
        cache: Kept between runs: downloads, and wheels of dependencies.
        version: For targets that ask git for theirs; None: that of base's PKG-INFO, or ours.
        report: Is told what happens, in sentences.
        allowance: What base's configuration opens to the target's code.

    Raises:
        InstallError: A side cannot be installed.
        UsageError: The interpreter that was asked for is not at hand.
    """
    start, env = time.monotonic(), uv.installing_environ(os.environ, spec.env, cache / "uv")
    try:
        places = [_place(side, trees[side], spec, folder, env) for side in Side]
        python = _choose_interpreter(places, spec)
        report(f"Installing base and head for {python}.")
        own = _fill(places, python, version)
        policy = _policy(python, places, allowance)
        base, head = (_environment(each, own[each.side], python, spec, policy) for each in places)
        yield Environments(
            base=base,
            head=head,
            differences=_differences(base, head, own),
            notices=_notices(places),
            policy=policy,
            seconds=time.monotonic() - start,
        )
    finally:
        for side in Side:
            install.tear_down(folder / side, trees[side])


def _place(
    side: Side, tree: Path, spec: TargetSpec, folder: Path, env: Mapping[str, str]
) -> install.Place:
    try:
        found = plan(read(tree, spec.requirements), spec)
    except InstallError as error:
        raise InstallError(f"{side} could not be installed: {error}", hint=error.hint) from error
    return install.Place(
        side=side, tree=tree.resolve(), folder=folder.resolve() / side, plan=found, env=env
    )


def _choose_interpreter(places: Sequence[install.Place], spec: TargetSpec) -> Interpreter:
    running = uv.running_environ(os.environ, {})
    found = interpreter.probe(interpreter.candidates(os.environ), running)
    supported = {each.side: each.plan.requires_python for each in places}
    return interpreter.choose(found, supported, spec.python)


def _policy(python: Interpreter, places: Sequence[install.Place], allowance: Allowance) -> Policy:
    """What works here for this interpreter, and for folders that lie where these do."""
    reach = reaching(python.path, [each.folder for each in places])
    return probe_level([reach], allowance=allowance)


def _fill(
    places: Sequence[install.Place], python: Interpreter, version: str | None
) -> Mapping[Side, tuple[str, ...]]:
    """Install all; returns the names of each side's own distributions."""
    install.create(places, python)
    wheels = install.build(places, version or places[0].plan.version or install.DEFAULT_VERSION)
    install.resolve(places, wheels)
    install.install(places, wheels)
    return {side: tuple(each.name for each in found) for side, found in wheels.items()}


def _environment(
    place: install.Place,
    own: Sequence[str],
    python: Interpreter,
    spec: TargetSpec,
    policy: Policy,
) -> Environment:
    running = uv.running_environ(os.environ, spec.env)
    found = inventory.packages(place.venv, own) if own else inventory.loose_packages(place.tree)
    path = os.pathsep.join(filter(None, (str(place.python.parent), running.get("PATH"))))
    cell = Cell(
        side=place.side,
        home=furnish(policy, place.side, place.folder),
        policy=policy,
        readable=installation(python.path),
    )
    return Environment(
        side=place.side,
        python=place.python,
        folder=place.venv,
        tree=place.tree,
        packages=tuple(each.name for each in found),
        interpreter=str(python),
        environ={**running, "PATH": path, "VIRTUAL_ENV": str(place.venv)},
        cell=cell,
    )


def _differences(
    base: Environment, head: Environment, own: Mapping[Side, Sequence[str]]
) -> tuple[str, ...]:
    names = [name for each in own.values() for name in each]
    return inventory.differences(
        inventory.versions(base.folder), inventory.versions(head.folder), names
    )


def _notices(places: Sequence[install.Place]) -> tuple[str, ...]:
    base, head = (place.plan.sentences for place in places)
    if base == head:
        return base
    return tuple(f"{each.side}: {words}" for each in places for words in each.plan.sentences)
