"""Who is measured next: stages, orders, budget; all without a clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.measure.planning.rounds import Plan, Round, State, missing
from gate.measure.planning.schedule import next_rounds
from gate.model import Ailment, Benchmark, Controls, Failure, Level, Sample, Stage
from tests.samples import QUIET, THRESHOLD, WILD, around, changed, sample

Truth = Callable[[str, Stage, int], float]


def plan(**changes: object) -> Plan:
    start = Plan(thresholds=lambda *_: THRESHOLD, budget_s=1e6, seed=7)
    return replace(start, **changes)  # type: ignore[arg-type]


def state(*samples: Sample, costs: Mapping[str, float] | None = None, **changes: object) -> State:
    seconds = {Benchmark(name=name): cost for name, cost in (costs or {}).items()}
    start = State(samples=samples, seconds_per_pair=seconds)
    return replace(start, **changes)  # type: ignore[arg-type]


def next_round(now: State, chosen: Plan) -> Round | None:
    """The next round on one lane."""
    assert now.lanes == 1
    rounds = next_rounds(now, chosen)
    assert len(rounds) <= 1
    return rounds[0] if rounds else None


def names(following: Round | None) -> set[str]:
    return {due.benchmark.name for due in following.due} if following else set()


def stage(following: Round | None) -> Stage | None:
    return following.stage if following else None


def measure(names: list[str], truth: Truth, chosen: Plan, cost: float = 1.0) -> list[Round]:
    """All rounds of a run whose pairs show what ``truth`` says of (name, stage, index)."""
    return [one for (one,) in measure_on(1, names, truth, chosen, cost)]


def measure_on(
    lanes: int, names: list[str], truth: Truth, chosen: Plan, cost: float = 1.0
) -> list[tuple[Round, ...]]:
    """The same on several lanes: what was taken at once."""
    pairs: dict[str, list[object]] = {name: [] for name in names}
    taken: list[tuple[Round, ...]] = []
    elapsed = 0.0
    while True:
        samples = [Sample(benchmark=Benchmark(name=n), pairs=tuple(p)) for n, p in pairs.items()]  # type: ignore[arg-type]
        now = state(
            *samples,
            costs={name: cost for name, some in pairs.items() if some},
            rounds=sum(map(len, taken)),
            lanes=lanes,
            elapsed_s=elapsed,
        )
        rounds = next_rounds(now, chosen)
        if not rounds:
            return taken
        taken.append(rounds)
        for one in rounds:
            for due in one.due:
                some = pairs[due.benchmark.name]
                pair = changed(truth(due.benchmark.name, one.stage, len(some)), one.stage, 0)
                some.append(replace(pair, base_first=due.base_first))
        elapsed += cost * max(len(one.due) for one in rounds)


def quiet(_: str, __: Stage, index: int) -> float:
    return QUIET[index % 5]


def restless(_: str, __: Stage, index: int) -> float:
    return WILD[index % 5] * (1 if index // 5 % 2 else -1)


# --- stages ---------------------------------------------------------------------------------------


def test_everything_is_screened_breadth_first_and_then_left_alone() -> None:
    rounds = measure(["a", "b", "c"], quiet, plan())

    assert [one.stage for one in rounds] == [Stage.SCREEN] * 5
    assert all(names(one) == {"a", "b", "c"} for one in rounds)


def test_only_suspects_are_confirmed_on_ten_fresh_pairs() -> None:
    def one_is_slow(name: str, _: Stage, index: int) -> float:
        return QUIET[index % 5] + (0.05 if name == "slow" else 0.0)

    rounds = measure(["slow", "still"], one_is_slow, plan())[5:]

    assert [(one.stage, names(one)) for one in rounds] == [(Stage.CONFIRM, {"slow"})] * 10


def test_a_suspect_that_fresh_pairs_neither_confirm_nor_clear_gets_twice_as_many() -> None:
    slow = sample("slow", around(0.03, 5), confirm=around(0.013, 10, spread=0.02))

    assert stage(next_round(state(slow), plan())) is Stage.CONFIRM


def test_the_undecided_are_doubled_until_enough_is_enough() -> None:
    rounds = measure(["restless"], restless, plan())

    assert Counter(one.stage for one in rounds) == {Stage.SCREEN: 5, Stage.EXTEND: 75}


@pytest.mark.parametrize("extended", [1, 4, 6, 14])
def test_a_block_that_was_begun_is_completed_before_anybody_looks(extended: int) -> None:
    """It would be unchanged already, but so many looks are not paid for."""
    begun = sample("a", screen=QUIET, extend=around(0.0, extended, spread=0.001))

    assert stage(next_round(state(begun), plan())) is Stage.EXTEND


@pytest.mark.parametrize("extended", [5, 15])
def test_after_a_whole_block_the_decided_are_left_alone(extended: int) -> None:
    whole = sample("a", screen=QUIET, extend=around(0.0, extended, spread=0.001))

    assert next_round(state(whole), plan()) is None


@pytest.mark.parametrize("confirmed", [1, 9])
def test_a_confirmation_that_was_begun_is_completed(confirmed: int) -> None:
    begun = sample("a", screen=around(0.2, 5), confirm=around(0.2, confirmed))

    assert stage(next_round(state(begun), plan())) is Stage.CONFIRM


def test_first_confirmations_come_before_everything_else() -> None:
    suspect = sample("suspect", screen=around(0.05, 5), confirm=around(0.05, 9))
    restless = sample("restless", screen=WILD)

    assert names(next_round(state(suspect, restless), plan())) == {"suspect"}


def test_of_further_blocks_those_with_the_fewest_pairs_come_first() -> None:
    suspect = sample("suspect", around(0.03, 5), confirm=around(0.013, 10, spread=0.02))
    restless = sample("restless", screen=WILD)

    assert stage(next_round(state(suspect, restless), plan())) is Stage.EXTEND


def test_what_failed_is_left_alone() -> None:
    failure = Failure(benchmark=Benchmark(name="bad"), ailment=Ailment.BROKEN_ON_HEAD)
    now = state(sample("bad", ()), sample("good", ()), failures=(failure,))

    assert names(next_round(now, plan())) == {"good"}


def test_level_off_gets_a_screening_and_no_more() -> None:
    off = plan(thresholds=lambda *_: replace(THRESHOLD, level=Level.OFF))

    assert len(measure(["slow"], lambda *_: 0.05, off)) == 5


def test_an_undecided_budget_wants_more_pairs() -> None:
    tight = plan(thresholds=lambda *_: replace(THRESHOLD, max=1e-3))

    assert stage(next_round(state(sample("a")), tight)) is Stage.EXTEND
    assert next_round(state(sample("a")), plan()) is None


def test_a_noise_floor_from_outside_is_used() -> None:
    slow = sample("slow", around(0.05, 5), confirm=around(0.05, 10))

    assert next_round(state(slow), plan(floor=0.0)) is None
    assert stage(next_round(state(slow), plan(floor=0.06))) is Stage.CONFIRM


def test_nothing_to_measure_is_no_round() -> None:
    assert next_round(state(), plan()) is None


# --- lanes ----------------------------------------------------------------------------------------


def who(rounds: tuple[Round, ...]) -> list[set[str]]:
    return [names(one) for one in rounds]


def test_two_lanes_share_out_what_is_new_and_then_measure_everything_at_once() -> None:
    first, *others = measure_on(2, ["a", "b", "c", "d"], quiet, plan())

    assert set.union(*who(first)) == {"a", "b", "c", "d"}
    assert [len(one.due) for one in first] == [2, 2]
    assert [who(rounds) for rounds in others] == [[{"a", "b", "c", "d"}] * 2] * 2


@pytest.mark.parametrize("lanes", [1, 2, 3])
@pytest.mark.parametrize("truth", [quiet, restless, lambda *_: 0.05])
def test_more_lanes_measure_no_more_and_no_fewer_pairs(lanes: int, truth: Truth) -> None:
    def pairs(count: int) -> Counter[tuple[str, Stage]]:
        taken = measure_on(count, ["a", "b", "c"], truth, plan())
        rounds = (one for rounds in taken for one in rounds)
        return Counter((due.benchmark.name, one.stage) for one in rounds for due in one.due)

    assert pairs(lanes) == pairs(1)


def test_rounds_at_once_have_orders_and_hash_seeds_of_their_own() -> None:
    *_, (one, other) = measure_on(2, [f"{i}" for i in range(20)], quiet, plan())

    assert one.seed != other.seed
    assert [due.benchmark for due in one.due] != [due.benchmark for due in other.due]


def test_orders_are_balanced_over_all_lanes() -> None:
    taken = measure_on(2, ["a", "b"], lambda *_: 0.05, plan())
    firsts = [
        due.base_first
        for rounds in taken
        for one in rounds
        for due in one.due
        if due.benchmark.name == "a" and one.stage is Stage.CONFIRM
    ]

    assert len(firsts) == 10
    assert sum(firsts) == 5


def test_every_lane_has_the_whole_time_that_is_left() -> None:
    some = [sample(name, QUIET[:2]) for name in "abc"]
    now = state(*some, costs=dict.fromkeys("abc", 30.0), lanes=2, elapsed_s=30.0)
    rounds = next_rounds(now, plan(budget_s=100.0, reserve=0.0))

    assert [len(one.due) for one in rounds] == [2, 2]


@given(st.integers(0, 200), st.sampled_from([5, 10]))
def test_blocks_end_at_powers_of_two(pairs: int, block: int) -> None:
    end = pairs + missing(pairs, block)

    assert end in {block << k for k in range(10)}
    assert not any(pairs < block << k < end for k in range(10))


# --- orders ---------------------------------------------------------------------------------------


def orders(seed: int, kind: Stage) -> list[bool]:
    truth = restless if kind is not Stage.CONFIRM else (lambda *_: 0.05)
    rounds = measure(["a"], truth, plan(seed=seed))
    return [
        one.due[0].base_first
        for one in rounds
        if (one.stage is Stage.CONFIRM) == (kind is Stage.CONFIRM)
    ]


@pytest.mark.parametrize("kind", [Stage.SCREEN, Stage.CONFIRM])
def test_orders_of_the_sides_are_balanced_after_every_second_pair(kind: Stage) -> None:
    for seed in range(10):
        firsts = orders(seed, kind)
        assert all(sum(firsts[:n]) * 2 == n for n in range(2, len(firsts) + 1, 2))


def test_orders_of_the_sides_are_random() -> None:
    assert len({tuple(orders(seed, Stage.CONFIRM)) for seed in range(30)}) > 15
    assert 5 <= sum(orders(seed, Stage.SCREEN)[0] for seed in range(30)) <= 25


def test_benchmarks_of_a_round_have_orders_of_their_own() -> None:
    following = next_round(state(*(sample(f"{i}", ()) for i in range(40))), plan())

    assert following
    assert 10 <= sum(due.base_first for due in following.due) <= 30


def test_every_round_has_an_order_and_a_hash_seed_of_its_own() -> None:
    rounds = measure([f"{i}" for i in range(20)], quiet, plan())

    assert len({one.seed for one in rounds}) == len(rounds)
    assert all(1 <= one.seed < 2**32 for one in rounds)
    assert len({tuple(due.benchmark for due in one.due) for one in rounds}) == len(rounds)


def test_the_seed_decides_everything() -> None:
    same = [measure(["a", "b"], restless, plan(seed=seed)) for seed in (3, 3, 4)]

    assert same[0] == same[1]
    assert same[0] != same[2]


# --- budget ---------------------------------------------------------------------------------------


def test_the_first_pair_is_begun_as_long_as_there_is_time() -> None:
    now = state(sample("a", ()), sample("b", ()), elapsed_s=70.0)

    assert names(next_round(now, plan(budget_s=100.0))) == {"a", "b"}
    assert next_round(replace(now, elapsed_s=101.0), plan(budget_s=100.0)) is None


def test_running_out_of_budget_costs_precision_not_coverage() -> None:
    rounds = measure(["a", "b", "c"], quiet, plan(budget_s=8.0))
    counts = Counter(due.benchmark.name for one in rounds for due in one.due)

    assert counts == {"a": 2, "b": 2, "c": 2}


def test_what_does_not_fit_is_left_out_and_the_rest_goes_on() -> None:
    dear, cheap = sample("dear", QUIET[:1]), sample("cheap", QUIET[:1])
    now = state(dear, cheap, costs={"dear": 50.0, "cheap": 1.0}, elapsed_s=40.0)

    assert names(next_round(now, plan(budget_s=100.0))) == {"cheap"}


def test_starting_the_processes_counts() -> None:
    now = state(sample("a", QUIET[:1]), costs={"a": 1.0}, elapsed_s=70.0, start_s=5.0)

    assert next_round(now, plan(budget_s=100.0)) is None
    assert next_round(replace(now, start_s=3.0), plan(budget_s=100.0)) is not None


def test_a_share_of_the_budget_is_kept_for_confirmations() -> None:
    costs = {"suspect": 3.0, "restless": 3.0}
    suspect = sample("suspect", screen=around(0.05, 5))
    restless = sample("restless", screen=WILD)
    now = state(suspect, restless, costs=costs, elapsed_s=80.0)

    assert names(next_round(now, plan(budget_s=100.0))) == {"suspect"}
    assert next_round(state(restless, costs=costs, elapsed_s=80.0), plan(budget_s=100.0)) is None
    assert next_round(replace(now, elapsed_s=99.5), plan(budget_s=100.0)) is None


def test_a_screening_that_the_budget_cut_short_may_still_lead_to_a_confirmation() -> None:
    slow = sample("slow", around(0.05, 3, spread=0.001))
    now = state(slow, costs={"slow": 1.0}, elapsed_s=89.5)

    assert stage(next_round(now, plan(budget_s=100.0))) is Stage.CONFIRM


def test_no_more_is_kept_than_a_confirmation_takes() -> None:
    restless = state(sample("a", screen=WILD), costs={"a": 1.0}, elapsed_s=88.0)

    assert next_round(restless, plan(budget_s=100.0)) is not None
    assert next_round(replace(restless, elapsed_s=91.0), plan(budget_s=100.0)) is None
    assert next_round(replace(restless, start_s=1.0), plan(budget_s=100.0)) is None


# --- controls -------------------------------------------------------------------------------------

NULLS = tuple(sample(f"null {i}", around(0.0, 5)) for i in range(4))
SEEN = sample("planted", around(0.05, 5))
FRESH = Controls(nulls=tuple(sample(f"null {i}", ()) for i in range(4)), planted=sample("p", ()))
RESTLESS = sample("restless", WILD)


def with_controls(*rows: Sample, nulls: Sequence[Sample] = NULLS, planted: Sample = SEEN) -> State:
    return state(*rows, controls=Controls(nulls=tuple(nulls), planted=planted))


def test_controls_share_the_screening() -> None:
    now = state(sample("a", ()), controls=FRESH)

    assert names(next_round(now, plan())) == {"a", "p", *(f"null {i}" for i in range(4))}


def test_controls_alone_are_no_reason_to_measure() -> None:
    assert next_round(state(controls=FRESH), plan()) is None


def test_controls_that_behave_get_no_more() -> None:
    assert next_round(with_controls(sample("a")), plan()) is None
    assert names(next_round(with_controls(RESTLESS), plan())) == {"restless"}


def test_a_planted_change_gets_more_pairs_until_it_is_seen() -> None:
    blurred = sample("planted", around(0.05, 5, spread=0.1))

    assert names(next_round(with_controls(sample("a"), planted=blurred), plan())) == {"planted"}


def test_a_planted_change_that_is_not_seen_in_forty_pairs_ends_the_run() -> None:
    for extended, goes_on in ((34, True), (35, False)):
        unseen = sample("planted", around(0.0, 5), extend=around(0.0, extended))
        following = next_round(with_controls(RESTLESS, planted=unseen), plan())
        assert (following is not None) == goes_on


def test_a_null_that_looks_slower_is_confirmed_as_a_row_would_be() -> None:
    suspect = sample("null", around(0.05, 5))
    following = next_round(with_controls(sample("a"), nulls=[*NULLS, suspect]), plan())

    assert names(following) == {"null"}
    assert stage(following) is Stage.CONFIRM


def test_a_null_that_alarms_ends_the_run() -> None:
    alarming = sample("null", around(0.05, 5), confirm=around(0.05, 10))

    now = with_controls(RESTLESS, nulls=[*NULLS, alarming])
    assert next_round(now, plan(floor=0.003)) is None


def test_controls_come_before_rows_where_time_is_short() -> None:
    now = replace(
        with_controls(sample("a", QUIET[:1]), planted=sample("planted", QUIET[:1])),
        seconds_per_pair=dict.fromkeys((Benchmark(name="a"), Benchmark(name="planted")), 5.0),
        elapsed_s=68.0,
    )
    assert names(next_round(now, plan(budget_s=100.0))) == {"planted"}


def test_the_planted_change_may_use_what_is_kept_for_suspects() -> None:
    """Else a suite that fills the budget would end blind for want of a few cheap pairs."""
    blurred = sample("planted", around(0.05, 5, spread=0.1))
    now = replace(
        with_controls(RESTLESS, planted=blurred),
        seconds_per_pair={Benchmark(name="restless"): 5.0, Benchmark(name="planted"): 0.1},
        elapsed_s=80.0,
    )

    assert names(next_round(replace(now, elapsed_s=40.0), plan(budget_s=100.0))) == {
        "planted",
        "restless",
    }
    assert names(next_round(now, plan(budget_s=100.0))) == {"planted"}
