"""A Result as JUnit XML, for tools that show test results: one test case a row."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from gate.errors import ExitStatus
from gate.model import Finding, Level, Outcome, Result
from gate.report.view import Row, by_importance, view_of
from gate.text import visible

_LOST = {Outcome.BROKEN, Outcome.MISSING}
_SKIPPED = {Outcome.INCONCLUSIVE, Outcome.NEW}


def render_junit(result: Result) -> str:
    """Return the result as JUnit XML.

    Regressed rows are failures, broken and missing ones errors, inconclusive and new ones are
    skipped. A row that only warns is no failure, and a run that passed has neither failures nor
    errors. A run that failed without such a row has one error more, with the verdict's reason.
    """
    view = view_of(result)
    findings = by_importance(result.judgement.findings)
    suite = ET.Element("testsuite", name="perf-gate")
    for finding, row in zip(findings, view["everything"]["shown"], strict=True):
        _case(suite, _tag(finding, result), finding, row)
    if result.judgement.exit_status and not _marked(suite):
        _verdict(suite, view["headline"]["text"])
    _count(suite, result)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(suite: ET.Element, tag: str, finding: Finding, row: Row) -> None:
    named = f"{row['name']} ({row['kind']})" if row["kind"] else row["name"]
    kind = f"perf-gate.{finding.benchmark.source.value}"
    case = ET.SubElement(suite, "testcase", classname=kind, name=named)
    said = ": ".join(filter(None, (_numbers(row), row["message"])))
    if tag == "system-out":
        ET.SubElement(case, tag).text = f"{row['outcome']}: {said}"
    else:
        ET.SubElement(case, tag, type=row["outcome"], message=f"{row['outcome']}: {said}")


def _tag(finding: Finding, result: Result) -> str:
    """The element that says what became of a row."""
    passed = result.judgement.exit_status == ExitStatus.PASS
    gated = finding.threshold is None or finding.threshold.level is Level.ERROR
    if finding.outcome in _LOST:
        return "skipped" if passed else "error"
    if finding.outcome is Outcome.REGRESSED and gated and not passed:
        return "failure"
    return "skipped" if finding.outcome in _SKIPPED else "system-out"


def _numbers(row: Row) -> str:
    interval = f" ({row['interval']})" if row["interval"] else ""
    return f"{row['change']}{interval}" if row["change"] else ""


def _marked(suite: ET.Element) -> bool:
    return any(suite.find(f"testcase/{kind}") is not None for kind in ("failure", "error"))


def _verdict(suite: ET.Element, headline: str) -> None:
    case = ET.SubElement(suite, "testcase", classname="perf-gate", name="verdict")
    ET.SubElement(case, "error", type="verdict", message=visible(headline, 1000))


def _count(suite: ET.Element, result: Result) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{result.seconds.total:.3f}")
