"""What every store promises: after any history of calls it holds what was added and not removed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from gate.baseline import store
from gate.baseline.codec import encode
from gate.baseline.directory import Directory
from gate.baseline.entries import Entry, entry_of
from gate.baseline.objects import open_objects
from gate.baseline.pruning import Policy
from gate.baseline.record import Record
from gate.baseline.store import Store, StoreError
from gate.storing.keeping import copy, prune
from tests.baselines import record

NUMBERS = st.integers(0, 20)
ALL = Policy(newest=1, days=0, every_days=1)


class Histories(RuleBasedStateMachine):
    """Adds, removes, spoils and prunes, and holds the store against what must be in it."""

    added = Bundle("added")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store: Store = self.opened()
        self.good: dict[Entry, Record] = {}
        self.bad: dict[str, bytes] = {}

    def opened(self) -> Store:
        """The store, anew each time: nothing but what it keeps counts."""
        return Directory(folder=Path(self.folder.name) / "store")

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(target=added, number=NUMBERS)
    def add(self, number: int) -> Entry:
        """A record, which may be there, or spoilt."""
        one = record(number, measured_s=1000 * (number + 1))
        entry = entry_of(one, encode(one))
        if entry.name in self.bad:
            with pytest.raises(StoreError):
                store.add(self.opened(), one)
        else:
            store.add(self.opened(), one)
            self.good[entry] = one
        return entry

    @rule(entry=consumes(added))
    def remove(self, entry: Entry) -> None:
        self.opened().remove([entry.name])
        self.good.pop(entry, None)
        self.bad.pop(entry.name, None)

    @rule(number=NUMBERS, length=st.integers(0, 300))
    def spoil(self, number: int, length: int) -> None:
        """A record arrives cut off, where there was none."""
        one = record(number, measured_s=1000 * (number + 1))
        entry = entry_of(one, encode(one))
        if entry not in self.good and entry.name not in self.bad:
            self.bad[entry.name] = encode(one)[:length]
            self.opened().add(entry.name, self.bad[entry.name])

    @rule()
    def prune(self) -> None:
        """Of each day and machine only the last record stays; what is unreadable stays anyway."""
        named = sorted({*self.good}, key=lambda one: one.measured_s)
        last = max((*(one.measured_s for one in named), -1, *self._spoilt()))
        prune(self.opened(), ALL, now_s=10**9)
        self.good = {one: kept for one, kept in self.good.items() if one.measured_s == last}

    def _spoilt(self) -> list[int]:
        return [int(name.split("-")[2]) for name in self.bad]

    @rule()
    def copy(self) -> None:
        """What is copied is what is good."""
        with tempfile.TemporaryDirectory() as name:
            other = Directory(folder=Path(name))
            copy(self.opened(), other)
            assert {*store.survey(other).entries} == {*self.good}

    @invariant()
    def holds(self) -> None:
        kept = self.opened()
        found = store.survey(kept)
        reading = store.read(kept, found.entries)
        assert reading.records == self.good
        assert {one.name for one in reading.quarantined} == {*self.bad}
        assert dict(kept.read(self.bad)) == self.bad
        assert found.strangers == ()


class ObjectHistories(Histories):
    """The same, for objects in memory."""

    def opened(self) -> Store:
        return open_objects(f"memory:/{self.folder.name}")


TestDirectory = Histories.TestCase
TestDirectory.settings = settings(max_examples=40, stateful_step_count=25)
TestObjects = ObjectHistories.TestCase
TestObjects.settings = settings(max_examples=40, stateful_step_count=25)


def test_a_file_system_that_is_not_installed_is_said() -> None:
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        open_objects("nosuch://bucket/prefix")
    assert "perf-gate[objects]" in caught.value.hint
