from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gate.environments.interpreter import Interpreter, allows, candidates, choose, probe
from gate.errors import InstallError, UsageError
from gate.model import Side


def python(
    version: str, name: str = "python", *, implementation: str = "CPython", **more: bool
) -> Interpreter:
    major, minor, micro = (int(each) for each in version.split("."))
    return Interpreter(
        path=Path("/bin", name),
        implementation=implementation,
        version=(major, minor, micro),
        **{"final": True, **more},
    )


HERE = (
    python("3.8.18"),
    python("3.12.1"),
    python("3.12.4", "bare", headers=False),
    python("3.12.4", "full"),
    python("3.13.0"),
    python("3.13.1", free_threaded=True),
    python("3.14.0", final=False),
    python("3.11.9", implementation="PyPy"),
)


@pytest.mark.parametrize(
    ("base", "head", "asked", "expected"),
    [
        ("", "", None, "CPython 3.13.0"),
        (">=3.8", "<3.13", None, "CPython 3.12.4"),
        ("<3.13", ">=3.9", None, "CPython 3.12.4"),
        ("!=3.13.*", "", None, "CPython 3.12.4"),
        ("", "", "3.12", "CPython 3.12.4"),
        ("", "", "3.12.1", "CPython 3.12.1"),
        (">=3.13", "", "3.12.1", "CPython 3.12.1"),
        ("", "", "3.14", "CPython 3.14.0"),
    ],
)
def test_the_newest_that_both_sides_support(
    base: str, head: str, asked: str | None, expected: str
) -> None:
    assert str(choose(HERE, {Side.BASE: base, Side.HEAD: head}, asked)) == expected


def test_of_equals_the_one_that_can_compile_extensions() -> None:
    assert choose(HERE, {}, "3.12").path == Path("/bin/full")


def test_what_is_asked_for_and_absent_is_an_error_of_usage() -> None:
    with pytest.raises(UsageError, match=r"Python 3\.10 .*CPython 3\.12\.1 \(/bin/python\)"):
        choose(HERE, {}, "3.10")
    with pytest.raises(UsageError, match=r"Python 3\.1 "):
        choose(HERE, {}, "3.1")


def test_no_interpreter_for_both_sides_is_an_error_of_installing() -> None:
    with pytest.raises(InstallError, match=r"base requires '<3\.9', head requires 'any'"):
        choose(HERE, {Side.BASE: "<3.9", Side.HEAD: ""}, None)


@pytest.mark.parametrize(
    ("specifiers", "yes", "no"),
    [
        (">=3.9", "3.9.0 3.13.1", "3.8.18"),
        (">=3.9,<3.13", "3.12.9", "3.13.0 3.8.9"),
        (">3.9", "3.9.1 3.10.0", "3.9.0"),
        ("<=3.12", "3.12.0 3.11.9", "3.12.1"),
        ("~=3.9", "3.9.0 3.13.0", "3.8.9"),
        ("~=3.9.2", "3.9.2 3.9.9", "3.9.1 3.10.0"),
        ("==3.12.*", "3.12.0 3.12.9", "3.13.0"),
        ("!=3.12.*,>=3.9", "3.13.0", "3.12.4 3.8.1"),
        ("== 3.12.1", "3.12.1", "3.12.0"),
        ("!=3.12.1", "3.12.0", "3.12.1"),
        (">=3.9,<4.0.dev0", "3.13.0", "3.8.0"),
        ("<4", "3.13.0", "4.0.0"),
        ("", "3.9.0", ""),
        ("nonsense", "3.9.0", ""),
    ],
)
def test_specifiers(specifiers: str, yes: str, no: str) -> None:
    def verdicts(versions: str) -> set[bool]:
        return {allows(specifiers, python(each).version) for each in versions.split()}

    assert verdicts(yes) == {True}
    assert verdicts(no) <= {False}


def test_candidates_are_verified_by_running_them(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    scripts = {
        "3.9.1": "#!/bin/sh\nexit 1\n",
        "3.10.1": "#!/bin/sh\necho something else\n",
        "3.11.1": "#!/bin/sh\necho '[]'\n",
        "3.12.1": "#!/no/such/program\n",
        "3.13.1": "\0 of another architecture",
    }
    for version, script in scripts.items():
        path = versions / version / "bin" / f"python{version[:-2]}"
        path.parent.mkdir(parents=True)
        path.write_text(script)
        path.chmod(0o755)
    (versions / "3.8.1" / "bin").mkdir(parents=True)
    (versions / "3.8.1" / "bin" / "python3.8").touch()
    environ = {"PYENV_ROOT": str(tmp_path), "PATH": "", "HOME": str(tmp_path)}
    found = candidates(environ)
    assert found[0] == Path(sys.executable).resolve()
    planted = {each.name for each in found if tmp_path in each.parents}
    assert planted == {f"python3.{minor}" for minor in range(9, 14)}
    answered = probe(found, {"PATH": os.environ["PATH"]})
    assert answered[0].version == sys.version_info[:3]
    assert not any(tmp_path in each.path.parents for each in answered)
