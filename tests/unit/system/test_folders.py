from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gate.system.folders import Workspace, cache_folder, remove


def test_others_may_pass_the_workspace_and_not_look_and_it_goes_away(tmp_path: Path) -> None:
    with Workspace(tmp_path / "out") as folder:
        assert folder.parent == tmp_path / "out"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o711
        (folder / "file").write_text("x")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_workspace_goes_away_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Workspace(tmp_path):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


READ_ONLY = """
import os, sys, tempfile
from pathlib import Path
from gate.system.folders import remove

if os.getuid() == 0:  # whom no permission stops
    os.setuid(65534)
with tempfile.TemporaryDirectory() as parent:
    folder = Path(parent, "folder")
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").touch()
    outside = Path(parent, "outside")
    outside.mkdir(mode=0o500)
    (folder / "a" / "link").symlink_to(outside)
    for each in (folder / "a" / "b" / "file", folder / "a" / "b", folder / "a", folder):
        each.chmod(0o000)
    remove(folder)
    print(folder.exists(), oct(outside.stat().st_mode & 0o777))
"""


def test_read_only_folders_go_away_and_links_are_not_followed() -> None:
    script = [sys.executable, "-c", READ_ONLY]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0o500"]


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    assert tmp_path.exists()


def test_the_cache_lies_where_the_user_says(tmp_path: Path) -> None:
    otherwise = tmp_path / "run"
    xdg = cache_folder({"XDG_CACHE_HOME": str(tmp_path / "xdg")}, otherwise=otherwise)
    home = cache_folder({"HOME": str(tmp_path / "home")}, otherwise=otherwise)
    assert (xdg, home) == (tmp_path / "xdg/perf-gate", tmp_path / "home/.cache/perf-gate")
    assert xdg.is_dir()
    assert home.is_dir()


def test_a_cache_that_cannot_be_written_moves_into_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = cache_folder({"XDG_CACHE_HOME": str(tmp_path / "file")}, otherwise=tmp_path / "run")
    assert found == tmp_path / "run" / "cache"
    assert found.is_dir()
