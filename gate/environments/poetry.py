"""Poetry's tables, as far as they map to requirement strings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any


def requires_python(tool: Mapping[str, Any]) -> str | None:
    """Return the version specifiers for ``python``, if poetry's table has them."""
    try:
        return specifiers(str(tool["poetry"]["dependencies"]["python"]))
    except (KeyError, TypeError):
        return None


def groups(tool: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield name and requirements of each group; what comes from a path or a repository is not."""
    table = tool.get("poetry")
    table = table if isinstance(table, dict) else {}
    named = {"dev": {"dependencies": table.get("dev-dependencies")}, **(table.get("group") or {})}
    for name, group in named.items():
        dependencies = group.get("dependencies") if isinstance(group, dict) else None
        if isinstance(dependencies, dict):
            found = (requirement(each, value) for each, value in dependencies.items())
            yield name, tuple(each for each in found if each is not None)


def requirement(name: str, value: object) -> str | None:
    """Return one dependency as a requirement string, or None where it is not one from an index."""
    table: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
    version = table.get("version")
    if name == "python" or not isinstance(version, str) or {"path", "git", "url"} & set(table):
        return None
    extras = ",".join(str(each) for each in table.get("extras") or ())
    markers = _markers(table)
    return (
        name
        + (f"[{extras}]" if extras else "")
        + specifiers(version)
        + (markers and f"; {markers}")
    )


def _markers(table: Mapping[str, Any]) -> str:
    markers = [f"({table['markers']})"] if table.get("markers") else []
    python = re.findall(r"([<>=!~]+)([\d.*]+)", specifiers(str(table.get("python", "*"))))
    markers += [f"python_full_version {operator} '{version}'" for operator, version in python]
    return " and ".join(markers)


def specifiers(constraint: str) -> str:
    """Return the PEP 440 form of a poetry constraint; of alternatives (``||``) the last one."""
    last = constraint.rpartition("||")[2].strip()
    parts = re.split(r"\s*,\s*|(?<=[\w*])\s+(?=[<>=!~^])", last)
    return ",".join(filter(None, (_specifier(part.replace(" ", "")) for part in parts)))


def _specifier(part: str) -> str:
    found = re.fullmatch(r"(\^|~(?!=)|[<>=!~]*)(.+)", part)
    if found is None or found[2] == "*":
        return ""
    operator, version = found[1], found[2]
    if operator in {"^", "~"}:
        return f">={version},<{_next(operator, version)}"
    return f"{'==' if operator in {'', '='} else operator}{version}"


def _next(operator: str, version: str) -> str:
    """The first version that ``^`` or ``~`` leaves out."""
    numbers = [int(each) for each in re.findall(r"\d+", version)[:3]]
    if operator == "~":
        last = min(1, len(numbers) - 1)
    else:  # the first number that is not zero may not change
        last = next((i for i, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(str(each) for each in [*numbers[:last], numbers[last] + 1])
