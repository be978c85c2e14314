"""A guest's account of a life is checked before it is believed."""

from __future__ import annotations

from typing import Any

import pytest

from gate.proof.life import ClassBody, Definition, Life, Statement, parse_life

RAW: dict[str, Any] = {
    "entries": [["tree/m.py", "f", "code", 3, 70]],
    "outlines": {
        "tree/m.py": [["class", "A", "h", [["stmt", "s", 1], ["def", "A.f", "h", "w"]]]],
    },
    "references": ["f"],
    "readers": ["f_lineno"],
    "files": {"tree/data": "1"},
    "folders": {"tree": "2"},
    "libraries": {"lib/x.so": "3"},
    "flags": ["uses threads"],
}


def test_every_part_arrives() -> None:
    inner = (Statement(digest="s", count=1), Definition(qualname="A.f", header="h", whole="w"))
    assert parse_life(RAW) == Life(
        functions={("tree/m.py", "f", "code"): (3, 70)},
        outlines={"tree/m.py": (ClassBody(qualname="A", header="h", items=inner),)},
        references=frozenset({"f"}),
        readers=frozenset({"f_lineno"}),
        files={"tree/data": "1"},
        folders={"tree": "2"},
        libraries={"lib/x.so": "3"},
        flags=frozenset({"uses threads"}),
    )


@pytest.mark.parametrize("missing", RAW)
def test_no_part_may_be_missing(missing: str) -> None:
    with pytest.raises(ValueError, match="not the account of a life"):
        parse_life({name: value for name, value in RAW.items() if name != missing})


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": [["tree/m.py", "f", "code"]]},
        {"entries": [["tree/m.py", "f", "code", True, 70]]},
        {"entries": [["tree/m.py", "f", "code", "3", 70]]},
        {"entries": {"tree/m.py": 1}},
        {"outlines": {"m": [["stmt", "s"]]}},
        {"outlines": {"m": [["strange", "s"]]}},
        {"outlines": {"m": [["stmt", "s", 1.5]]}},
        {"files": {"data": 1}},
        {"flags": "uses threads"},
        {"references": [1]},
        {"readers": "f_lineno"},
    ],
)
def test_nothing_of_another_shape_is_believed(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not the account of a life"):
        parse_life({**RAW, **wrong})
