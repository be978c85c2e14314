"""What base accepts counts; what the change adds is a request; the template is that of base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from gate.job import Job
from gate.judge.rows.acceptance import Origin
from gate.model import Benchmark, Metric, Revision, Revisions
from gate.pipe.acceptances import with_acceptances
from gate.pipe.rules import CONFIGURATION, Rules, rules_for, with_template
from gate.revisions import Clone, clone
from tests.repositories import empty

TODAY = date(2027, 1, 20)
OLD = '  - {match: "test_old*", up_to: 5%, reason: old, until: 2027-02-01}\n'
NEW = "  - {match: test_new, metric: time, up_to: 9%, reason: new, until: 2027-02-01}\n"


def settled(tmp_path: Path, base: str | None, head: str, **more: object) -> Rules:
    """The rules of a change of the configuration from ``base`` to ``head``."""
    source, revisions = changed(tmp_path, base, head)
    job = replace(Job(repository=tmp_path, out=tmp_path), **more)  # type: ignore[arg-type]
    rules = with_template(rules_for(job, source, revisions), job, source, revisions)
    return with_acceptances(rules, job, source, revisions, TODAY)


def changed(tmp_path: Path, base: str | None, head: str) -> tuple[Clone, Revisions]:
    repository = empty(tmp_path / "target")
    files = {"a.py": "1"} if base is None else {"a.py": "1", CONFIGURATION: base}
    first = repository.commit("base", {**files, "t.j2": "of base"})
    second = repository.commit("head", {CONFIGURATION: head, "t.j2": "of head", "u.j2": "of head"})
    revisions = Revisions(
        base=Revision(commit=first, label="base"), head=Revision(commit=second, label="head")
    )
    return clone(repository.folder, tmp_path / "git"), revisions


@pytest.mark.parametrize(
    ("base", "head", "origins"),
    [
        (f"accept:\n{OLD}", f"accept:\n{OLD}", [Origin.RULES]),
        (f"accept:\n{OLD}", f"accept:\n{OLD}{NEW}", [Origin.RULES, Origin.CHANGE]),
        (f"accept:\n{OLD}", f"accept:\n{OLD.replace('5%', '6%')}", [Origin.RULES, Origin.CHANGE]),
        (f"accept:\n{OLD}", "", [Origin.RULES]),
        (None, f"accept:\n{NEW}", [Origin.CHANGE]),
        ("", f"accept:\n{NEW}", [Origin.CHANGE]),
    ],
)
def test_what_only_head_says_is_a_request(
    tmp_path: Path, base: str | None, head: str, origins: list[Origin]
) -> None:
    entries = settled(tmp_path, base, head).acceptances.entries

    assert [one.origin for one in entries] == origins


def test_a_pattern_is_that_of_the_configuration(tmp_path: Path) -> None:
    old, new = settled(tmp_path, f"accept:\n{OLD}", f"accept:\n{NEW}").acceptances.entries

    assert old.covers(Benchmark(name="b.py::test_old[1]"), Metric.MEMORY)
    assert new.covers(Benchmark(name="b.py::test_new"), Metric.TIME)
    assert not new.covers(Benchmark(name="b.py::test_new"), Metric.MEMORY)


def test_of_a_file_that_the_user_names_all_counts(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(f"accept:\n{OLD}", encoding="utf-8")

    (entry,) = settled(tmp_path, "", f"accept:\n{NEW}", config=file).acceptances.entries

    assert (entry.match, entry.origin) == ("test_old*", Origin.RULES)


@pytest.mark.parametrize(
    ("more", "complete"), [({}, True), ({"only": ("a",)}, False), ({"shard": (1, 2)}, False)]
)
def test_only_a_run_of_all_knows_what_matches_nothing(
    tmp_path: Path, more: dict[str, object], *, complete: bool
) -> None:
    found = settled(tmp_path, "", "", granted=True, **more).acceptances

    assert (found.today, found.granted, found.complete) == (TODAY, True, complete)


def test_a_change_that_breaks_the_configuration_is_told(tmp_path: Path) -> None:
    rules = settled(tmp_path, f"accept:\n{OLD}", "accept: 1\n")

    assert [one.origin for one in rules.acceptances.entries] == [Origin.RULES]
    assert rules.notices[-1].startswith("the change breaks .perf-gate.yml, nothing of it was looke")


@pytest.mark.parametrize("base", ["report: {template: t.j2}", None])
def test_the_template_is_that_of_base(tmp_path: Path, base: str | None) -> None:
    """Also where the configuration that names it is that of head."""
    template = settled(tmp_path, base, "report: {template: t.j2}").template

    assert template is not None
    assert (template.path, template.text) == (PurePosixPath("t.j2"), "of base")


def test_a_template_that_base_does_not_have_is_told(tmp_path: Path) -> None:
    rules = settled(tmp_path, "report: {template: u.j2}", "report: {template: u.j2}")

    assert rules.template is None
    assert rules.notices == ("The comment is ours, not that of report.template: base has no u.j2.",)
