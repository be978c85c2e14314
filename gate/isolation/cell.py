"""The cell of a side: where its code lives, and what keeps it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.isolation.confine import Launch, confine
from gate.isolation.policy import Policy, Role
from gate.model import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """All that is the same for every program of one side."""

    side: Side
    home: Path
    """The side's own folder, with a ``tmp`` in it; it lies in a folder of ours."""
    policy: Policy = Policy()  # noqa: RUF009 - frozen
    readable: tuple[Path, ...] = ()
    """What all its programs read beside the system and ``home``, such as the interpreter."""

    def launch(
        self,
        args: Sequence[str],
        *,
        env: Mapping[str, str],
        role: Role,
        readable: Iterable[Path] = (),
        writable: Iterable[Path] = (),
        descriptors: Iterable[int] = (),
    ) -> Launch:
        """Return what starts a program in here; see `gate.isolation.confine.confine`."""
        return confine(
            self.policy,
            args,
            env=env,
            side=self.side,
            role=role,
            home=self.home,
            readable=[*self.readable, *readable],
            writable=writable,
            descriptors=descriptors,
        )
