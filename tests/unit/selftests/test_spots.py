"""Which function is worth planting into."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from gate.errors import MeasureError
from gate.job import Job
from gate.model import Finding, Level
from gate.revisions.git import Git
from gate.selftests.lab import Lab, Place
from gate.selftests.spots import Candidate, candidates, ranked
from tests.unit.selftests.rows import row

CODE = "def shared(x):\n    return x\nasync def rare(x):\n    return x\none_line = lambda: 1\n"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    for name in ("part/src/thing/core.py", "part/flat.py", "part/tests/test_core.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(CODE)
    (tmp_path / "part/latin.py").write_bytes("# ö\ndef shared():\n    return 1\n".encode("latin-1"))
    return Lab(
        job=Job(repository=tmp_path, out=tmp_path, working_directory=PurePosixPath("part")),
        git=Git(git_dir=tmp_path / ".git", home=tmp_path, borrowed=None),
        tree=tmp_path,
    )


def test_functions_are_found_in_the_files_of_the_repository(lab: Lab) -> None:
    core, flat = ("lib/thing/core.py", "rare"), ("tree/flat.py", "shared")

    found = candidates(lab, {"a": {core: 2, flat: 7}, "b": {flat: 9}})

    assert found == [
        Candidate(place=_place("part/src/thing/core.py", "rare"), counts={"a": 2}),
        Candidate(place=_place("part/flat.py", "shared"), counts={"a": 7, "b": 9}),
    ]


@pytest.mark.parametrize(
    ("where", "qualname"),
    [
        ("lib/thing/core.py", "absent"),
        ("lib/thing/core.py", "<lambda>"),
        ("lib/other/core.py", "shared"),
        ("std/json/decoder.py", "decode"),
        ("tree/tests/test_core.py", "shared"),
        ("lib/latin.py", "shared"),
        ("<string>", "shared"),
    ],
)
def test_what_cannot_be_planted_into_is_no_candidate(lab: Lab, where: str, qualname: str) -> None:
    assert candidates(lab, {"a": {(where, qualname): 1}}) == []


def _place(file: str, qualname: str) -> Place:
    return Place(file=PurePosixPath(file), qualname=qualname)


def _candidate(name: str, **counts: int) -> Candidate:
    return Candidate(place=_place("x.py", name), counts=counts)


def _rows(*rows: Finding) -> dict[str, Finding]:
    return {one.benchmark.name: one for one in rows}


ROWS = _rows(
    *(row(name) for name in ("quiet", "calm", *"abcdef")),
    row("loud", sees=0.2),
    row("unknown", sees=None),
    row("short", base_s=5e-6),
    row("brief", base_s=50e-6),
    row("long", base_s=100e-3),
    row("slow", base_s=1.0),
)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (_candidate("x", quiet=2, calm=2), _candidate("a", **dict.fromkeys(ROWS, 2))),
        (_candidate("x", quiet=2), _candidate("a", short=2)),
        (_candidate("x", quiet=2), _candidate("a", quiet=5000)),
        (_candidate("x", quiet=2), _candidate("a", quiet=3)),
        (_candidate("x", quiet=2), _candidate("a", loud=2)),
        (_candidate("x", quiet=2), _candidate("a", unknown=2)),
        (_candidate("x", quiet=2), _candidate("a", absent=2, calm=2)),
        (_candidate("x", quiet=2), _candidate("a", a=2, b=2, c=2, d=2, e=2)),
        (_candidate("x", quiet=2), _candidate("a", quiet=2, long=2)),
        (_candidate("x", quiet=2), _candidate("a", slow=2)),
        (_candidate("x", quiet=2), _candidate("a", brief=2)),
        (_candidate("x", quiet=2, calm=2), _candidate("a", quiet=2)),
    ],
    ids=[
        *("reached by all", "no room", "called too often", "called once", "loud", "noise unknown"),
        *("not measured", "many rows", "unlike rows", "slow", "little room", "one row"),
    ],
)
def test_the_most_promising_comes_first(better: Candidate, worse: Candidate) -> None:
    assert ranked([worse, better], ROWS) == [better, worse]


def test_the_second_best_is_one_of_other_rows() -> None:
    first, same, other = (
        _candidate("first", quiet=2, calm=2),
        _candidate("same", quiet=2),
        _candidate("other", loud=2),
    )

    assert ranked([other, same, first], ROWS) == [first, other, same]


@pytest.mark.parametrize(
    "rows",
    [_rows(), _rows(row("quiet", base_s=None)), _rows(row("quiet", level=Level.OFF))],
    ids=["no rows", "not measured", "not judged"],
)
def test_without_a_judged_row_there_is_no_spot(rows: dict[str, Finding]) -> None:
    with pytest.raises(MeasureError, match="no benchmark reaches a plain function"):
        ranked([_candidate("x", quiet=2)], rows)
