"""Writes the parts of the documents that are derived from the code; run it after a change."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "docs" / "configuration.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
SCHEMA = ROOT / "gate" / "schemas" / "config.json"
BEGIN, END = "<!-- generated: do not edit -->", "<!-- end of what is generated -->"


def main() -> int:
    """Write both documents; return 0."""
    for path, part in ((CONFIGURATION, reference()), (ARCHITECTURE, rooms())):
        path.write_text(spliced(path.read_text(encoding="utf-8"), part), encoding="utf-8")
    return 0


def spliced(document: str, part: str) -> str:
    """Return ``document`` with ``part`` between the markers."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{part.strip()}\n\n{END}{after}"


def reference() -> str:
    """Return the table of all configuration keys, from the schema."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    rows = [f"| `{path}` | {kind} | {text} |" for path, kind, text in _keys(schema, schema, "")]
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows])


def _keys(
    node: Mapping[str, Any], schema: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, str, str]]:
    node = _resolved(node, schema)
    for name, child in node.get("properties", {}).items():
        inner = _resolved(child, schema)
        text = str(child.get("description") or inner.get("description", "")).replace("|", "\\|")
        yield prefix + name, _kind(inner, schema), " ".join(text.split())
        items = _resolved(inner.get("items", {}), schema)
        if inner.get("properties"):
            yield from _keys(inner, schema, f"{prefix}{name}.")
        elif items.get("properties"):
            yield from _keys(items, schema, f"{prefix}{name}[].")


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference_to = str(node.get("$ref", ""))
    if not reference_to:
        return node
    found: Any = schema
    for part in reference_to.removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(found, schema)


def _kind(node: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"] if value is not None)
    if "const" in node:
        return f"`{node['const']}`"
    kind = node.get("type", "")
    kinds = [kind] if isinstance(kind, str) else list(kind)
    named = [one for one in kinds if one and one != "null"]
    if named == ["array"]:
        return f"list of {_kind(_resolved(node.get('items', {}), schema), schema) or 'values'}"
    examples = ", ".join(f"`{value}`" for value in node.get("examples", [])[:2])
    return " or ".join(named) + (f", as {examples}" if examples else "")


def rooms() -> str:
    """Return what every package and module says of itself in its first sentence."""
    paths = [ROOT / "entrypoint.py", *sorted((ROOT / "gate").glob("*.py"))]
    paths += sorted((ROOT / "gate").glob("*/__init__.py"))
    rows = [f"| `{_name(path)}` | {_sentence(path)} |" for path in paths]
    return "\n".join(["| room | what lives there |", "|---|---|", *rows])


def _name(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return f"{relative.parent}/" if path.name == "__init__.py" else str(relative)


def _sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
