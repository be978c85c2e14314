"""Which system calls are refused, and to whom: tables. Pure."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum

from gate.isolation.policy import Allowance, Role

REFUSED = errno.EPERM
REFUSED_SOCKET = errno.EACCES
"""As socket(2) says of sockets that one may not have: PermissionError in Python."""
_UNIX, _INET, _INET6 = 1, 2, 10
_NEW_NAMESPACE = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # type into somebody's terminal

NUMBERS = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "clone3": (435, 435),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "prlimit64": (302, 261),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "socket": (41, 198),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
"""All that is refused, always or by an argument: the number on x86_64 and on aarch64, if any."""


class When(StrEnum):
    """For which values of its argument a call is refused."""

    IN = "in"
    NOT_IN = "not in"
    ANY_BIT = "any bit of"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByArgument:
    """A call that is refused for some values of one argument."""

    argument: int
    """0 to 5; its lower 32 bits are what the kernel reads of all these."""
    when: When
    values: tuple[int, ...]
    error: int = REFUSED


def by_argument(role: Role, allowance: Allowance) -> dict[str, ByArgument]:
    """Return the calls that some programs need for harmless things."""
    network = role is Role.INSTALL or allowance.sockets
    families = (_UNIX, _INET, _INET6) if network else (_UNIX,)
    return {
        "socket": ByArgument(argument=0, when=When.NOT_IN, values=families, error=REFUSED_SOCKET),
        "clone": ByArgument(argument=0, when=When.ANY_BIT, values=(_NEW_NAMESPACE,)),
        "ioctl": ByArgument(argument=1, when=When.IN, values=(_TIOCSTI, _TIOCLINUX)),
        "prlimit64": ByArgument(argument=0, when=When.NOT_IN, values=(0,)),
    }


def errors() -> dict[str, int]:
    """Return the error of each call that is refused whatever its arguments are.

    clone3 hides its flags from the filter. Where it is unknown, C libraries use clone.
    """
    whole = dict.fromkeys(NUMBERS, REFUSED) | {"clone3": errno.ENOSYS}
    for name in ("socket", "clone", "ioctl", "prlimit64"):
        del whole[name]
    return whole
