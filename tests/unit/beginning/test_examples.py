"""The examples are what ``perf-gate init`` writes; ``UPDATE_GOLDEN=1`` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.beginning.choice import Workflow
from gate.beginning.drafts import ACTION, drafts
from tests.unit.beginning.surveys import survey

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "workflows"
WRITTEN = {
    "gate.yml": (Workflow.GATE, "perf-gate.yml"),
    "forks-check.yml": (Workflow.FORKS, "perf-gate.yml"),
    "forks-publish.yml": (Workflow.FORKS, "perf-gate-publish.yml"),
    "matrix.yml": (Workflow.MATRIX, "perf-gate.yml"),
    "self-hosted.yml": (Workflow.SELF_HOSTED, "perf-gate.yml"),
    "record.yml": (Workflow.RECORD, "perf-gate-record.yml"),
    "schedule.yml": (Workflow.SCHEDULE, "perf-gate-schedule.yml"),
}


def test_every_workflow_has_its_example_and_every_example_its_workflow() -> None:
    assert {one for one, _ in WRITTEN.values()} == {*Workflow}
    assert {path.name for path in EXAMPLES.iterdir()} == {*WRITTEN}


@pytest.mark.parametrize("name", WRITTEN)
def test_an_example_is_what_init_writes_for_a_plain_repository(name: str) -> None:
    workflow, file = WRITTEN[name]
    (text,) = (one.text for one in drafts(survey(), (workflow,), ACTION) if one.path.name == file)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        (EXAMPLES / name).write_text(text, encoding="utf-8")
    assert (EXAMPLES / name).read_text(encoding="utf-8") == text
