from __future__ import annotations

import io
import json

import pytest

from gate.cli import main
from gate.doctor.commands import print_findings
from gate.doctor.examination import Finding, State
from gate.doctor.timing import precision, spread
from gate.isolation import Level
from gate.report.terminal import console


def test_everything_is_looked_at_and_it_ends_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HOME", "PYENV_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert main(["doctor", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert {frozenset(each) for each in told} == {frozenset({"topic", "state", "found", "advice"})}
    topics = {each["topic"] for each in told}
    assert topics >= {"machine", "isolation", "probes", "wall clock", "processor clock", "noise"}
    assert "interpreter" in topics
    level = next(each for each in told if each["topic"] == "isolation")
    assert level["found"].removeprefix("level ") in {*Level}
    assert bool(level["advice"]) == (level["found"] != "level full")


def test_every_finding_is_a_row_with_what_to_do_below() -> None:
    stream = io.StringIO()
    found = [
        Finding(topic="isolation", state=State.FAIR, found="level user", advice="Be root."),
        Finding(topic="probes", state=State.GOOD, found="0 of 25 \x1b[31msucceed"),
    ]
    print_findings(found, console(stream, {"COLUMNS": "80"}))
    first, below, second = stream.getvalue().splitlines()

    assert first.split() == ["isolation", "fair", "level", "user"]
    assert below.strip() == "Be root."
    assert second.startswith("probes")
    assert "\x1b" not in second


def test_a_clock_that_goes_in_steps_is_seen_through() -> None:
    ticks = iter(range(10_000))
    found = precision(lambda: next(ticks) // 10 * 0.001)
    assert found.step_s == pytest.approx(0.001)
    assert found.cost_s > 0


def test_the_spread_is_a_share() -> None:
    found = spread(10)
    assert found.wall >= 0
    assert found.processor >= 0
