"""What is installed, read from the records of distributions; no code of the target runs for it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from gate.environments.declarations import normalise

_NATIVE = (".so", ".pyd", ".dylib")
_NOT_ITS_OWN = {"tests", "test", "testing", "docs", "doc", "examples", "benchmarks", "benches"}
_SCRIPTS = {"setup", "conftest", "noxfile", "fabfile", "tasks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Something of the target that can be imported."""

    name: str
    """Import name; dotted where the top level is shared with others (``google.cloud.x``)."""
    location: Path
    """The folder of a package, or the file of a module."""
    pure: bool
    """It has no native library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A built wheel of the target."""

    path: Path
    name: str
    """Normalised name of the distribution."""
    requires: tuple[str, ...] = ()

    def all_extras(self, extras: Sequence[str]) -> tuple[str, ...]:
        """Add to some extras those that they ask of the project itself (``all = ["x[a,b]"]``)."""
        found = list(dict.fromkeys(extras))
        for extra in found:  # grows on the way
            found += [each for each in self._asked_by(extra) if each not in found]
        return tuple(found)

    def _asked_by(self, extra: str) -> Iterator[str]:
        for line in self.requires:
            own = re.match(r"([\w.-]+)\s*\[([^\]]*)\]", line)
            when = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
            if own and when and normalise(own[1]) == self.name and normalise(when[1]) == extra:
                yield from (normalise(each.strip()) for each in own[2].split(","))


def wheel(path: Path) -> Wheel:
    """Read the metadata of a wheel."""
    with zipfile.ZipFile(path) as archive:
        inside = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata: Message = HeaderParser().parsestr(archive.read(inside).decode(errors="replace"))
    requires = tuple(metadata.get_all("Requires-Dist", []))
    return Wheel(path=path, name=normalise(str(metadata["Name"])), requires=requires)


def site_packages(venv: Path) -> Path:
    """Return the folder of a virtual environment that packages are installed in."""
    return next(venv.glob("lib/python*/site-packages"))


def versions(venv: Path) -> Mapping[str, str]:
    """Return the version of each installed distribution by normalised name."""
    return {normalise(each.name): each.version for each in _distributions(venv)}


def differences(
    base: Mapping[str, str], head: Mapping[str, str], own: Iterable[str] = ()
) -> tuple[str, ...]:
    """List what differs between two environments, in words.

    Args:
        base: Versions on base, see `versions`.
        head: Versions on head.
        own: Normalised names of the target's distributions, which are meant to differ.
    """
    return tuple(
        f"{name} {base.get(name, 'not installed')} -> {head.get(name, 'not installed')}"
        for name in sorted(({*base} | {*head}) - {*own})
        if base.get(name) != head.get(name)
    )


def packages(venv: Path, own: Iterable[str]) -> tuple[Package, ...]:
    """List what the target's distributions let one import, by name.

    Args:
        venv: The virtual environment.
        own: Normalised names of the target's distributions.
    """
    names = {*own}
    mine = [each for each in _distributions(venv) if normalise(each.name) in names]
    files = [PurePosixPath(str(file)) for each in mine for file in each.files or ()]
    return _packages(files, site_packages(venv))


def loose_packages(tree: Path) -> tuple[Package, ...]:
    """List what a tree that is not installed lets one import from its top, by name."""
    modules = [path for path in tree.glob("*.py") if not path.stem.startswith("test_")]
    inits = [path for path in tree.glob("*/__init__.py") if path.parent.is_dir()]
    inside = [path for init in inits for path in init.parent.rglob("*") if path.is_file()]
    files = [PurePosixPath(path.relative_to(tree).as_posix()) for path in (*modules, *inside)]
    return tuple(each for each in _packages(files, tree) if each.name not in _SCRIPTS)


def _distributions(venv: Path) -> Iterable[Distribution]:
    return distributions(path=[str(site_packages(venv))])


def _packages(files: Sequence[PurePosixPath], top: Path) -> tuple[Package, ...]:
    files = [file for file in files if _is_importable(file)]
    folders = {file.parent for file in files if file.name.split(".")[0] == "__init__"}
    roots = {each for each in folders if not folders & {*each.parents}}
    roots |= {PurePosixPath(_module(file)) for file in files if len(file.parts) == 1}
    for file in files:  # folders without an __init__ anywhere are packages too
        first = PurePosixPath(file.parts[0])
        if len(file.parts) > 1 and not any(first in (root, *root.parents) for root in roots):
            roots.add(first)
    return tuple(
        _package(root, files, top) for root in sorted(roots) if root.name not in _NOT_ITS_OWN
    )


def _package(root: PurePosixPath, files: Sequence[PurePosixPath], top: Path) -> Package:
    mine = [
        f for f in files if root in f.parents or (len(f.parts) == 1 and _module(f) == root.name)
    ]
    module = next((file for file in mine if len(file.parts) == 1), root)
    return Package(
        name=".".join(root.parts),
        location=top / module,
        pure=not any(file.name.endswith(_NATIVE) for file in mine),
    )


def _is_importable(file: PurePosixPath) -> bool:
    names = (*file.parts[:-1], _module(file))
    return file.name.endswith((".py", *_NATIVE)) and all(name.isidentifier() for name in names)


def _module(file: PurePosixPath) -> str:
    """``fast`` of ``fast.cpython-313-x86_64-linux-gnu.so``."""
    return file.name.split(".")[0]
