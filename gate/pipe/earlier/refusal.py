"""Why head is not held against stored baselines, in one sentence."""

from __future__ import annotations

from gate.baseline.record import Fingerprint
from gate.pipe.earlier.baselines import Baselines

_WORDS = {
    "cpu": "CPU",
    "cores": "number of cores",
    "python": "interpreter",
    "libc": "C library",
    "image": "image of the runner",
}
_LONGEST = 90


def refusal(known: Baselines, here: Fingerprint, fewest: int) -> str:
    """Return why there is no comparison with a store; empty: there is enough of this machine.

    Args:
        known: What the store knows.
        here: This machine, with its interpreter.
        fewest: Runs that make a history.
    """
    count = len(known.histories.get(here, ()))
    if known.trouble:
        reason = known.trouble
    elif not known.machines:
        reason = f"there are none in {known.place} yet"
    elif here not in known.machines:
        reason = f"{known.place} has none of this machine; {_nearest(known, here)}"
    elif count < fewest:
        reason = (
            f"{known.place} has {count} of this machine from commits up to base, "
            f"and it takes {fewest} to know their spread"
        )
    else:
        return ""
    return f"not compared with stored baselines: {reason}"


def _nearest(known: Baselines, here: Fingerprint) -> str:
    """What differs on the machine that is most like this one, the newest of them."""
    told = min((differences(one, here) for one in known.machines), key=len)
    return f"the one most like it differs in {' and '.join(told)}"


def differences(there: Fingerprint, here: Fingerprint) -> list[str]:
    """Return what differs between two machines, each as ``CPU (there …, here …)``."""
    pairs = {name: (getattr(there, name), getattr(here, name)) for name in _WORDS}
    return [
        f"{_WORDS[name]} (there {_cut(one)}, here {_cut(other)})"
        for name, (one, other) in pairs.items()
        if one != other
    ]


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
