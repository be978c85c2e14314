"""What lies on the disk of each side, and which of it forbids any proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.isolation import Cell
from gate.measure.guests import Seat
from gate.model import Side
from gate.proof.disk import Disk, differing, incomparable, read

LIBRARY = "base/venv/lib/python3.13/site-packages"
FILES = {
    "base/tree/src/own/m.py": "X = 1",
    "base/tree/data.txt": "1",
    "base/tree/pytest.ini": "[pytest]",
    "base/tree/__pycache__/m.pyc": "",
    f"{LIBRARY}/own/m.py": "X = 1",
    f"{LIBRARY}/own/made.py": "X = 2",
    f"{LIBRARY}/own/fast.so": "3",
    f"{LIBRARY}/own-1.dist-info/RECORD": "4",
    f"{LIBRARY}/owner.py": "X = 5",
}


def lay(folder: Path) -> Seat:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Seat(
        side=Side.BASE,
        python=folder / "base/venv/bin/python",
        tree=folder / "base/tree/src",
        environ={},
        packages=("own",),
        own=(folder / "base",),
        elsewhere=folder / "head",
        library=folder / "guest",
        log=folder / "log",
        cell=Cell(side=Side.BASE, home=folder / "base"),
    )


def test_the_export_and_what_is_installed_are_told_apart(tmp_path: Path) -> None:
    disk = read(lay(tmp_path))
    assert disk.python == {"src/own/m.py": b"X = 1", "installed/own/made.py": b"X = 2"}
    assert disk.data.keys() == {"data.txt", "pytest.ini", "installed/own/fast.so"}
    assert disk.foreign.keys() == {"owner.py"}
    assert disk.options == {"pytest.ini": {"pytest": {}}}


def test_files_differ_by_content_and_by_being_there(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    for path, text in ((one, "1"), (same, "1"), (other, "2")):
        path.write_text(text)
    assert differing({"a": one, "b": one, "c": one}, {"a": same, "b": other, "d": one}) == {
        *("b", "c", "d")
    }


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ({}, None),
        ({"options": {"pytest.ini": 1}}, "pytest's options differ"),
        ({"foreign": {"x.pth": Path("x")}}, "x.pth, which is installed beside the target, differs"),
    ],
)
def test_what_makes_sides_incomparable(head: dict[str, object], why: str | None) -> None:
    nothing: dict[str, object] = {"python": {}, "data": {}, "foreign": {}, "options": {}}
    one, other = Disk(**nothing), Disk(**{**nothing, **head})  # type: ignore[arg-type]
    assert incomparable(one, other) == why
