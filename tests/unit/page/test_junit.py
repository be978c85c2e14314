"""JUnit XML: what turns other tools red is what turned the gate red."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from gate.errors import ExitStatus
from gate.page.junit import render_junit
from tests.golden.results import CASES, HOSTILE, many


def _suite(case: str) -> ET.Element:
    found = ET.fromstring(render_junit(CASES[case])).find("testsuite")  # noqa: S314 - ours
    assert found is not None
    return found


@pytest.mark.parametrize("case", CASES)
def test_it_is_red_exactly_where_the_exit_status_is(case: str) -> None:
    """Rows that only warn are green; a run that could not judge is never."""
    suite = _suite(case)
    red = suite.findall("testcase/failure") + suite.findall("testcase/error")

    assert bool(red) == (CASES[case].judgement.exit_status != ExitStatus.PASS)


@pytest.mark.parametrize("case", CASES)
def test_the_counts_are_those_of_the_test_cases(case: str) -> None:
    suite = _suite(case)
    counted = {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }

    assert {name: int(suite.attrib[name]) for name in counted} == counted
    assert float(suite.attrib["time"]) == pytest.approx(98.4)


def test_each_outcome_has_its_element() -> None:
    """A row that warns has none of failure, and says what it is all the same."""
    regression, lost = _suite("regression"), _suite("missing_and_broken")

    assert len(regression.findall("testcase/failure[@type='regressed']")) == 2
    assert len(lost.findall("testcase/error[@type='broken']")) == 1
    assert len(lost.findall("testcase/error[@type='missing']")) == 1
    assert len(lost.findall("testcase/skipped")) == 1
    warned = regression.find("testcase[@classname='perf-gate.import']/system-out")
    assert warned is not None
    assert str(warned.text).startswith("regressed: +15.1% (+12.2% to +18.0%)")


def test_hostile_names_are_text() -> None:
    """XML has no place for control characters and lone surrogates; all rows are there."""
    suite = _suite("hostile_names")

    assert len(suite.findall("testcase")) == len(HOSTILE)
    assert HOSTILE[0] in [one.attrib["name"] for one in suite]


def test_a_large_result_is_rendered_whole() -> None:
    assert render_junit(many(2_000)).count("<testcase ") == 2_000
