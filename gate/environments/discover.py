"""What to install for a tree: what the configuration says, or else what its files offer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gate.environments.declarations import Declarations, Files, Offer, declarations, normalise
from gate.errors import InstallError

TIERS: Mapping[str, frozenset[str]] = {
    "benchmarks": frozenset(
        {
            *("bench", "benches", "benchmark", "benchmarks", "benchmarking"),
            *("perf", "performance", "codspeed"),
        }
    ),
    "tests": frozenset({"test", "tests", "testing", "pytest"}),
    "development": frozenset({"dev", "develop", "development"}),
}
"""Names of extras, groups and requirements files, most wanted first."""

_LOCAL = re.compile(r"(?:file:)?(\.[^\[\s;]*)\s*(?:\[([^\]]*)\])?")
_ARCHIVES = (".whl", ".gz", ".zip")
_NOT_FOR_TESTS = re.compile(
    r"(sphinx|furo|myst|mkdocs|mypy|pyright|types-|pre-commit|ruff|black|flake8|isort|pylint|bandit"
    r"|tox|nox|twine|build|bump|towncrier|cibuildwheel|codespell|ipython|jupyter|notebook)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?")
_INCLUDE = re.compile(r"(?:-r|--requirement|(-c|--constraint))[ =]*(\S+)")
_EDITABLE = re.compile(r"^(?:-e|--editable)[ =]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSpec:
    """What the configuration says about the target; all of it may be left out."""

    python: str | None = None
    """Version of the interpreter: ``3.12`` or ``3.12.1``."""
    install: tuple[str, ...] = ()
    """Requirement strings, resolved in the tree: ``.[test]``."""
    requirements: tuple[str, ...] = ()
    """Requirements files, relative to the tree."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables for building, installing and running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project inside the tree that is installed as a wheel."""

    path: str
    """Its folder, relative to the tree; ``.`` for the tree itself."""
    extras: tuple[str, ...] = ()
    """Normalised, in order, without duplicates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is installed for one side."""

    projects: tuple[Project, ...]
    """Empty: the tree is used as it is."""
    requirements: tuple[str, ...]
    """Lines of a requirements file."""
    constraints: tuple[str, ...]
    requires_python: str
    """Version specifiers, possibly empty."""
    version: str | None
    """Version of an sdist."""
    sentences: tuple[str, ...]
    """What was chosen, for the report (names in it are untrusted text)."""


def plan(files: Files, spec: TargetSpec) -> Plan:
    """Decide what to install for a tree.

    Args:
        files: Text of the tree's files, see `declarations.read`.
        spec: What the configuration says; its ``install`` and ``requirements`` win.

    Raises:
        InstallError: A file that is asked for is not there or cannot be read.
    """
    declared = declarations(files)
    if not (spec.install or spec.requirements):
        chosen, sentences = _discover(declared)
        return _plan(chosen, files, declared, sentences)
    installs = spec.install or ((".",) if declared.installable else ())
    chosen = [_asked(installs), *(_asked((), file=name) for name in spec.requirements)]
    words = ", ".join(repr(each) for each in (*installs, *spec.requirements))
    return _plan(chosen, files, declared, [f"Installed as configured: {words}."])


def _asked(requirements: tuple[str, ...], file: str | None = None) -> Offer:
    return Offer(kind="", label="", name="", requirements=requirements, file=file)


def _discover(declared: Declarations) -> tuple[list[Offer], list[str]]:
    chosen = choose(declared.offers)
    start: tuple[str, ...] = (".",)
    sentence = "Installed the project{}."
    if not declared.installable:
        plain = [offer for offer in declared.offers if offer.file and not offer.name]
        chosen = plain[:1] + chosen
        start = declared.dependencies
        sentence = "No project to install; the tree is used as is{}."
    words = " and ".join(_words(offer) for offer in chosen)
    return [_asked(start), *chosen], [sentence.format(f" with {words}" if words else "")]


def _words(offer: Offer) -> str:
    without = " (without linters and the like)" if offer.name in TIERS["development"] else ""
    return f"the {offer.kind} {offer.label!r}{without}"


def choose(offers: Sequence[Offer]) -> list[Offer]:
    """Choose what benchmarks need: offers for benchmarks and tests, else those for development.

    Of each tier one place counts, the first that offers something, for projects often say
    the same thing in several.
    """
    chosen: list[Offer] = []
    for tier, names in TIERS.items():
        if tier == "development" and chosen:
            break
        found = [offer for offer in offers if offer.name in names and _has_content(offer)]
        chosen += [offer for offer in found if offer.kind == found[0].kind]
    return chosen


def _has_content(offer: Offer) -> bool:
    return bool(offer.extras or offer.requirements or offer.file)


def _plan(
    chosen: Sequence[Offer], files: Files, declared: Declarations, sentences: Sequence[str]
) -> Plan:
    lines = [line for offer in chosen for line in _lines(offer, files)]
    own = normalise(declared.name or "")
    extras: dict[str, list[str]] = {}
    others: list[str] = []
    constraints: list[str] = []
    for line in lines:
        if line.startswith("-c "):
            constraints.append(line.removeprefix("-c "))
        elif local := _local(line):
            extras.setdefault(local.path, []).extend(local.extras)
        elif declared.installable and (named := _NAMED.match(line)) and normalise(named[1]) == own:
            extras.setdefault(".", []).extend(_extras(named[2]))
        else:
            others.append(line)
    return Plan(
        projects=tuple(
            Project(path=path, extras=tuple(dict.fromkeys(names)))
            for path, names in extras.items()
            if path != "." or declared.installable
        ),
        requirements=tuple(dict.fromkeys(others)),
        constraints=tuple(dict.fromkeys(constraints)),
        requires_python=declared.requires_python,
        version=declared.version,
        sentences=tuple(sentences),
    )


def _lines(offer: Offer, files: Files) -> Iterator[str]:
    if offer.extras:
        yield f".[{','.join(offer.extras)}]"
    lines = [*offer.requirements, *(flatten(offer.file, files) if offer.file else ())]
    for line in lines:
        if offer.name not in TIERS["development"] or not _NOT_FOR_TESTS.match(line):
            yield line


def _local(line: str) -> Project | None:
    found = _LOCAL.match(line)
    if found is None or found[1].endswith(_ARCHIVES):
        return None
    path = posixpath.normpath(found[1])
    if path.startswith(".."):
        raise InstallError(f"The requirement {line!r} lies outside of the tree.")
    return Project(path=path, extras=tuple(_extras(found[2])))


def _extras(text: str | None) -> list[str]:
    return [normalise(each.strip()) for each in (text or "").split(",") if each.strip()]


def flatten(path: str, files: Files) -> Iterator[str]:
    """Yield the lines of a requirements file and of those that it includes; options stay.

    Lines of constraints files begin with ``-c``. Paths are relative to the tree, ``-e`` is
    dropped: what is measured is what users get, a wheel.

    Raises:
        InstallError: A file is not there.
    """
    yield from _flatten(posixpath.normpath(path), files, ())


def _flatten(path: str, files: Files, above: tuple[str, ...]) -> Iterator[str]:
    if path not in files:
        raise InstallError(f"The requirements file {path!r} is not there.")
    text = re.sub(r"\\\r?\n", " ", files[path])
    for line in (re.sub(r"(^|\s)#.*", "", each).strip() for each in text.splitlines()):
        if found := _INCLUDE.match(line):
            inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
            if inner not in (*above, path):
                start = "-c " if found[1] else ""
                yield from (start + each for each in _flatten(inner, files, (*above, path)))
        elif line:
            yield _EDITABLE.sub("", line)
