"""Whatever is done to the manager in whatever order, it agrees with a model of two dictionaries."""

from __future__ import annotations

from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from gate.executor import CancellationManager, CancelState

STATES = st.sampled_from([CancelState.PROCESSED, CancelState.CLEANED])


class ManagerMachine(RuleBasedStateMachine):
    """The model: the state of every registered call, and how often each was told to stop."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.manager = CancellationManager()
        self.states: dict[int, CancelState] = {}
        self.told: dict[int, int] = {}
        self.next = 0

    @rule(target=calls)
    def register(self) -> int:
        self.next += 1
        self.states[self.next] = CancelState.ACTIVE
        self.told[self.next] = 0
        self.manager.register(self.next, on_cancel=partial(self._tell, self.next))
        return self.next

    def _tell(self, call: int) -> None:
        self.told[call] += 1
        assert self.manager.state(call) is CancelState.REQUESTED

    @rule(call=calls)
    def request(self, call: int) -> None:
        counts = self.states.get(call) is CancelState.ACTIVE
        assert self.manager.request_cancel(call) == counts
        if counts:
            self.states[call] = CancelState.REQUESTED

    @rule(call=calls, state=STATES)
    def mark(self, call: int, state: CancelState) -> None:
        if state is CancelState.PROCESSED:
            self.manager.mark_processed(call)
        else:
            self.manager.mark_cleanup_completed(call)
        if self.states.get(call, CancelState.ACTIVE) is not CancelState.ACTIVE:
            self.states[call] = max(self.states[call], state)

    @rule(call=consumes(calls))
    def unregister(self, call: int) -> None:
        self.manager.unregister(call)
        self.states.pop(call, None)

    @rule()
    def cancel_all(self) -> None:
        active = [call for call, state in self.states.items() if state is CancelState.ACTIVE]
        assert self.manager.cancel_all() == len(active)
        self.states.update(dict.fromkeys(active, CancelState.REQUESTED))

    @rule()
    def shutdown(self) -> None:
        self.manager.shutdown()
        for call in self.states:
            self.told[call] = 1
        self.states.clear()

    @invariant()
    def agrees(self) -> None:
        assert len(self.manager) == len(self.states)
        for call in range(1, self.next + 1):
            assert self.manager.state(call) == self.states.get(call)
            assert self.told[call] == (self.states.get(call, self.told[call]) > 0)


TestManagerMachine = ManagerMachine.TestCase
TestManagerMachine.settings = settings(max_examples=60, stateful_step_count=30)
