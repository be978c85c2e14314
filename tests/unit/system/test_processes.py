from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gate.system.processes import OUTPUT_CAP, Command, run, run_together

NEVER_S = 1e6
"""Even where a machine is suspended meanwhile and its clock leaps."""
ENV = {"PATH": os.environ["PATH"]}


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def dies(pid: int) -> bool:
    """Whether a process that was sent SIGKILL is gone, once the kernel has had its turn."""
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        os.sched_yield()
    return not is_alive(pid)


@pytest.mark.parametrize(
    ("code", "status", "output"),
    [
        ("print('out')", 0, "out\n"),
        ("import sys; sys.stderr.write('err'); sys.exit(3)", 3, "err"),
        ("import os; os.kill(os.getpid(), 15)", -15, ""),
        ("import sys; print(repr(sys.stdin.read()))", 0, "''\n"),
        ("import os; os.write(1, b'\\xff')", 0, "\ufffd"),
        ("import os; os.close(1); os.close(2); [i * i for i in range(10**6)]", 0, ""),
    ],
)
def test_status_and_merged_output_come_back(
    tmp_path: Path, code: str, status: int, output: str
) -> None:
    done = run(python(code), cwd=tmp_path, env=ENV, timeout_s=60)
    assert (done.status, done.output) == (status, output)


def test_the_environment_is_only_what_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    done = run(["env"], cwd=tmp_path, env={**ENV, "ONLY": "1"}, timeout_s=60)
    assert sorted(done.output.split()) == sorted([f"PATH={ENV['PATH']}", "ONLY=1"])


def test_only_the_end_of_a_flood_is_kept_and_all_of_it_is_logged(tmp_path: Path) -> None:
    flood = "for i in range(100_000): print(i)"
    log = tmp_path / "log"
    done = run(python(flood), cwd=tmp_path, env=ENV, timeout_s=60, log=log)
    assert len(done.output) == OUTPUT_CAP
    assert done.output.endswith("99998\n99999\n")
    assert log.read_text().splitlines() == [str(i) for i in range(100_000)]


def test_what_takes_too_long_is_killed_with_its_group(tmp_path: Path) -> None:
    """A child that ignores SIGTERM and keeps the pipe open is no reason to wait."""
    code = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
        time.sleep(600)
    """
    done = run(python(code), cwd=tmp_path, env=ENV, timeout_s=1)
    assert done.status is None
    assert dies(int(done.output))


def test_what_a_program_leaves_in_its_group_ends_with_it(tmp_path: Path) -> None:
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    done = run(python(code), cwd=tmp_path, env=ENV, timeout_s=60)
    assert done.status == 0
    assert dies(int(done.output))


@pytest.fixture
def interruptions() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt, also where a shell started us with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptions")
def test_an_exception_in_this_process_kills_the_group(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    os.mkfifo(pids)
    code = f"""
        import os, subprocess, time
        child = subprocess.Popen(["sleep", "600"])
        open({str(pids)!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
        time.sleep(600)
    """
    seen: list[int] = []

    def interrupt_when_started() -> None:
        seen.extend(int(pid) for pid in pids.read_text().split())
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=interrupt_when_started)
    watcher.start()
    with pytest.raises(KeyboardInterrupt):
        run(python(code), cwd=tmp_path, env=ENV, timeout_s=NEVER_S)
    watcher.join()
    assert len(seen) == 2
    assert all(dies(pid) for pid in seen)


def test_programs_run_side_by_side(tmp_path: Path) -> None:
    """Each waits for the other through a pair of pipes, so that one after the other would hang."""
    os.mkfifo(tmp_path / "one")
    os.mkfifo(tmp_path / "two")
    first = "open('one', 'w').write('a'); print(open('two').read())"
    second = "print(open('one').read()); open('two', 'w').write('b')"
    both = run_together(
        [
            Command(args=python(code), cwd=tmp_path, env=ENV, timeout_s=60)
            for code in (first, second)
        ]
    )
    assert [(done.status, done.output) for done in both] == [(0, "b\n"), (0, "a\n")]


def test_a_program_that_is_not_there_takes_the_others_with_it(tmp_path: Path) -> None:
    commands = [
        Command(args=[name, "600"], cwd=tmp_path, env=ENV, timeout_s=60)
        for name in ("sleep", "no-such-program")
    ]
    before = set(psutil.Process().children())
    with pytest.raises(FileNotFoundError):
        run_together(commands)
    assert set(psutil.Process().children()) <= before


REAPER = """
import os, signal, subprocess, sys
from gate.system.processes import become_subreaper, reap_descendants

become_subreaper()
daemon = '''
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
print(os.getpid(), flush=True)
os.close(1)
signal.pause()
'''
starts = [
    subprocess.run([sys.executable, "-c", daemon], stdout=subprocess.PIPE, check=True)
    for _ in range(5)
]
pids = [int(start.stdout) for start in starts]
for pid in pids:
    os.kill(pid, 0)
print("left", reap_descendants(30))
print("alive", [pid for pid in pids if os.path.exists(f"/proc/{pid}")])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
def test_daemons_that_forked_twice_and_ignore_sigterm_are_reaped() -> None:
    """They have left session, group and parent: only a subreaper still finds them."""
    done = subprocess.run(python(REAPER), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["left 0", "alive []"]


DROPPED = "-sys_ptrace,-sys_admin,-perfmon"
READER = """\
import os, subprocess, sys
from gate.system.processes import become_unreadable
if len(sys.argv) > 1:
    become_unreadable()
reader = "open('/proc/%d/environ').read(); print('read')" % os.getpid()
done = subprocess.run([sys.executable, "-c", reader], capture_output=True, text=True)
print(done.stdout.strip() or "refused")
"""


@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv drops capabilities")
@pytest.mark.parametrize(("arguments", "seen"), [([], "read"), (["please"], "refused")])
def test_an_unreadable_process_hides_its_environment(arguments: list[str], seen: str) -> None:
    """As in a container: the same user, root or not, without what Docker does not give."""
    without = ["setpriv", f"--bounding-set={DROPPED}"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*without, sys.executable, "-c", READER, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == seen
