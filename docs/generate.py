"""Writes the parts of the documents that are derived from the code; run it after a change."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from reference import reference

from gate.config import loader
from gate.config.problems import Problems

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SCHEMA = ROOT / "gate" / "schemas" / "config.json"
END = "<!-- end of what is generated -->"
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAID_DEFAULT = re.compile(r" ?Default: (.*?)\.(?= |$)")
"""A default that is no value: the schema says it in words."""
NEEDS_QUOTES = re.compile(r"[\d.+-]+|true|false|null|[*&!|>@`%].*|.*[#{}\[\],].*|.*: .*")

Json = Mapping[str, Any]


def main() -> int:
    """Write all generated parts; return 0."""
    for document in dict.fromkeys(document for document, _ in PARTS):
        path = DOCS / document
        path.write_text(fresh(document, path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def fresh(document: str, text: str) -> str:
    """Return the text of a document with its generated parts made anew.

    Raises:
        ValueError: if the marker of a part is not there exactly once.
    """
    for (owner, name), make in PARTS.items():
        if owner == document:
            text = spliced(text, name, make())
    return text


def spliced(text: str, name: str, part: str) -> str:
    """Return ``text`` with ``part`` between the markers of that name.

    Raises:
        ValueError: if the first marker is not there exactly once, followed by an end.
    """
    begin = f"<!-- generated {name}: do not edit -->"
    before, *rest = text.split(begin)
    if len(rest) != 1 or END not in rest[0]:
        raise ValueError(f"expected {begin!r} once, and {END!r} after it")
    _, _, after = rest[0].partition(END)
    return f"{before}{begin}\n\n{part}\n\n{END}{after}"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    cells = [[" ".join(cell.split()).replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells).replace(" --- ", "---")


# --- the configuration ---------------------------------------------------------------------------


def keys() -> str:
    """Return the table of all configuration keys: from the schema, examples from the document."""
    return _table(("key", "value", "default", "example", "meaning"), _key_rows())


def _key_rows() -> Iterator[tuple[str, ...]]:
    schema = _schema()
    shown = examples((DOCS / "configuration.md").read_text(encoding="utf-8"))
    for path, node, required in _walk(schema, schema, ""):
        text = str(node.get("description", ""))
        example = f"`{shown[path]}`" if path in shown else ""
        default = "required" if required else _default(node, text)
        yield f"`{path}`", _kind(node, schema), default, example, SAID_DEFAULT.sub("", text)


def _walk(node: Json, schema: Json, prefix: str) -> Iterator[tuple[str, Json, bool]]:
    """Path, node and whether it is required, of every key below ``node``."""
    for name, child in node.get("properties", {}).items():
        inner = {**_resolved(child, schema), **child}
        yield prefix + name, inner, name in node.get("required", ())
        items = _resolved(inner.get("items", {}), schema)
        yield from _walk(inner, schema, f"{prefix}{name}.")
        yield from _walk(items, schema, f"{prefix}{name}[].")


def _default(node: Json, text: str) -> str:
    if "default" in node:
        return f"`{json.dumps(node['default'])}`".replace('"', "")
    said = SAID_DEFAULT.search(text)
    return said[1] if said else ""


def _kind(node: Json, schema: Json) -> str:
    """What may stand there, in YAML's words; for text of a special shape, the name of the shape."""
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if "const" in node:
        return f"`{node['const']}`"
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        shape = _resolved(node, schema)
        return name if shape.get("type") != "object" else "mapping"
    types = [node["type"]] if isinstance(node["type"], str) else node["type"]
    kind = next(one for one in types if one != "null")
    if kind == "array":
        items = node["items"]
        return f"list of {_kind({**_resolved(items, schema), **items}, schema)}"
    return {"object": "mapping", "string": "text", "boolean": "`true`, `false`"}.get(kind, kind)


def shapes() -> str:
    """Return the table of what the names in the column *value* stand for."""
    named = {k: v for k, v in _schema()["$defs"].items() if "type" in v and v["type"] != "object"}
    rows = ((name, str(node["description"])) for name, node in named.items())
    return _table(("value", "what it is"), rows)


def examples(document: str) -> dict[str, str]:
    """Return what the configurations in a document give to each key, as it could be written.

    Raises:
        ValueError: if one of them cannot be read.
    """
    found: dict[str, str] = {}
    for text in BLOCK.findall(document):
        problems = Problems(file="document")
        tree = loader.parse(text, problems)
        if problems.found:
            raise ValueError("\n".join(map(str, problems.found)))
        for path, node in _values(tree, ""):
            found.setdefault(path, _flow(node))
    return found


def _values(node: loader.Node, path: str) -> Iterator[tuple[str, loader.Node]]:
    """Every key with its value, but those that hold nothing but keys."""
    match node:
        case loader.Mapping(entries=entries):
            for name, entry in entries.items():
                below = f"{path}.{name}" if path else name
                is_plain = not isinstance(entry.value, loader.Mapping) or below == "target.env"
                if is_plain and not _holds_mappings(entry.value):
                    yield below, entry.value
                yield from _values(entry.value, below)
        case loader.Sequence(items=items):
            for item in items:
                yield from _values(item, f"{path}[]")


def _holds_mappings(node: loader.Node) -> bool:
    return isinstance(node, loader.Sequence) and any(
        isinstance(item, loader.Mapping) for item in node.items
    )


def _flow(node: loader.Node) -> str:
    match node:
        case loader.Mapping(entries=entries):
            inner = ", ".join(f"{name}: {_flow(entry.value)}" for name, entry in entries.items())
            return f"{{{inner}}}"
        case loader.Sequence(items=items):
            return f"[{', '.join(map(_flow, items))}]"
        case loader.Scalar(value=str(), text=text):
            return f'"{text}"' if NEEDS_QUOTES.fullmatch(text) else text
        case loader.Scalar(text=text):
            return text
        case _:
            return ""


def _schema() -> Json:
    schema: Json = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


def _resolved(node: Json, schema: Json) -> Json:
    reference = str(node.get("$ref", ""))
    if not reference:
        return node
    found: Any = schema
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(found, schema)


# --- the action ----------------------------------------------------------------------------------


def inputs() -> str:
    """Return the table of the action's inputs."""
    rows = (
        (f"`{name}`", f"`{one['default']}`" if one.get("default") else "", one["description"])
        for name, one in _action("inputs").items()
    )
    return _table(("input", "default", "meaning"), rows)


def outputs() -> str:
    """Return the table of the action's outputs."""
    rows = ((f"`{name}`", one["description"]) for name, one in _action("outputs").items())
    return _table(("output", "meaning"), rows)


def _action(part: str) -> dict[str, dict[str, str]]:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for path, node in _values(loader.parse(text, Problems(file="action.yml")), ""):
        if path.startswith(f"{part}.") and isinstance(node, loader.Scalar):
            _, name, field = path.split(".")
            found.setdefault(name, {})[field] = node.text
    return found


# --- the house -----------------------------------------------------------------------------------


def rooms() -> str:
    """Return what every package and module says of itself in its first sentence."""
    paths = [ROOT / "entrypoint.py", *sorted((ROOT / "gate").glob("*.py"))]
    paths += sorted((ROOT / "gate").glob("*/**/__init__.py"))
    rows = ((f"`{_name(path)}`", _sentence(path)) for path in paths)
    return _table(("room", "what lives there"), rows)


def layers() -> str:
    """Return the layers of the import contract, from the top down."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    names = contracts["importlinter:contract:down"]["layers"].split("\n")
    return "\n".join(f"    {name}" for name in names if name)


def _name(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return f"{relative.parent}/" if path.name == "__init__.py" else str(relative)


def _sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.split("\n\n", maxsplit=1)[0]


PARTS: Mapping[tuple[str, str], Callable[[], str]] = {
    ("configuration.md", "keys"): keys,
    ("configuration.md", "shapes"): shapes,
    ("action.md", "inputs"): inputs,
    ("action.md", "outputs"): outputs,
    ("executor-api.md", "reference"): reference,
    ("architecture.md", "layers"): layers,
    ("architecture.md", "rooms"): rooms,
}
"""Document and name of a part, and who makes it."""


if __name__ == "__main__":
    sys.exit(main())
