from __future__ import annotations

import subprocess
from pathlib import Path

from gate.isolation import Allowance, Policy, Role, confine
from gate.model import Side
from tests.unit.isolation.confined import answers_of
from tests.unit.isolation.machines import confining, homes, python


def test_files_are_written_at_home_and_nowhere_else(tmp_path: Path) -> None:
    home, other = homes(tmp_path, confining())[Side.HEAD], tmp_path / Side.BASE
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (open_to_all / "secret").write_text("x")
    (home / "link").symlink_to(open_to_all / "secret")
    source = f"""
home, other, open_to_all = {str(home)!r}, {str(other)!r}, {str(open_to_all)!r}
os.mkdir(home + "/a")
answers = {{
    "home": of(lambda: write(home + "/file")),
    "tmp": of(lambda: write(os.environ["TMPDIR"] + "/file")),
    "to another folder": of(lambda: move(home + "/one", home + "/a/two")),
    "shared memory": of(lambda: (write("/dev/shm/" + str(os.getpid())),
                                 os.unlink("/dev/shm/" + str(os.getpid())))),
    "nothing": of(lambda: write("/dev/null")),
    "other side, list": of(lambda: os.listdir(other)),
    "other side, write": of(lambda: write(other + "/file")),
    "elsewhere, read": of(lambda: open(open_to_all + "/secret")),
    "elsewhere, write": of(lambda: write(open_to_all + "/file")),
    "by a link": of(lambda: open(home + "/link")),
    "root": of(lambda: write("/file")),
    "proc": of(lambda: write("/proc/self/oom_score_adj")),
}}"""
    answers = answers_of(source, home, confining())
    worked = {name for name, error in answers.items() if not error}

    assert worked == {"home", "tmp", "to another folder", "shared memory", "nothing"}
    assert set(answers.values()) == {"", "EACCES"}


def test_what_is_given_can_be_read_or_written(tmp_path: Path) -> None:
    home = homes(tmp_path, confining())[Side.HEAD]
    reads, writes, allowed = (tmp_path / name for name in ("reads", "writes", "allowed"))
    for each in (reads, writes, allowed):
        each.mkdir()
        each.chmod(0o777)
        (each / "file").write_text("x")
    under = Policy(
        parts=confining().parts,
        landlock=confining().landlock,
        allowance=Allowance(paths=(str(allowed),)),
    )
    source = f"""
places = [{str(reads)!r}, {str(writes)!r}, {str(allowed)!r}]
answers = [[of(lambda: open(each + "/file")), of(lambda: write(each + "/new"))] for each in places]
"""
    given = {"readable": [reads], "writable": [writes]}
    assert answers_of(source, home, under, **given) == [["", "EACCES"], ["", ""], ["", "EACCES"]]


def test_a_virtual_environment_is_read_by_its_own_interpreter(tmp_path: Path) -> None:
    home, folder = homes(tmp_path, confining())[Side.HEAD], tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(python())
    (folder / "pyvenv.cfg").write_text(f"home = {python().resolve().parent}\n")
    args = [str(folder / "bin" / "python"), "-I", "-c", "import sys; print(sys.prefix)"]
    launch = confine(confining(), args, env={}, side=Side.HEAD, role=Role.MEASURE, home=home)
    done = subprocess.run(
        launch.args, env=launch.env, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == str(folder), done.stderr


def test_a_link_in_place_of_a_given_folder_opens_nothing(tmp_path: Path) -> None:
    """Else code of a change could have the next process of its side read what it points at."""
    home, secret = homes(tmp_path, confining())[Side.HEAD], tmp_path / "secret"
    secret.mkdir()
    secret.chmod(0o777)
    (tmp_path / "given").symlink_to(secret)
    given = {"readable": [tmp_path / "given"], "writable": [tmp_path / "given"]}
    source = f"answers = of(lambda: os.listdir({str(secret)!r}))"
    assert answers_of(source, home, confining(), **given) == "EACCES"
