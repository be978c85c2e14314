"""Parts of a matrix add up to one verdict, in any order; nothing passes without a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from gate.model import Machine, Outcome, Part, Result, VerdictKind
from gate.publishing.merging import merge
from gate.publishing.parts import Arrived, Unusable
from gate.report.documents import dumps, loads, to_json
from gate.report.view import view_of
from tests.golden.results import CASES, MACHINE, regressed, result, unchanged

PASS = result(unchanged("test_a"), unchanged("test_b"), reason="None of 2 benchmarks regressed.")
SLOW = result(
    regressed("test_a", (0.05, 0.04, 0.06)),
    verdict=VerdictKind.FAIL,
    reason="1 of 1 benchmark regressed, by up to +5.00%.",
    exit_status=1,
)


def shard(one: Result, index: int, count: int = 3) -> Result:
    return replace(one, part=Part(index=index, count=count))


def on_python(one: Result, version: str) -> Result:
    machine: Machine = replace(MACHINE, python=f"CPython {version}")
    return replace(one, machine=machine)


def merged(results: Sequence[Result], expected: int | None = None) -> Result:
    return merge(Arrived(results=tuple(results)), expected=expected)


@pytest.mark.parametrize("name", CASES)
def test_what_is_all_there_is_stays_as_it_is(name: str) -> None:
    one = loads(dumps(CASES[name]))
    assert to_json(merged([one, one])) == to_json(one)


def test_the_order_does_not_matter_and_neither_does_twice() -> None:
    parts = [shard(PASS, 1), shard(SLOW, 2), shard(PASS, 3)]
    documents = {dumps(merged([*some, some[0]])) for some in permutations(parts)}
    assert len(documents) == 1


def test_merging_what_was_merged_changes_nothing() -> None:
    once = merged([shard(PASS, 1), shard(SLOW, 2), shard(PASS, 3)])
    assert dumps(merged([once])) == dumps(once)


def test_all_shards_together_pass() -> None:
    whole = merged([shard(PASS, index) for index in (1, 2, 3)], expected=3)
    assert (whole.judgement.verdict, whole.judgement.exit_status) == (VerdictKind.PASS, 0)
    assert whole.judgement.reason == "None of 6 results of 3 jobs regressed."
    assert len(whole.judgement.findings) == 6
    assert whole.notices == ()


@pytest.mark.parametrize("expected", [None, 3])
def test_a_missing_shard_is_named_and_nothing_passes_without_it(expected: int | None) -> None:
    whole = merged([shard(PASS, 1), shard(PASS, 3)], expected)
    assert (whole.judgement.verdict, whole.judgement.exit_status) == (VerdictKind.ERROR, 4)
    assert whole.judgement.reason == "Not all results are there: shard 2/3 is missing."
    assert "missing: shard 2/3" in whole.notices
    assert "jobs that left no result" in view_of(whole)["headline"]["advice"]


def test_a_job_of_which_nothing_came_is_counted() -> None:
    whole = merged([on_python(PASS, "3.12.1"), on_python(PASS, "3.13.0")], expected=3)
    assert whole.judgement.exit_status == 4
    assert "1 of 3 results" in whole.judgement.reason


def test_what_cannot_be_used_is_missing_with_its_reason() -> None:
    unusable = Unusable(origin="perf-gate-<b>2</b>", reason="it is no JSON")
    whole = merge(Arrived(results=(PASS,), unusable=(unusable,)), expected=2)
    assert whole.judgement.exit_status == 4
    assert "perf-gate-<b>2</b> (it is no JSON)" in whole.judgement.reason
    assert "of 2 results" not in whole.judgement.reason


def test_without_any_result_nothing_is_judged() -> None:
    whole = merged([])
    assert (whole.judgement.verdict, whole.judgement.exit_status) == (VerdictKind.ERROR, 4)
    assert whole.judgement.reason == "Not all results are there: no result was found."
    assert "no result was found" in view_of(whole)["headline"]["text"]


def test_a_regression_is_told_though_a_shard_is_missing() -> None:
    whole = merged([shard(PASS, 1), shard(SLOW, 2)])
    assert (whole.judgement.verdict, whole.judgement.exit_status) == (VerdictKind.FAIL, 1)
    assert whole.judgement.reason.startswith("shard 2/3: 1 of 1 benchmark regressed")
    assert whole.judgement.reason.endswith("; shard 3/3 is missing.")


@pytest.mark.parametrize(
    ("names", "status", "verdict"),
    [
        (("all_well", "inconclusive"), 0, VerdictKind.INCONCLUSIVE),
        (("all_well", "regression"), 1, VerdictKind.FAIL),
        (("regression", "missing_and_broken"), 1, VerdictKind.FAIL),
        (("nothing_measured", "missing_and_broken"), 4, VerdictKind.FAIL),
        (("nothing_measured", "inconclusive"), 4, VerdictKind.ERROR),
        (("install_failure", "regression"), 3, VerdictKind.ERROR),
    ],
)
def test_the_worst_part_is_the_verdict(
    names: tuple[str, str], status: int, verdict: VerdictKind
) -> None:
    """Of exit statuses 3 wins over 1, 1 over 4, and 4 over 0."""
    whole = merged([shard(CASES[name], index, 2) for index, name in enumerate(names, 1)])
    assert (whole.judgement.exit_status, whole.judgement.verdict) == (status, verdict)


def test_rows_of_several_interpreters_and_packages_are_told_apart() -> None:
    core = replace(PASS, part=Part(folder="packages/core"))
    cells = [on_python(core, "3.12.3"), on_python(core, "3.13.1"), on_python(SLOW, "3.13.1")]
    whole = merged(cells)
    names = [row.benchmark.name for row in whole.judgement.findings]
    assert names[-1] == "test_a [packages/core, CPython 3.13]" or len({*names}) == len(names) == 5
    assert "test_a [top, CPython 3.13]" in names
    assert whole.judgement.reason.startswith("top, CPython 3.13: 1 of 1 benchmark")
    assert whole.machine.python == "CPython 3.13.1, CPython 3.12.3"


def test_shards_of_one_cell_keep_the_names_of_their_rows() -> None:
    whole = merged([shard(PASS, 1, 2), shard(SLOW, 2, 2)])
    assert {row.benchmark.name for row in whole.judgement.findings} == {"test_a", "test_b"}


def test_of_two_different_results_of_one_part_the_worse_counts() -> None:
    """Somebody ran a job again, or forged one."""
    for pair in permutations([shard(PASS, 1, 1), shard(SLOW, 1, 1)]):
        whole = merged(pair)
        assert whole.judgement.exit_status == 1
        assert "two different results" in whole.notices[0]


def test_a_part_that_failed_before_it_knew_its_interpreter_is_told_once() -> None:
    failed = replace(
        CASES["install_failure"],
        part=Part(index=2, count=2),
        machine=replace(MACHINE, python="unknown"),
    )
    whole = merged([shard(PASS, 1, 2), failed])
    assert whole.judgement.exit_status == 3


def test_the_chances_of_a_false_failure_add_up() -> None:
    whole = merged([shard(PASS, index) for index in (1, 2, 3)])
    single = PASS.judgement.noise
    assert whole.judgement.noise.false_failure == pytest.approx(3 * single.false_failure)
    assert whole.judgement.noise.floor == single.floor
    assert whole.seconds.total == pytest.approx(3 * PASS.seconds.total)


def test_a_merged_result_is_a_document_like_any_other() -> None:
    whole = merged([shard(CASES["hostile_names"], 1, 2), shard(CASES["acceptance"], 2, 2)])
    again = loads(dumps(whole))
    assert again.judgement.reason == whole.judgement.reason
    assert [row.outcome for row in again.judgement.findings].count(Outcome.REGRESSED) >= 12
