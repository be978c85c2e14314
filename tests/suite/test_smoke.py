"""An executor that lacks something is told what, before anybody times it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from gate.suite.cases import FACTS, SPECIFICATION, Variant
from gate.suite.probe import smoke
from gate.suite.probe.__main__ import found, main
from gate.suite.probe.facts import blocks_held, bytes_per_call
from gate.suite.subject import Factory, SubjectError, factory_of
from tests.suite import broken

LACKS = {
    broken.Blind: {
        "a target among the messages is not found",
        "messages after the target are taken",
        "an exception in one call disturbs another call",
        "cancelling one call disturbs another call",
    },
    broken.Greedy: {"messages after the target are taken"},
    broken.Leaking: {"the generator is not closed when the target came"},
    broken.Raising: {
        "an exception of the SDK function is not reported in the result",
        "a timeout does not end the call with a result, or leaves its generator open",
    },
    broken.Quarrelsome: {"an exception in one call disturbs another call"},
    broken.Deaf: {"cancelling a call does not end it, or leaves its generator open"},
}
"""What each lacks at the least."""


@pytest.mark.parametrize(
    "factory", [factory_of(Variant.SUBJECT, {}), broken.Sound, broken.Entered, broken.awaited]
)
def test_a_sound_executor_lacks_nothing_however_it_is_made(factory: Factory) -> None:
    assert asyncio.run(smoke.lacks(factory)) == []


@pytest.mark.parametrize(
    ("factory", "sentences"), LACKS.items(), ids=[factory.__name__ for factory in LACKS]
)
def test_what_is_wrong_is_named(factory: Factory, sentences: set[str]) -> None:
    assert set(asyncio.run(smoke.lacks(factory))) == sentences


def test_a_call_that_does_not_end_is_waited_for_a_short_while_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smoke, "PATIENCE_S", 0.1)

    assert asyncio.run(smoke.lacks(broken.Tireless)) == [
        "a timeout does not end the call with a result, or leaves its generator open"
    ]


def test_any_message_for_a_target_is_noticed() -> None:
    sentences = asyncio.run(smoke.lacks(broken.Optimist))

    assert "messages without a target count as a success" in sentences


SHAPES = {
    "tests.suite.nowhere:make": "module tests.suite.nowhere could not be imported (ModuleNotFound",
    "tests.suite.broken:make": "module tests.suite.broken has no make",
    "tests.suite.broken:not_callable": "tests.suite.broken:not_callable is no factory",
    "tests.suite.broken:fails": "the factory raised OSError: no license",
    "builtins:dict": "what the factory made (dict) has no execute()",
    "tests.suite.broken:Strict": "execute() raised TypeError: ",
    "tests.suite.broken:Mute": "its result has no messages, has_target_result, target_message, is",
}


@pytest.mark.parametrize(("specification", "sentence"), SHAPES.items(), ids=SHAPES)
def test_a_factory_of_nothing_says_what_it_lacks(
    specification: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SPECIFICATION, specification)
    answer = found()

    assert len(answer["lacks"]) == 1
    assert answer["lacks"][0].startswith(sentence)
    assert answer["facts"] == {}
    assert answer["absent"] is any(
        word in sentence for word in ("could not be imported", "has no make", "is no factory")
    )


def test_a_module_that_raises_is_no_traceback() -> None:
    with pytest.raises(SubjectError, match="could not be imported"):
        factory_of(Variant.SUBJECT, {SPECIFICATION: "tests.suite.no.such:make"})


def test_the_probe_writes_all_figures_of_a_sound_executor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SPECIFICATION, "tests.suite.broken:Sound")

    assert main([str(tmp_path / "answer.json")]) == 0
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer["lacks"] == []
    assert set(answer["facts"]) == {fact.name for fact in FACTS}


def test_a_naive_executor_holds_more_than_ours() -> None:
    ours, naive = (factory_of(one, {}) for one in (Variant.SUBJECT, Variant.TASK_GROUP))

    assert 2 * bytes_per_call(ours) < bytes_per_call(naive)


def test_what_a_result_holds_is_counted_without_its_messages() -> None:
    assert blocks_held(factory_of(Variant.SUBJECT, {})) < 100
    assert blocks_held(broken.Wrapping) >= 10_000
