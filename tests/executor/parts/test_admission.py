"""Admission on its own: fair, cancellable, and no permit is ever lost."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.executor import Adaptive, Admission, Fixed
from tests.executor.streams import settle

pytestmark = pytest.mark.anyio


async def test_permits_go_out_in_the_order_of_asking() -> None:
    admission = Admission(Fixed(1))
    order: list[int] = []

    async def use(number: int) -> None:
        async with admission.slot():
            order.append(number)
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        await admission.acquire()
        for number in range(10):
            group.start_soon(use, number)
            await settle()
        assert admission.statistics().waiting == 10
        admission.release()
        late = admission.statistics()
    assert order == list(range(10))
    assert (late.in_use, late.waiting) == (1, 9)
    assert admission.statistics().in_use == 0


async def test_nobody_overtakes_the_queue() -> None:
    """A permit that was released belongs to the first who waits, not to who asks next."""
    admission = Admission(Fixed(1))
    order: list[str] = []

    async def use(name: str) -> None:
        async with admission.slot():
            order.append(name)

    await admission.acquire()
    async with anyio.create_task_group() as group:
        group.start_soon(use, "first")
        await settle()
        admission.release()
        await use("second")
    assert order == ["first", "second"]


@pytest.mark.parametrize("moment", ["waiting", "granted"])
async def test_a_waiter_that_is_cancelled_takes_no_permit(moment: str) -> None:
    admission = Admission(Fixed(1))
    await admission.acquire()
    scope = anyio.CancelScope()

    async def wait() -> None:
        with scope:
            await admission.acquire()
            admission.release()

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await settle()
        if moment == "waiting":
            scope.cancel()
            await settle()
            admission.release()
        else:
            admission.release()
            scope.cancel()
    assert (admission.statistics().in_use, admission.statistics().waiting) == (0, 0)
    await admission.acquire()
    assert admission.statistics().in_use == 1


async def test_releasing_too_often_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="more often"):
        Admission(Fixed(1)).release()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
async def test_a_slot_is_given_back_after_an_exception(error: type[BaseException]) -> None:
    policy = Adaptive(1, 4)
    admission = Admission(policy)
    with pytest.raises(error):
        async with admission.slot():
            raise error
    assert admission.statistics().in_use == 0


@pytest.mark.parametrize("bad", [lambda: Fixed(0), lambda: Adaptive(0, 5), lambda: Adaptive(6, 5)])
async def test_bounds_must_make_sense(bad: type) -> None:
    with pytest.raises(ValueError, match=r"limit|bounds"):
        bad()
    with pytest.raises(ValueError, match="backoff"):
        Adaptive(1, 2, backoff=1.0)


@given(
    bounds=st.tuples(st.integers(1, 20), st.integers(0, 20)),
    outcomes=st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=100),
)
def test_an_adaptive_limit_stays_in_its_bounds(
    bounds: tuple[int, int], outcomes: list[int | None]
) -> None:
    """None is a failure, a number the length of the queue after a success."""
    low, high = bounds[0], bounds[0] + bounds[1]
    policy = Adaptive(low, high)
    for waiting in outcomes:
        before = policy.limit
        if waiting is None:
            policy.went_badly()
            assert policy.limit <= before
        else:
            policy.went_well(waiting=waiting)
            assert before <= policy.limit <= before + 1
        assert low <= policy.limit <= high


async def test_a_lowered_limit_lets_those_inside_finish() -> None:
    policy = Adaptive(1, 2)
    admission = Admission(policy)
    policy.went_well(waiting=1)
    await admission.acquire()
    await admission.acquire()
    admission.release_after_failure()
    assert (policy.limit, admission.statistics().in_use) == (1, 1)

    async with anyio.create_task_group() as group:
        group.start_soon(admission.acquire)
        await settle()
        assert admission.statistics().waiting == 1
        admission.release()
    assert admission.statistics().in_use == 1
