"""The command ``init``: its arguments, and what it says."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gate.arguments import Commands, add_command, add_place
from gate.beginning.choice import USUAL, Workflow, chosen
from gate.beginning.drafts import ACTION, Draft, drafts
from gate.beginning.survey import Survey, look
from gate.beginning.writing import Fate, fate, overwrite, write
from gate.errors import ExitStatus
from gate.system.progress import Progress
from gate.text import terminal

_LONGEST = 400
_ACTION = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+@[A-Za-z0-9._/-]+")
_DESCRIPTION = """\
Looks at the repository and writes a commented .perf-gate.yml and workflow files for it. Files that
are there already stay as they are, unless --force is given. Nothing is installed or measured.

workflows:
  forks        pull requests, from forks too: one job measures, another posts
  gate         pull requests in one job, with no comment where they are from forks
  matrix       pull requests in several jobs at once, with one verdict (with forks: posted there)
  self-hosted  pull requests on a machine of yours, none from forks
  record       what is merged is added to the branch perf-gate-data
  schedule     the default branch against the last release, once a week"""


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add ``init``."""
    parser = add_command(commands, "init", "write the rules and the workflow files", _DESCRIPTION)
    parser.set_defaults(run=_init)
    add_place(parser)
    parser.add_argument(
        "--workflows",
        type=_chosen,
        default=USUAL,
        metavar="LIST",
        help=f"which, with commas between them (default: {','.join(USUAL)})",
    )
    parser.add_argument(
        "--action",
        type=_action,
        default=ACTION,
        metavar="NAME@REF",
        help=f"the action, best by the commit of a release (default: {ACTION})",
    )
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument("--dry-run", action="store_true", help="print the files, write nothing")


def _chosen(text: str) -> tuple[Workflow, ...]:
    try:
        return chosen(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected {error}, got {text!r}") from None


def _action(text: str) -> str:
    if _ACTION.fullmatch(text):
        return text
    raise argparse.ArgumentTypeError(f"expected owner/name@ref, got {text!r}")


def _init(arguments: argparse.Namespace, progress: Progress) -> int:
    progress.phase("look at the repository")
    survey, top = look(arguments.repo, arguments.working_directory)
    files = drafts(survey, arguments.workflows, arguments.action)
    if arguments.dry_run:
        sys.stdout.writelines(_shown(files, top))
        return ExitStatus.PASS
    fates = (overwrite if arguments.force else write)(files, top)
    _say(_told(files, fates))
    _say(f"  {line}" for line in _seen(survey, arguments.workflows))
    _say(["", "next:"])
    _say(f"  {line}" for line in _next(arguments.workflows))
    return ExitStatus.PASS


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{terminal(line, _LONGEST)}\n" for line in lines)


def _shown(files: Sequence[Draft], top: Path) -> Iterator[str]:
    for draft in files:
        there = "" if fate(draft, top) is Fate.WROTE else ", which is there already"
        yield f"--- {terminal(str(draft.path), _LONGEST)}{there}\n{draft.text}\n"


def _told(files: Sequence[Draft], fates: Sequence[Fate]) -> Iterator[str]:
    for draft, ended in zip(files, fates, strict=True):
        yield f"{ended:<9}{draft.path}: {draft.what}"
    if Fate.KEPT in fates:
        yield "kept differs from what would be written: --dry-run shows that, --force takes it"


def _seen(survey: Survey, workflows: Sequence[Workflow]) -> Iterator[str]:
    yield f"of {survey.origin or 'a repository without a remote origin'}, branch {survey.branch}"
    count = len(survey.benchmarks)
    yield (
        f"{count} file{'s' * (count != 1)} with benchmarks"
        if count
        else ("no benchmarks yet: the bundled suite is all that is measured until there are")
    )
    yield survey.sentence
    if not survey.pythons:
        yield f"the image has no Python that is {survey.requires_python}, as requires-python says"
    if Workflow.SCHEDULE in workflows and not survey.released:
        yield "no tag with a version in it yet: the weekly comparison needs one"


def _next(workflows: Sequence[Workflow]) -> Iterator[str]:
    yield "perf-gate check --base HEAD --head HEAD --budget 60s    what noise looks like here"
    yield "commit the files, and merge them into the default branch: the rules count from there"
    if Workflow.FORKS in workflows and Workflow.MATRIX not in workflows:
        yield "the first pull request has a summary only: the comment comes once they are merged"
    if Workflow.RECORD in workflows:
        yield "protect no branch named perf-gate-data: the recording pushes to it"
    check = "perf-gate verdict" if Workflow.MATRIX in workflows else "perf-gate"
    yield f'make "{check}" a required check in the settings of the branch'
