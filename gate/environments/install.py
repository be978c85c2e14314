"""Fills the virtual environments of both sides: build, resolve, install, each for both together."""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.environments.discover import Plan
from gate.environments.interpreter import Interpreter
from gate.environments.inventory import Wheel, wheel
from gate.environments.uv import Call, call_together, index_arguments
from gate.model import Side
from gate.system.folders import remove

DEFAULT_VERSION = "0.0.0+perfgate"
"""Version of targets that ask git for theirs: exported trees have no history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and how one side is installed; paths of both sides are equally long."""

    side: Side
    tree: Path
    folder: Path
    plan: Plan
    env: Mapping[str, str]
    """Environment of uv, see `uv.installing_environ`."""

    @property
    def scratch(self) -> Path:
        """Where wheels and lists lie until they are installed."""
        return self.folder / "install"

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.folder / "venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    def call(self, args: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Call:
        """Make a call of uv that runs in the tree."""
        words = [str(each) for each in args]
        return Call(side=self.side, args=words, cwd=self.tree, env=env or self.env)


def create(places: Sequence[Place], interpreter: Interpreter) -> None:
    """Create the virtual environments."""
    for place in places:
        place.scratch.mkdir(parents=True, exist_ok=True)
    call_together([each.call(["venv", "--python", interpreter.path, each.venv]) for each in places])


def build(places: Sequence[Place], version: str) -> Mapping[Side, tuple[Wheel, ...]]:
    """Build the wheels of each side's projects, in this run and from a copy of the tree.

    Wheels are not kept between runs: both sides must come from the same compiler, build
    backend and flags. Where both trees are the same, they are built once.

    Args:
        places: Both sides, base first.
        version: Version for projects that ask git for theirs.

    Raises:
        InstallError: A build failed.
    """
    base, head = places
    shared = base.plan.projects == head.plan.projects and _identical(base.tree, head.tree)
    building = [base] if shared else [base, head]
    for place in building:
        shutil.copytree(place.tree, place.scratch / "build", symlinks=True)
    call_together([call for place in building for call in _builds(place, version)])
    for place in building:
        remove(place.scratch / "build")
    return {place.side: _wheels(base if shared else place) for place in places}


def _builds(place: Place, version: str) -> Iterator[Call]:
    env = {**version_variables(version), **place.env, "GIT_CEILING_DIRECTORIES": str(place.scratch)}
    for number, project in enumerate(place.plan.projects):
        folders: list[str | Path] = [
            *("--out-dir", place.scratch / "wheels" / str(number)),
            place.scratch / "build" / project.path,
        ]
        flags = [*index_arguments(place.env), "--python", str(place.python)]
        yield place.call(["build", "--wheel", *flags, *folders], env=env)


def _wheels(place: Place) -> tuple[Wheel, ...]:
    folders = (place.scratch / "wheels" / str(i) for i in range(len(place.plan.projects)))
    return tuple(wheel(next(folder.glob("*.whl"))) for folder in folders)


def version_variables(version: str) -> dict[str, str]:
    """Return what tells build backends a version that they would ask git for.

    Only for building the target: dependencies that are built have versions of their own.
    """
    names = (
        "SETUPTOOLS_SCM_PRETEND_VERSION",
        "PBR_VERSION",
        "PDM_BUILD_SCM_VERSION",
        "POETRY_DYNAMIC_VERSIONING_BYPASS",
        "UV_DYNAMIC_VERSIONING_BYPASS",
    )
    return dict.fromkeys(names, version)


def _identical(one: Path, other: Path) -> bool:
    """Whether two trees have the same files with the same content."""
    first, second = list(_listing(one)), list(_listing(other))
    return first == second and all(
        filecmp.cmp(one / name, other / name, shallow=False) for name, link, _ in first if not link
    )


def _listing(tree: Path) -> Iterator[tuple[str, str, int]]:
    """Relative path, target of a link, and mode of everything but folders, in order."""
    for parent, folders, files in os.walk(tree):
        folders.sort()
        for name in sorted(
            (*files, *(each for each in folders if Path(parent, each).is_symlink()))
        ):
            path = Path(parent, name)
            link = str(path.readlink()) if path.is_symlink() else ""
            yield str(path.relative_to(tree)), link, path.lstat().st_mode


def resolve(places: Sequence[Place], wheels: Mapping[Side, Sequence[Wheel]]) -> None:
    """Decide the version of every dependency: base freely, head as on base wherever it allows it.

    Raises:
        InstallError: The requirements of a side cannot be met.
    """
    pins: list[str] = []
    for place in places:
        _lock(place).write_text("\n".join(pins))
        _compile(place, wheels[place.side], ())
        if not re.search(r"^pytest(==| @)", _lock(place).read_text(), re.MULTILINE):
            _compile(place, wheels[place.side], ("pytest",))
        pins = [line for line in _lock(place).read_text().splitlines() if "==" in line]


def _lock(place: Place) -> Path:
    return place.scratch / "locked.txt"


def _compile(place: Place, wheels: Sequence[Wheel], more: Sequence[str]) -> None:
    """Resolve into the lock; uv keeps the versions that it finds there if they are allowed.

    The override makes the target count as any version that a dependency may ask for: what
    tests pytest's own dependencies needs a pytest that takes them.
    """
    plan, folder = place.plan, place.scratch
    own = [
        _line(each, each.all_extras(p.extras))
        for each, p in zip(wheels, plan.projects, strict=True)
    ]
    texts = {
        "requirements.txt": [*own, *plan.requirements, *more],
        "constraints.txt": plan.constraints,
        "overrides.txt": own,
    }
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    flags = ["--no-header", "--no-annotate", "--quiet", "--python", str(place.python)]
    flags += index_arguments(place.env)
    files: list[str | Path] = [
        *("--constraints", folder / "constraints.txt", "--overrides", folder / "overrides.txt"),
        *("--output-file", _lock(place), folder / "requirements.txt"),
    ]
    call_together([place.call(["pip", "compile", *flags, *files])])


def _line(each: Wheel, extras: Sequence[str]) -> str:
    return f"{each.name}[{','.join(extras)}] @ {each.path.as_uri()}"


def install(places: Sequence[Place], wheels: Mapping[Side, Sequence[Wheel]]) -> None:
    """Install what was resolved, then the target's wheels, which never enter uv's cache.

    Raises:
        InstallError: A package could not be had or built.
    """
    for place in places:
        own = tuple(f"{each.name} @ " for each in wheels[place.side])
        lines = _lock(place).read_text().splitlines()
        kept = [line for line in lines if not line.startswith(own)]
        kept += [line for line in place.plan.requirements if line.startswith("-")]  # indexes
        (place.scratch / "dependencies.txt").write_text("\n".join(kept) + "\n")
    call_together([_install(each, ["-r", each.scratch / "dependencies.txt"]) for each in places])
    call_together(
        [
            _install(each, ["--no-cache", *(one.path for one in wheels[each.side])])
            for each in places
            if wheels[each.side]
        ]
    )


def tear_down(folder: Path, tree: Path) -> None:
    """Remove what was made in a side's folder, and the folder unless its tree lies in it."""
    for each in folder.iterdir() if folder.is_dir() else ():
        if each != tree and each not in tree.parents:
            remove(each)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _install(place: Place, args: Sequence[str | Path]) -> Call:
    flags = [*index_arguments(place.env), "--python", str(place.python), "--no-deps"]
    return place.call(["pip", "install", *flags, *args])
