"""The files as text: rules and workflows, from what was found and what was chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from textwrap import wrap
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gate.beginning.choice import Workflow, files_of
from gate.beginning.survey import PYTHONS, Survey
from gate.report.render import templates
from gate.text import visible

ACTION = "org/perf-gate@v1"
"""How a workflow names the action where nobody says otherwise."""

_SHARDS = ("1/2", "2/2")
_FILES_SHOWN = 5
_SENTENCE = 1000
_WIDTH = 96
_PLAIN = re.compile(
    r"(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z_][a-z0-9_./-]*", re.IGNORECASE | re.ASCII
)
_BY_COMMIT = re.compile(r"@[0-9a-f]{40}(?:[0-9a-f]{24})?")
_UNPINNED = "# zizmor: ignore[unpinned-uses] better the commit of a release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file that is not written yet."""

    path: PurePosixPath
    """Relative to the top of the repository."""
    what: str
    text: str


def drafts(survey: Survey, workflows: Collection[Workflow], action: str) -> tuple[Draft, ...]:
    """Return the rules, and every workflow that was chosen.

    Args:
        survey: What the repository shows of itself.
        workflows: What was chosen; not empty.
        action: ``owner/name@ref`` of the action.
    """
    rules = Draft(
        path=survey.folder / ".perf-gate.yml",
        what="the rules",
        text=_environment().get_template("rules.yml.j2").render(_of_rules(survey)),
    )
    facts = _of_workflows(survey, workflows, action)
    return rules, *(
        Draft(
            path=PurePosixPath(".github/workflows") / file.name,
            what=file.what,
            text=_environment().get_template(file.template).render(facts),
        )
        for file in files_of(workflows)
    )


def _of_rules(survey: Survey) -> Mapping[str, Any]:
    folders = dict.fromkeys(str(PurePosixPath(name).parent) for name in survey.benchmarks)
    paths = [name for name in folders if name != "." and name.isprintable()]
    return {
        "sentence": wrap(visible(survey.sentence, _SENTENCE), _WIDTH),
        "python": (survey.pythons or PYTHONS)[-1],
        "install": [visible(one) for one in survey.install] or ["pytest"],
        "files": [visible(name) for name in survey.benchmarks[:_FILES_SHOWN]],
        "more": len(survey.benchmarks) - _FILES_SHOWN if survey.benchmarks[_FILES_SHOWN:] else 0,
        "paths": paths[:_FILES_SHOWN] or ["tests/performance"],
    }


def _of_workflows(
    survey: Survey, workflows: Collection[Workflow], action: str
) -> Mapping[str, Any]:
    pythons = survey.pythons or PYTHONS
    matrix = Workflow.MATRIX in workflows
    return {
        "branch": survey.branch,
        "folder": "" if survey.folder == PurePosixPath() else str(survey.folder),
        "pythons": pythons,
        "shards": _SHARDS,
        "matrix": matrix,
        "results": len(pythons) * len(_SHARDS) if matrix else 1,
        "uses": action if _BY_COMMIT.search(action) else f"{action} {_UNPINNED}",
    }


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - YAML, in which every foreign text passes a filter
        loader=FileSystemLoader(templates() / "beginning"),
        undefined=StrictUndefined,
        # Workflows are full of {{ }} themselves.
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(yaml=_yaml, quoted=_quoted, glob=_literally)
    return environment


def _yaml(value: str | Collection[str]) -> str:
    """A text, or a list of texts in one line."""
    if not isinstance(value, str):
        return f"[{', '.join(map(_yaml, value))}]"
    return value if _PLAIN.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _literally(branch: str) -> str:
    """A branch's name as a filter that matches nothing else."""
    return re.sub(r"[+!?*\[\]\\]", r"\\\g<0>", branch)
