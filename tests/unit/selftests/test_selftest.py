"""Where selftest plants, and what it makes of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.errors import MeasureError
from gate.selftests.trials import Spot, find_spot

FUNCTIONS = [("def", "shared"), ("def", "rare"), ("async def", "waits")]
CODE = "".join(f"{one} {name}(x):\n    return x\n" for one, name in FUNCTIONS)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src" / "thing").mkdir(parents=True)
    (tmp_path / "src" / "thing" / "core.py").write_text(CODE)
    return tmp_path


def test_the_function_that_the_fewest_benchmarks_reach_is_chosen(tree: Path) -> None:
    shared, rare = ("lib/thing/core.py", "shared"), ("lib/thing/core.py", "rare")

    spot = find_spot(tree, {"a": frozenset({shared, rare}), "b": frozenset({shared})})

    assert spot == Spot(file=spot.file, qualname="rare", rows=frozenset({"a"}))
    assert str(spot.file) == "src/thing/core.py"


@pytest.mark.parametrize(
    "place",
    [
        ("lib/thing/core.py", "waits"),
        ("lib/thing/core.py", "absent"),
        ("lib/other/core.py", "f"),
        ("std/json/decoder.py", "decode"),
        ("tree/tests/test_core.py", "test_rare"),
        ("<string>", "f"),
    ],
)
def test_what_cannot_be_planted_into_is_not_chosen(tree: Path, place: tuple[str, str]) -> None:
    with pytest.raises(MeasureError, match="no benchmark reaches a plain function"):
        find_spot(tree, {"a": frozenset({place})})
