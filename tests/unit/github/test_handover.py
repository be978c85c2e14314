"""What the runner is told of a judgement and of an error, and who owns the files in the end."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from gate.config.problems import ConfigurationError, Problem
from gate.errors import InstallError
from gate.github.action import INPUTS
from gate.github.handover import (
    OUTPUTS,
    annotations_of,
    annotations_of_error,
    give_back,
    output_folder,
    outputs_of,
    outputs_of_error,
    tell,
)
from gate.model import (
    Against,
    Benchmark,
    Change,
    Finding,
    Judgement,
    Level,
    Metric,
    Noise,
    Outcome,
    Threshold,
    VerdictKind,
    Yardstick,
)
from tests.runner_model import commands_in, key_values

ROOT = Path(__file__).parents[3]
WORKSPACE = Path("/github/workspace")


def finding(
    name: str, outcome: Outcome, *, level: Level = Level.ERROR, metric: Metric = Metric.TIME
) -> Finding:
    return Finding(
        benchmark=Benchmark(name=name),
        metric=metric,
        outcome=outcome,
        message="5 % slower",
        threshold=Threshold(tolerate=0.01, max_change=0.03, level=level),
    )


def judgement(
    *findings: Finding, verdict: VerdictKind = VerdictKind.FAIL, status: int = 1
) -> Judgement:
    return Judgement(
        findings=findings,
        verdict=verdict,
        reason="one benchmark became slower",
        exit_status=status,
        noise=Noise(floor=0.0, false_failure=0.01, smallest_detectable=None),
    )


def test_action_yml_declares_exactly_the_inputs_that_are_read_and_the_outputs_that_are_set() -> (
    None
):
    declared = yaml.safe_load((ROOT / "action.yml").read_text())
    assert tuple(declared["inputs"]) == INPUTS
    assert tuple(declared["outputs"]) == OUTPUTS
    assert tuple(outputs_of(judgement(), WORKSPACE, WORKSPACE)) == OUTPUTS
    assert set(outputs_of_error(InstallError("x"))) == set(OUTPUTS)


def test_outputs_count_benchmarks_not_rows() -> None:
    found = outputs_of(
        judgement(
            finding("a", Outcome.REGRESSED),
            finding("a", Outcome.REGRESSED, metric=Metric.MEMORY),
            finding("b", Outcome.IMPROVED),
            finding("c", Outcome.INCONCLUSIVE),
            finding("d", Outcome.UNCHANGED),
            finding("e", Outcome.ACCEPTED),
            finding("f", Outcome.NEW),
            finding("g", Outcome.MISSING),
            finding("h", Outcome.BROKEN),
        ),
        WORKSPACE / "out",
        WORKSPACE,
    )
    assert found == {
        "verdict": "fail",
        "reason": "one benchmark became slower",
        "regressions": "1",
        "improvements": "1",
        "inconclusive": "1",
        "measured": "5",
        "comment-url": "",
        "result-path": "",
        "report-path": "",
    }


def test_paths_are_relative_to_the_workspace_where_they_lie_in_it(tmp_path: Path) -> None:
    """Its absolute path differs between the container and the steps that follow."""
    out = tmp_path / "workspace" / "out"
    out.mkdir(parents=True)
    (out / "result.json").touch()
    (out / "report.html").touch()
    inside = outputs_of(judgement(), out, tmp_path / "workspace")
    outside = outputs_of(judgement(), out, tmp_path / "elsewhere")
    assert (inside["result-path"], inside["report-path"]) == ("out/result.json", "out/report.html")
    assert outside["result-path"] == str(out / "result.json")


def told(lines: list[str]) -> list[tuple[str, str]]:
    return [(command.name, command.data) for command in commands_in("\n".join(lines))]


def test_the_verdict_and_what_is_alarming_are_annotated() -> None:
    lines = annotations_of(
        judgement(
            finding("a", Outcome.REGRESSED),
            finding("b", Outcome.REGRESSED, level=Level.WARN),
            finding("c", Outcome.REGRESSED, level=Level.OFF),
            finding("d", Outcome.IMPROVED),
            finding("e", Outcome.MISSING),
        )
    )
    assert told(lines) == [
        ("error", "one benchmark became slower"),
        ("error", "a: 5 % slower"),
        ("warning", "b: 5 % slower"),
        ("error", "e: 5 % slower"),
    ]


@pytest.mark.parametrize(
    ("verdict", "status", "severities"),
    [
        (VerdictKind.PASS, 0, []),
        (VerdictKind.INCONCLUSIVE, 0, ["warning"]),
        (VerdictKind.INCONCLUSIVE, 5, ["error"]),
        (VerdictKind.ERROR, 4, ["error"]),
    ],
)
def test_a_pass_is_silent(verdict: VerdictKind, status: int, severities: list[str]) -> None:
    lines = annotations_of(judgement(verdict=verdict, status=status))
    assert [severity for severity, _ in told(lines)] == severities


def test_what_only_stored_runs_call_slower_is_a_warning() -> None:
    """An alarm about the same benchmark says it already."""
    change = Change(point=0.05, low=0.02, high=0.08)
    slower = Against(what=Yardstick.STORED, change=change, count=30, slower=True)
    rows = [
        replace(finding("a", Outcome.UNCHANGED), against=(slower,)),
        replace(finding("b", Outcome.UNCHANGED), against=(replace(slower, slower=False),)),
        replace(finding("c", Outcome.REGRESSED), against=(slower,)),
    ]

    said = told(annotations_of(judgement(*rows, verdict=VerdictKind.PASS, status=0)))

    assert [(level, text.partition(":")[0]) for level, text in said] == [
        ("warning", "a"),
        ("error", "c"),
    ]
    assert "slower than usual, +5.13% (+2.02% to +8.33%) against 30 stored runs" in said[0][1]


def test_no_more_is_annotated_than_the_runner_keeps() -> None:
    many = [finding(str(number), Outcome.REGRESSED) for number in range(50)]
    assert len(annotations_of(judgement(*many))) == 10


def test_each_problem_of_a_configuration_is_annotated_on_its_line() -> None:
    problems = tuple(
        Problem(file=".perf-gate.yml", line=line, column=3, path="measure", expected="a", found="b")
        for line in (4, 9)
    )
    commands = commands_in("\n".join(annotations_of_error(ConfigurationError(problems))))
    places = [dict(command.properties) for command in commands]
    assert places == [
        {"file": ".perf-gate.yml", "line": "4", "col": "3"},
        {"file": ".perf-gate.yml", "line": "9", "col": "3"},
    ]


def test_an_error_is_annotated_with_its_hint() -> None:
    error = InstallError("head: no such package\n::error::x", hint="look at the log")
    assert told(annotations_of_error(error)) == [
        ("error", "head: no such package\n\\::error::x\nlook at the log")
    ]


def test_outputs_and_summary_go_into_the_files_of_the_runner(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    tell({name: str(path) for name, path in files.items()}, {"verdict": "pass"}, "# fine")
    assert key_values(files["GITHUB_OUTPUT"].read_text()) == {"verdict": "pass"}
    assert files["GITHUB_STEP_SUMMARY"].read_text() == "# fine\n"


def test_without_a_runner_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.chdir(tmp_path)
    tell({"GITHUB_OUTPUT": ""}, {"verdict": "pass"}, "# fine")
    assert list(tmp_path.iterdir()) == []


def test_results_go_below_the_workspace(tmp_path: Path) -> None:
    assert output_folder(tmp_path) == tmp_path / "perf-gate-out"


def test_a_planted_link_does_not_lead_results_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "perf-gate-out").symlink_to("/")
    out = output_folder(tmp_path)
    assert out.is_dir()
    assert not out.is_relative_to(tmp_path / "perf-gate-out")
    out.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_below_out_are_given_to_the_owner_of_the_workspace_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    out = workspace / "out"
    (out / "deep").mkdir(parents=True)
    (out / "deep" / "file").touch()
    elsewhere.touch()
    (out / "link").symlink_to(elsewhere)
    os.chown(workspace, 1001, 1002)
    give_back(out, workspace)
    given = [out, out / "deep", out / "deep" / "file", out / "link"]
    assert {(path.lstat().st_uid, path.lstat().st_gid) for path in given} == {(1001, 1002)}
    assert elsewhere.stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_that_became_a_link_is_not_entered(tmp_path: Path) -> None:
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    workspace.mkdir()
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    (workspace / "out").symlink_to(elsewhere)
    os.chown(workspace, 1001, 1002)
    give_back(workspace / "out", workspace)
    assert {elsewhere.stat().st_uid, (elsewhere / "file").stat().st_uid} == {0}
