"""The proof where ``sys.monitoring`` is not yet: a selection, on CPython 3.11."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.model import Benchmark
from gate.proof.census import Proof
from tests.integration.proof_sides import ask, draw, interpreter, make_venv, sections

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

SUITE = Path(__file__).parent / "suites" / "proof"
PROVED = (
    *("same", "comments", "iteration_order", "generators", "coroutine", "async_generators"),
    *("exceptions", "context_managers", "closed_generator", "unreachable_function"),
    *("frame_untraced", "straight_on"),
)
TOUCHED = (
    *("property_body", "comprehension", "larger_table", "generator_body", "chance", "helper"),
    *("thread_used", "thread_unnamed", "trace_set", "trace_asked", "trace_taken_back"),
    *("recursion_error", "line_of_frame", "data_later_by_hand"),
)
OWN = sections(SUITE / "traced.py")
DRAWN = {
    **sections(SUITE / "proved.py"),
    **sections(SUITE / "touched_code.py"),
    **sections(SUITE / "touched_world.py"),
    **OWN,
}


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """One pair of trees with a benchmark for each of the selected modules."""
    python = make_venv(interpreter("3.11"), tmp_path_factory.mktemp("traced") / "venv")
    trees = draw({name: DRAWN[name] for name in (*PROVED, *TOUCHED)})
    return ask(python, tmp_path_factory.mktemp("drawn"), trees, interpreter=(3, 11))


@pytest.mark.parametrize("name", PROVED)
def test_what_did_not_meet_the_change_is_proved(proof: Proof, name: str) -> None:
    benchmark = Benchmark(name=f"test_{name}.py::test_{name}")
    assert benchmark in proof.proved, proof.reasons[benchmark]


@pytest.mark.parametrize("name", [name for name in TOUCHED if name != "helper"])
def test_what_may_meet_the_change_is_touched(proof: Proof, name: str) -> None:
    assert Benchmark(name=f"test_{name}.py::test_{name}") in proof.reasons
