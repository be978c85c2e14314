"""What is drafted is read by our own loader, and by YAML as what was meant."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from gate.beginning.choice import Workflow, chosen, files_of
from gate.beginning.drafts import ACTION, drafts
from gate.beginning.survey import PYTHONS, Survey
from gate.config.decode import load
from gate.config.schema import Configuration
from tests.unit.beginning.surveys import survey

HOSTILE = 'a"b\n#: {x}\u202e'


def rules(found: Survey) -> str:
    return drafts(found, (Workflow.GATE,), ACTION)[0].text


def workflows(found: Survey, names: str, action: str = ACTION) -> dict[str, Any]:
    made = drafts(found, chosen(names), action)[1:]
    return {one.path.name: yaml.load(one.text, yaml.BaseLoader) for one in made}  # noqa: S506


def options(text: str) -> str:
    """The text with its options taken out of their comments."""
    lines = [
        line.removeprefix("#") if re.match(r"#(\S|  +(\w+:|- ))", line) else line
        for line in text.splitlines()
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "differences",
    [
        {},
        {"benchmarks": ()},
        {"benchmarks": ("test_top.py",)},
        {"benchmarks": tuple(f"bench/{each}/test_it.py" for each in range(9))},
        {"benchmarks": (f"{HOSTILE}/test_it.py",), "install": (f"x; {HOSTILE}",)},
        {"install": (), "sentence": HOSTILE, "pythons": ()},
    ],
)
def test_the_rules_are_the_defaults_and_every_option_in_them_is_one(
    differences: dict[str, Any],
) -> None:
    text = rules(survey(**differences))
    told = load(text, filename="drafted")
    assert told.thresholds[0].match == "*"
    assert (told.measure, told.report, told.target) == (
        Configuration().measure,
        Configuration().report,
        Configuration().target,
    )
    every = load(options(text), filename="drafted")
    assert every.target.python in PYTHONS
    assert every.target.install
    assert every.benchmarks.paths
    assert every.baseline.release
    assert len(every.thresholds) == 3


def test_a_branch_is_filtered_as_it_is_spelled() -> None:
    found = workflows(survey(branch="!release+1"), "record")
    assert found["perf-gate-record.yml"]["on"]["push"]["branches"] == [r"\!release\+1"]


@pytest.mark.parametrize("branch", ["main", "on", "7", "v1.2", "a: b", 'quo"te'])
def test_a_branch_stays_one_text(branch: str) -> None:
    found = workflows(survey(branch=branch), "record")
    assert found["perf-gate-record.yml"]["on"]["push"]["branches"] == [branch]


def test_a_project_in_a_folder_has_its_rules_there_and_tells_every_step() -> None:
    found = survey(folder=PurePosixPath("packages/a b"))
    names = "matrix,forks,record,schedule"
    assert drafts(found, chosen(names), ACTION)[0].path == PurePosixPath(
        "packages/a b/.perf-gate.yml"
    )
    steps = [
        step
        for workflow in workflows(found, names).values()
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if step.get("uses") == ACTION
    ]
    assert len(steps) == 5
    assert {step["with"]["working-directory"] for step in steps} == {"packages/a b"}


def test_the_verdict_of_a_matrix_waits_for_every_part() -> None:
    found = workflows(survey(pythons=("3.12", "3.13")), "matrix,forks")
    jobs = found["perf-gate.yml"]["jobs"]
    axes = jobs["check"]["strategy"]["matrix"]
    parts = len(axes["python"]) * len(axes["shard"])
    (verdict,) = jobs["verdict"]["steps"]
    (publish,) = found["perf-gate-publish.yml"]["jobs"]["publish"]["steps"]
    assert [verdict["with"]["shard"], publish["with"]["shard"]] == [str(parts)] * 2


@pytest.mark.parametrize("workflow", Workflow)
def test_a_token_that_can_write_is_never_beside_the_code_of_a_fork(workflow: Workflow) -> None:
    """What runs with a token that writes, on behalf of a fork, checks nothing out."""
    for one in workflows(survey(), workflow).values():
        assert one["permissions"] == {}
        for job in one["jobs"].values():
            checks_out = any("checkout" in step.get("uses", "") for step in job["steps"])
            assert not (checks_out and "workflow_run" in one["on"])
            assert "pull_request_target" not in one["on"]


def test_only_a_tag_needs_an_excuse() -> None:
    pinned = f"them/perf-gate@{'a' * 40}"
    texts = {
        action: drafts(survey(), (Workflow.GATE,), action)[1].text for action in (ACTION, pinned)
    }
    assert "zizmor: ignore[unpinned-uses]" in texts[ACTION]
    assert "ignore" not in texts[pinned]
    assert f"uses: {pinned}\n" in texts[pinned]


@pytest.mark.parametrize("names", ["", "gates", "gate,forks", "gate,matrix", "self-hosted,forks"])
def test_what_cannot_stand_side_by_side_is_refused(names: str) -> None:
    with pytest.raises(ValueError, match="of "):
        chosen(names)


@pytest.mark.parametrize("names", ["gate", "matrix,forks,record,schedule", "record"])
def test_no_two_workflows_are_one_file(names: str) -> None:
    files = [one.name for one in files_of(chosen(names))]
    assert len(files) == len({*files}) == len(names.split(","))
