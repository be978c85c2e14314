"""One finding after the other: machine, isolation, clocks, noise, interpreters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gate.doctor.timing import precision, spread
from gate.environments import interpreter, uv
from gate.environments.interpreter import Interpreter
from gate.isolation import Level, Policy, answering, attack, probe_level, trial
from gate.isolation.probes.places import places
from gate.system import machine, strain

_COARSE_S = 1e-6
_QUIET, _LOUD = 0.02, 0.10
_CROWDED = 0.10
_GIB = 1 << 30

_ISOLATE = (
    "Run it in its container as root (the default), on a kernel with Landlock (5.19 or later)."
)
_OPEN = "The code of a change can do these things, too: give its job no secrets, see SECURITY.md."
_NOISE = "Stop what else is running, or use a machine of its own; more pairs (measure.budget) help."
_CLOCK = "Benchmarks of less than a thousand such steps are measured by repeating them."
_PYTHON = (
    "Install a CPython that the target supports, outside of folders that are closed to others."
)


class State(StrEnum):
    """How good it is."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    topic: str
    state: State
    found: str
    advice: str = ""
    """What to do, empty where there is nothing to do."""


def examine(environ: Mapping[str, str], note: Callable[[str], None]) -> Iterator[Finding]:
    """Look at everything, for some seconds; nothing is changed.

    Args:
        environ: Our own environment: where interpreters are, and what the runner left.
        note: Is told what comes next.
    """
    yield _machine()
    note("interpreters")
    found = interpreter.probe(interpreter.candidates(environ), uv.running_environ(environ, {}))
    paths = [each.path for each in found]
    note("isolation")
    policy = _best(paths)
    able = [each for each in paths if trial(policy, answering(each)).returncode == 0]
    yield _isolation(policy)
    yield _probes(policy, able, environ)
    yield from _clocks()
    note("noise")
    yield from _noise()
    yield from _interpreters(found, able)


def _best(pythons: Sequence[Path]) -> Policy:
    """The level of the first interpreter that reaches the highest."""
    policies = [probe_level([answering(each)]) for each in pythons] or [probe_level()]
    return max(policies, key=lambda policy: len(policy.parts))


def _machine() -> Finding:
    it = machine.describe("")
    words = f"{it.cpu}, {it.cores} cores, {it.memory_bytes / _GIB:.1f} GiB, {it.system}"
    few = it.cores < len(("base", "head"))
    return Finding(
        topic="machine",
        state=State.FAIR if few else State.GOOD,
        found=words,
        advice="With one core, what perf-gate does itself is in the way." if few else "",
    )


def _isolation(policy: Policy) -> Finding:
    state = {Level.FULL: State.GOOD, Level.USER: State.FAIR, Level.NONE: State.POOR}
    return Finding(
        topic="isolation",
        state=state[policy.level],
        found=f"level {policy.level}",
        advice=" ".join((*policy.missing, _ISOLATE)) if policy.missing else "",
    )


def _probes(policy: Policy, able: Sequence[Path], environ: Mapping[str, str]) -> Finding:
    if not able:
        return Finding(topic="probes", state=State.POOR, found="could not be made", advice=_PYTHON)
    attempts = attack(policy, able[0], places(environ))
    opened = [each.name for each in attempts if each.succeeded]
    words = f"{len(opened)} of {len(attempts)} succeed"
    return Finding(
        topic="probes",
        state=State.POOR if opened else State.GOOD,
        found=f"{words}: {', '.join(opened)}" if opened else words,
        advice=_OPEN if opened else "",
    )


def _clocks() -> Iterator[Finding]:
    for name, clock in (("wall", time.perf_counter), ("processor", time.process_time)):
        found = precision(clock)
        step, cost = found.step_s * 1e9, found.cost_s * 1e9
        coarse = found.step_s > _COARSE_S
        yield Finding(
            topic=f"{name} clock",
            state=State.FAIR if coarse else State.GOOD,
            found=f"steps of {step:.0f} ns, a reading takes {cost:.0f} ns",
            advice=_CLOCK if coarse else "",
        )


def _noise() -> Iterator[Finding]:
    before = strain.read()
    found = spread()
    shares = strain.strain(before, strain.read())
    worst = max(found.wall, found.processor)
    state = State.GOOD if worst < _QUIET else State.FAIR if worst < _LOUD else State.POOR
    yield Finding(
        topic="noise",
        state=state,
        found=f"slices of 5 ms vary by {found.wall:.1%} (wall), {found.processor:.1%} (processor)",
        advice="" if state is State.GOOD else _NOISE,
    )
    known = {
        "waiting for a processor": shares.pressure,
        "held back by limits": shares.throttled,
        "taken by the hypervisor": shares.steal,
    }
    said = [f"{share:.0%} {name}" for name, share in known.items() if share is not None]
    crowded = any(share > _CROWDED for share in known.values() if share is not None)
    yield Finding(
        topic="others",
        state=State.FAIR if crowded else State.GOOD,
        found=", ".join(said) or "the kernel does not tell",
    )


def _interpreters(found: Sequence[Interpreter], able: Sequence[Path]) -> Iterator[Finding]:
    for each in found:
        usable = each.path in able
        yield Finding(
            topic="interpreter",
            state=State.GOOD if usable else State.FAIR,
            found=f"{each} at {each.path}" + ("" if usable else ", closed to the sides' users"),
            advice="" if usable or able else _PYTHON,
        )
