"""Cuts out of GitHub's own OpenAPI description what the model of the API speaks.

    python -m tests.api_model.excerpt DESCRIPTION

reads ``generated/api.github.com.json`` of the npm package ``@octokit/openapi`` (MIT) and writes
``excerpt.json``. Of answers only the fields that stand in `ANSWERS` are kept: it stays small.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EXCERPT = Path(__file__).with_name("excerpt.json")
REPO = "/repos/{owner}/{repo}"

Fields = dict[str, Any]

_COMMENT: Fields = {"id": {}, "body": {}, "html_url": {}, "user": {"login": {}}, "created_at": {}}
_PULL: Fields = {
    "number": {},
    "state": {},
    "head": {"sha": {}, "ref": {}},
    "base": {"sha": {}, "ref": {}},
}
_CHECK: Fields = {
    "id": {},
    "name": {},
    "external_id": {},
    "head_sha": {},
    "status": {},
    "conclusion": {},
}
_ARTIFACT: Fields = {"id": {}, "name": {}, "expired": {}, "size_in_bytes": {}}

ANSWERS: Mapping[tuple[str, str, str], Any] = {
    ("get", f"{REPO}/issues/{{issue_number}}/comments", "200"): [_COMMENT],
    ("post", f"{REPO}/issues/{{issue_number}}/comments", "201"): _COMMENT,
    ("patch", f"{REPO}/issues/comments/{{comment_id}}", "200"): _COMMENT,
    ("delete", f"{REPO}/issues/comments/{{comment_id}}", "204"): None,
    ("get", f"{REPO}/pulls/{{pull_number}}", "200"): _PULL,
    ("get", f"{REPO}/pulls", "200"): [_PULL],
    ("get", f"{REPO}/pulls/{{pull_number}}/files", "200"): [
        {"filename": {}, "status": {}, "patch": {}}
    ],
    ("get", f"{REPO}/commits/{{ref}}/check-runs", "200"): {
        "total_count": {},
        "check_runs": [_CHECK],
    },
    ("post", f"{REPO}/check-runs", "201"): _CHECK,
    ("patch", f"{REPO}/check-runs/{{check_run_id}}", "200"): _CHECK,
    ("get", f"{REPO}/actions/runs/{{run_id}}/artifacts", "200"): {
        "total_count": {},
        "artifacts": [_ARTIFACT],
    },
    ("get", f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}", "302"): None,
    ("get", f"{REPO}/contents/{{path}}", "200"): None,
}
"""Of each operation and status the fields of the answer that the model sends."""

_KEPT = ("type", "enum", "format", "maxLength", "minItems", "maxItems", "required")


def cut(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the excerpt of a description."""
    operations: dict[str, Any] = {}
    for (method, path, status), fields in ANSWERS.items():
        operation = document["paths"][path][method]
        answer = _resolved(operation["responses"][status], document)
        operations[f"{method} {path}"] = {
            "query": sorted(_queries(operation, document)),
            "body": _body(operation, document),
            "status": int(status),
            "answer": None if fields is None else _picked(_json(answer), fields, document),
        }
    return {
        "source": "npm @octokit/openapi, generated/api.github.com.json (MIT)",
        "version": document["info"]["version"],
        "operations": operations,
    }


def _queries(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        found = _resolved(parameter, document)
        if found["in"] == "query":
            yield found["name"]


def _json(part: Mapping[str, Any]) -> Any:
    return part["content"]["application/json"]["schema"]


def _body(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    asked = operation.get("requestBody")
    return _whole(_json(asked), document) if asked else None


def _resolved(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        found: Any = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def _whole(schema: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with all that it says of types, closed to fields that it does not name."""
    node = _resolved(schema, document)
    kept = _plain(node)
    for name in ("oneOf", "anyOf"):
        if name in node:
            kept["anyOf"] = [_open(_whole(one, document)) for one in node[name]]
    if "properties" in node:
        kept["properties"] = {k: _whole(v, document) for k, v in node["properties"].items()}
        kept["additionalProperties"] = False
    if "items" in node:
        kept["items"] = _whole(node["items"], document)
    return kept


def _open(schema: dict[str, Any]) -> dict[str, Any]:
    """An alternative only adds to what is said around it."""
    return {key: value for key, value in schema.items() if key != "additionalProperties"}


def _picked(schema: Mapping[str, Any], fields: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of the fields that are sent, closed to all others."""
    node = _resolved(schema, document)
    if isinstance(fields, list):
        return {**_plain(node), "items": _picked(node["items"], fields[0], document)}
    if not fields:
        return _whole(node, document)
    properties = node["properties"] if "properties" in node else _joined(node, document)
    kept = _plain(node)
    kept["required"] = [name for name in node.get("required", ()) if name in fields]
    kept["properties"] = {k: _picked(properties[k], v, document) for k, v in fields.items()}
    kept["additionalProperties"] = False
    return kept


def _joined(node: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    parts = [one for name in ("allOf", "anyOf", "oneOf") for one in node.get(name, ())]
    found: dict[str, Any] = {}
    for part in parts:
        found.update(_resolved(part, document).get("properties", {}))
    return found


def _plain(node: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: node[key] for key in _KEPT if key in node}
    if node.get("nullable") and "type" in kept:
        kept["type"] = [kept["type"], "null"]
        if "enum" in kept:
            kept["enum"] = [*kept["enum"], None]
    return kept


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    EXCERPT.write_text(json.dumps(cut(whole), indent=1) + "\n", encoding="utf-8")
