from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from gate.isolation import Level, Part, Policy, answering, probe_level, trial
from gate.isolation.probes import attacks
from tests.unit.isolation.machines import NOBODY, ROOT, confining, full, open_to_all, python

ALL = ",".join(Part)


@functools.cache
def _besieged(*, user: int, parts: str) -> Any:
    """What a supervisor found in a folder that everybody may pass and write, as a runner's are."""
    if not open_to_all(ROOT / "gate" / "errors.py"):
        pytest.skip(f"other users cannot read the checkout {ROOT}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        done = subprocess.run(
            [python(), "-m", "tests.unit.isolation.besieged", str(user), parts, folder],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _opened(told: Any) -> set[str]:
    return {name for name, answer in told["answers"].items() if answer == "open"}


def test_there_are_25_probes() -> None:
    nowhere = {"supervisor": 0, "other_folder": "", "other_process": 0}
    assert len(attacks.attacks(nowhere)) == 25


def test_at_level_full_no_probe_succeeds() -> None:
    full()
    told = _besieged(user=0, parts=ALL)

    assert told["level"] == Level.FULL
    assert told["missing"] == []
    assert _opened(told) == set()
    assert "absent" not in told["answers"].values()


def test_without_isolation_the_probes_do_find_what_is_open() -> None:
    full()
    opened = _opened(_besieged(user=0, parts=""))

    assert len(opened) >= 15
    assert {"the checkout's credentials", "the Docker socket", "another user"} <= opened


def test_a_user_of_its_own_alone_leaves_open_what_is_readable_by_all() -> None:
    full()
    opened = _opened(_besieged(user=0, parts=f"{Part.USERS},{Part.PRIVILEGES}"))

    assert {"the checkout's credentials", "the event", "the network, by TCP"} <= opened
    assert not opened & {"the Docker socket", "tracing perf-gate", "files of the other side, read"}


def test_without_root_it_is_level_user_and_only_sockets_of_the_own_user_are_open() -> None:
    if os.getuid() == 0:
        full()  # else we cannot become somebody else
    confining()
    told = _besieged(user=0 if os.getuid() else NOBODY, parts=ALL)

    assert told["level"] == Level.USER
    assert len(told["missing"]) == 1
    assert told["missing"][0].startswith("Both sides run as the user who started perf-gate")
    assert _opened(told) == {"the Docker socket"}


def test_no_answer_of_a_probe_shows_what_it_found() -> None:
    full()
    assert _besieged(user=0, parts="")["shown"] == []


def test_an_interpreter_that_only_its_owner_can_start_is_named(tmp_path: Path) -> None:
    full()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "python").symlink_to(python())
    found = probe_level([answering(closed / "python")])

    assert found.level is Level.USER
    assert str(closed) in found.missing[0]


def test_every_program_that_is_needed_counts(tmp_path: Path) -> None:
    needed = [answering(python()), [str(tmp_path / "installer")]]
    assert probe_level(needed).level is Level.NONE


def test_a_step_that_fails_is_named_and_the_program_is_not_started() -> None:
    confining()
    too_new = Policy(parts=frozenset({Part.PRIVILEGES, Part.FILES}), landlock=0)
    done = trial(too_new, answering(python()))  # a ruleset of nothing

    assert done.returncode == 125
    assert done.stdout.startswith("perf-gate: launcher: files: ")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = trial(confining(), [str(tmp_path / "nothing")])

    assert done.returncode == 125
    assert "perf-gate: launcher: start: " in done.stdout


def test_the_probes_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    probe_level([answering(python())])
    assert list(tmp_path.iterdir()) == []
