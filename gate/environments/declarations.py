"""What a project declares about itself, read from the text of its files."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from gate.environments import poetry
from gate.errors import InstallError

Files = Mapping[str, str]
"""Text of the files of a tree by path relative to its top, with forward slashes."""

_PATTERNS = ("pyproject.toml", "setup.cfg", "setup.py", "PKG-INFO", "*.txt", "*req*/*.txt")
_TEST_PATTERNS = ("test*/*.txt", "bench*/*.txt")
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that a project offers to install beside itself: an extra, a group, a file."""

    kind: str
    """What it is, in words: ``extra``, ``dependency group``, ``file``."""
    label: str
    """Its name as spelled by the project (untrusted text)."""
    name: str
    """What it is for, normalised: ``test``."""
    extras: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    file: str | None = None
    """Requirements file, relative to the tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """What one tree declares."""

    installable: bool
    """It can be built into a wheel."""
    name: str | None
    requires_python: str
    """Version specifiers, possibly empty."""
    version: str | None
    """Version of the PKG-INFO that an sdist carries."""
    dependencies: tuple[str, ...]
    """Requirements of a project that is not installable itself."""
    offers: tuple[Offer, ...]


def read(tree: Path, more: Sequence[str] = ()) -> Files:
    """Read the files of a tree that declare something; large ones and links out of it are not.

    Args:
        tree: The exported tree.
        more: Further files, relative to the tree; whatever lies beside them is read too.
    """
    beside = {str(Path(name).parent / "*.*") for name in more}
    patterns = (*_PATTERNS, *_TEST_PATTERNS, *sorted(beside), *more)
    paths = {path for pattern in patterns for path in tree.glob(pattern) if _is_ours(path, tree)}
    return {
        path.relative_to(tree).as_posix(): path.read_text(encoding="utf-8-sig", errors="replace")
        for path in sorted(paths)
    }


def _is_ours(path: Path, tree: Path) -> bool:
    return (
        path.is_file()
        and path.resolve().is_relative_to(tree.resolve())
        and path.stat().st_size <= _MOST_BYTES
    )


def declarations(files: Files) -> Declarations:
    """Say what a tree declares.

    Raises:
        InstallError: pyproject.toml or setup.cfg cannot be read.
    """
    pyproject, config = _pyproject(files), _setup_cfg(files)
    setup = _setup_arguments(files.get("setup.py", ""))
    project, tool = _table(pyproject, "project"), _table(pyproject, "tool")
    virtual = (
        _table(tool, "uv").get("package") is False
        or _table(tool, "poetry").get("package-mode") is False
    )
    buildable = {"project", "build-system"} & set(pyproject) or "poetry" in tool
    legacy = "setup.py" in files or {"metadata", "options"} & set(config)
    info = HeaderParser().parsestr(files.get("PKG-INFO", ""))
    return Declarations(
        installable=bool(buildable or legacy) and not virtual,
        name=_first(
            project.get("name"),
            _table(tool, "poetry").get("name"),
            config.get("metadata", {}).get("name"),
            setup.get("name"),
            info["Name"],
        ),
        requires_python=_first(
            project.get("requires-python"),
            poetry.requires_python(tool),
            config.get("options", {}).get("python_requires"),
            setup.get("python_requires"),
            info["Requires-Python"],
        )
        or "",
        version=info["Version"],
        dependencies=_strings(project.get("dependencies")) if virtual else (),
        offers=tuple(_offers(pyproject, config, setup, files)),
    )


def _offers(
    pyproject: Mapping[str, Any], config: Mapping[str, Any], setup: Mapping[str, Any], files: Files
) -> Iterator[Offer]:
    project, tool = _table(pyproject, "project"), _table(pyproject, "tool")
    yield from _groups(_table(pyproject, "dependency-groups"))
    yield from _extras(_table(project, "optional-dependencies"))
    yield from _extras(_table(_table(tool, "poetry"), "extras"))
    yield from _extras(config.get("options.extras_require", {}))
    yield from _extras(_table(setup, "extras_require"))
    yield from _tool_groups(tool)
    yield from _requirement_files(files)


def _groups(groups: Mapping[str, Any]) -> Iterator[Offer]:
    """PEP 735; groups that include others, or themselves."""
    by_name = {normalise(name): items for name, items in groups.items()}

    def flat(name: str, above: tuple[str, ...]) -> Iterator[str]:
        for item in by_name.get(name, ()) if name not in above else ():
            if isinstance(item, str):
                yield item
            elif isinstance(item, dict) and isinstance(item.get("include-group"), str):
                yield from flat(normalise(item["include-group"]), (*above, name))

    for name in by_name:
        yield Offer(
            kind="dependency group",
            label=name,
            name=name,
            requirements=tuple(dict.fromkeys(flat(name, ()))),
        )


def _extras(table: Mapping[str, Any]) -> Iterator[Offer]:
    for label in table:
        name = normalise(label)
        yield Offer(kind="extra", label=label, name=name, extras=(name,))


def _tool_groups(tool: Mapping[str, Any]) -> Iterator[Offer]:
    pdm = _table(_table(tool, "pdm"), "dev-dependencies").items()
    uv = [("dev", _table(tool, "uv").get("dev-dependencies"))]
    for kind, groups in (
        ("poetry group", poetry.groups(tool)),
        ("pdm group", ((label, _strings(items)) for label, items in pdm)),
        ("uv group", ((label, _strings(items)) for label, items in uv)),
    ):
        for label, requirements in groups:
            yield Offer(kind=kind, label=label, name=normalise(label), requirements=requirements)
    for label, table in _table(_table(tool, "hatch"), "envs").items():
        if isinstance(table, dict):
            yield _hatch_environment(label, table)


def _hatch_environment(label: str, table: Mapping[str, Any]) -> Offer:
    return Offer(
        kind="hatch environment",
        label=label,
        # "default" is Hatch's name for the environment that the others build on.
        name="dev" if label == "default" else normalise(label).removeprefix("hatch-"),
        extras=tuple(normalise(each) for each in _strings(table.get("features"))),
        requirements=_strings(table.get("dependencies"))
        + _strings(table.get("extra-dependencies")),
    )


def _requirement_files(files: Files) -> Iterator[Offer]:
    """Files whose path says requirements and at most one thing more: what they are for."""
    for path in files:
        words = [word for word in re.split(r"[-_./]+", path.lower()) if word]
        purposes = set(words) - {"requirements", "requirement", "reqs", "txt"}
        if words[-1:] == ["txt"] and len(purposes) <= 1 and set(words) - purposes != {"txt"}:
            yield Offer(kind="file", label=path, name="".join(purposes), file=path)


def normalise(name: str) -> str:
    """Normalise the name of a distribution, an extra or a group (PEP 503, PEP 685)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pyproject(files: Files) -> Mapping[str, Any]:
    try:
        return tomllib.loads(files.get("pyproject.toml", ""))
    except tomllib.TOMLDecodeError as error:
        raise InstallError(f"pyproject.toml is not valid TOML: {error}") from error


def _setup_cfg(files: Files) -> Mapping[str, Mapping[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(files.get("setup.cfg", ""))
    except configparser.Error as error:
        raise InstallError(f"setup.cfg cannot be read: {error}") from error
    return {name: dict(parser[name]) for name in parser.sections()}


def _setup_arguments(source: str) -> Mapping[str, Any]:
    """Arguments of ``setup(...)`` that are literals, there or in a variable of the module."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):  # the build will say so
        return {}
    variables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) in {"setup", "setuptools.setup"}:
            for keyword in call.keywords:
                value = keyword.value
                value = variables.get(value.id, value) if isinstance(value, ast.Name) else value
                found[keyword.arg or ""] = _literal(value)
    return found


def _literal(node: ast.expr) -> Any:
    """The value of a literal; of a dictionary at least its keys."""
    if isinstance(node, ast.Dict):
        keys = (key for key in node.keys if isinstance(key, ast.Constant))
        return {str(key.value): () for key in keys}
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _first(*values: object) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> tuple[str, ...]:
    """The requirement strings of a list, without those that only their own tool understands."""
    items = value if isinstance(value, list) else []
    return tuple(
        item for item in items if isinstance(item, str) and item[:1] != "-" and "{" not in item
    )
