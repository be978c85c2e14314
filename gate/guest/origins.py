"""Which file each loaded module really came from: the proof that a side ran its own code."""

from __future__ import annotations

import os
import sys


def origins(packages: list[str], elsewhere: str) -> dict[str, str]:
    """Return ``{module: file}`` of the target's modules, and of any loaded from ``elsewhere``.

    Args:
        packages: top-level import names of the target.
        elsewhere: the folder of the other side, from which nothing may come.
    """
    wanted, strange = set(packages), os.path.join(os.path.realpath(elsewhere), "")
    found = {}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str):
            continue
        path = os.path.realpath(path)
        if name.partition(".")[0] in wanted or path.startswith(strange):
            found[name] = path
    return found
