from __future__ import annotations

import marshal
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gate.isolation import Allowance, Level, Limits, Policy, Role, confine
from gate.isolation.launcher import PREFIX, SETTINGS
from gate.model import Side
from tests.unit.isolation.confined import answers_of
from tests.unit.isolation.machines import confining, full, homes, python

FAMILIES = """
names = ("AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK")
kinds = {name: getattr(socket, name) for name in names}
answers = [name for name, kind in kinds.items() if not of(lambda: socket.socket(kind, 2).close())]
"""


@pytest.mark.parametrize(
    ("role", "allowance", "expected"),
    [
        (Role.MEASURE, Allowance(), ["AF_UNIX"]),
        (Role.INSTALL, Allowance(), ["AF_UNIX", "AF_INET", "AF_INET6"]),
        (Role.MEASURE, Allowance(sockets=True), ["AF_UNIX", "AF_INET", "AF_INET6"]),
    ],
)
def test_there_is_a_network_while_installing_or_where_it_is_allowed(
    tmp_path: Path, role: Role, allowance: Allowance, expected: list[str]
) -> None:
    under = Policy(parts=confining().parts, landlock=confining().landlock, allowance=allowance)
    home = homes(tmp_path, under)[Side.HEAD]
    assert answers_of(FAMILIES, home, under, role=role) == expected


CALLS = """
new_user, new_net = 0x10000000, 0x40000000
answers = {
    "ptrace": of(call(101, 117, 0, 0, 0, 0)),
    "process_vm_readv": of(call(310, 270, os.getpid(), 0, 0, 0, 0, 0)),
    "process_vm_writev": of(call(311, 271, os.getpid(), 0, 0, 0, 0, 0)),
    "mount": of(call(165, 40, 0, 0, 0, 0, 0)),
    "bpf": of(call(321, 280, 0, 0, 0)),
    "perf_event_open": of(call(298, 241, 0, 0, -1, -1, 0)),
    "keyctl": of(call(250, 219, 0, 0, 0)),
    "unshare": of(call(272, 97, new_user)),
    "setns": of(call(308, 268, 0, 0)),
    "clone": of(call(56, 220, new_user | 17, 0, 0, 0, 0)),
    "clone3": of(call(435, 435, 0, 0)),
    "kexec_load": of(call(246, 104, 0, 0, 0, 0)),
    "io_uring_setup": of(call(425, 425, 1, 0)),
    "ioctl": of(call(16, 29, 0, 0x5412, 0)),
    "prlimit64": of(call(302, 261, 1, 7, 0, 0)),
    "pidfd_getfd": of(call(438, 438, 0, 0, 0)),
    "userfaultfd": of(call(323, 282, 0)),
}
"""


def test_calls_that_reach_out_of_the_process_are_refused(tmp_path: Path) -> None:
    answers = answers_of(CALLS, homes(tmp_path, confining())[Side.HEAD], confining())
    assert {name for name, error in answers.items() if error != "EPERM"} == {"clone3"}
    assert answers["clone3"] == "ENOSYS"


HARMLESS = """
pair = socket.socketpair()
pair[0].sendall(b"x")
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
done = subprocess.run([sys.executable, "-I", "-S", "-c", "print(1)"], stdout=subprocess.PIPE)
child = os.fork()
if not child:
    os._exit(3)
answers = [done.stdout.decode(), os.waitpid(child, 0)[1] >> 8, len(os.urandom(8))]
"""


def test_threads_children_and_pairs_of_sockets_work(tmp_path: Path) -> None:
    home = homes(tmp_path, confining())[Side.HEAD]
    assert answers_of(HARMLESS, home, confining()) == ["1\n", 3, 8]


def test_descriptors_are_closed_but_for_those_that_are_given(tmp_path: Path) -> None:
    home = homes(tmp_path, confining())[Side.HEAD]
    kept, closed = os.pipe(), os.pipe()
    source = f"answers = [of(lambda: os.fstat(each)) for each in ({kept[0]}, {closed[0]})]"
    try:
        for each in (*kept, *closed):
            os.set_inheritable(each, True)
        answers = answers_of(source, home, confining(), descriptors=[kept[0]])
    finally:
        for each in (*kept, *closed):
            os.close(each)
    assert answers == ["", "EBADF"]


def test_limits_hold_and_no_core_is_left(tmp_path: Path) -> None:
    under = Policy(
        parts=full().parts, landlock=full().landlock, limits=Limits(processes=7, file_bytes=4096)
    )
    source = """
import resource
kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC)
answers = [resource.getrlimit(each) for each in kinds]
"""
    home = homes(tmp_path, under)[Side.HEAD]
    assert answers_of(source, home, under) == [[0, 0], [4096, 4096], [7, 7]]


WHO = """
with open("/proc/self/status") as status:
    lines = dict(line.split(":", 1) for line in status.read().splitlines())
answers = {name: lines[name].split() for name in
           ("Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "CapPrm", "CapInh", "CapAmb")}
"""


def test_each_side_has_a_user_of_its_own_and_no_privileges(tmp_path: Path) -> None:
    under = full()
    at = homes(tmp_path, under)
    base, head = (answers_of(WHO, at[side], under, side=side) for side in Side)

    assert {*base["Uid"], *base["Gid"]} == {str(under.user(Side.BASE))}
    assert {*head["Uid"], *head["Gid"]} == {str(under.user(Side.HEAD))}
    assert base["Uid"] != head["Uid"]
    for each in (base, head):
        assert (each["Groups"], each["NoNewPrivs"], each["Seccomp"]) == ([], ["1"], ["2"])
        assert int(each["CapPrm"][0] + each["CapInh"][0] + each["CapAmb"][0], 16) == 0


def test_signals_that_python_ignores_for_itself_are_as_they_were(tmp_path: Path) -> None:
    """A shell pipeline of a target would otherwise not end when its reader does."""
    home = homes(tmp_path, confining())[Side.HEAD]
    args = ["/bin/sh", "-c", "grep SigIgn /proc/self/status"]
    launch = confine(
        confining(),
        args,
        env={"PATH": "/usr/bin:/bin"},
        side=Side.HEAD,
        role=Role.MEASURE,
        home=home,
    )
    done = subprocess.run(launch.args, env=launch.env, capture_output=True, text=True, check=True)
    assert not int(done.stdout.split()[1], 16) & 1 << signal.SIGPIPE - 1


def test_the_environment_is_what_is_given_and_never_the_launchers(tmp_path: Path) -> None:
    given = {"PATH": "/usr/bin:/bin", "LD_PRELOAD": "", "EVIL": "ä=b"}
    home = homes(tmp_path, confining())[Side.HEAD]
    answers = answers_of("answers = dict(os.environ)", home, confining(), env=given)
    answers.pop("LC_CTYPE", None)  # what Python sets by itself

    named = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "USER": "perf-gate"}
    assert answers == {**given, **named, "LOGNAME": "perf-gate"}


def _launch(side: Side, under: Policy) -> tuple[tuple[str, ...], dict[str, Any], set[str]]:
    env = {"LD_PRELOAD": "evil.so", "PYTHONPATH": "evil", "PATH": "/usr/bin"}
    launch = confine(under, ["true"], env=env, side=side, role=Role.MEASURE, home=Path("/h"))
    settings = marshal.loads(bytes.fromhex(launch.env[SETTINGS]))  # noqa: S302 - our own
    return launch.args, settings, {*launch.env}


def test_no_variable_of_the_target_reaches_the_launcher() -> None:
    _, _, names = _launch(Side.HEAD, confining())
    assert all(name.startswith(PREFIX.decode().rstrip("_")) for name in names)


def test_both_sides_get_the_same_but_for_their_user() -> None:
    under = full()
    (args, base, names), (others, head, other_names) = (_launch(side, under) for side in Side)
    assert (args, names) == (others, other_names)
    assert base.pop("user") != head.pop("user")
    assert base == head


def test_without_isolation_the_program_itself_is_started() -> None:
    launch = confine(
        Policy(), ["true", "x"], env={"A": "1"}, side=Side.BASE, role=Role.INSTALL, home=Path("/h")
    )
    assert launch.args == ("true", "x")
    assert launch.env["A"] == "1"
    assert Policy().level is Level.NONE


def test_the_process_that_is_started_becomes_the_program(tmp_path: Path) -> None:
    """So that whoever started it knows whom to watch and to kill."""
    home = homes(tmp_path, confining())[Side.HEAD]
    launch = confine(
        confining(),
        [str(python()), "-I", "-S", "-c", "import os; print(os.getpid())"],
        env={},
        side=Side.HEAD,
        role=Role.MEASURE,
        home=home,
    )
    with subprocess.Popen(launch.args, env=launch.env, stdout=subprocess.PIPE) as process:
        said, _ = process.communicate(timeout=60)
    assert int(said) == process.pid
