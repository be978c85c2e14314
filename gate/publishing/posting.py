"""Says a result on GitHub: comment and check run, each where it may; failing changes no verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from gate.config.decode import load
from gate.config.problems import ConfigurationError
from gate.config.schema import Comment, Report
from gate.github.api.checks import report_check
from gate.github.api.client import Client
from gate.github.api.comments import Thread
from gate.github.api.failures import ApiError, OutdatedError
from gate.github.api.pulls import (
    PullRequest,
    changed_lines,
    file_at,
    file_of,
    guard,
    pull_request_of,
)
from gate.github.events import Occasion
from gate.github.handover import Posted
from gate.model import Result
from gate.publishing.wording import check_of, is_alarming, move_for
from gate.report.custom.rendering import Template, comment_of
from gate.report.render import marker


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be posted where."""

    occasion: Occasion
    report_id: str
    configuration: PurePosixPath
    """The rules' file in the repository: base's, else head's, says when to comment."""
    folder: PurePosixPath = field(default_factory=PurePosixPath)
    """Of the project inside the repository; the rules' paths begin there."""
    comment: Comment | None = None
    """Wins over the rules."""


def post(result: Result, order: Order, client: Client) -> Posted:
    """Post a result on the pull request that it is of.

    Right before each write the pull request's head is looked at: where it is a newer one,
    nothing is written any more. Where the token may not write, that is a note and no failure.

    Args:
        result: Rendered by our own templates.
        order: Where; nothing of it comes from the result.
        client: Of the server.

    Raises:
        Interrupted: A signal arrived; nothing is written after it.
    """
    try:
        pull, notes = _pull(order.occasion, client)
        if pull is None or not _is_of(result, pull):
            return Posted(notes=notes or ("not posted: the result is of another revision",))
        return _posted(result, order, client, pull, notes)
    except ApiError as error:
        return Posted(notes=(_note("nothing was posted", error),))


def _posted(
    result: Result, order: Order, client: Client, pull: PullRequest, notes: tuple[str, ...]
) -> Posted:
    check = guard(client, pull)
    url = ""
    try:
        url = _comment(result, order, client, pull, check)
    except OutdatedError as error:
        return Posted(notes=(*notes, error.message))
    except ApiError as error:
        notes = (*notes, _note("no comment was posted", error))
    try:
        _check(result, order, client, pull, check)
    except OutdatedError:
        notes = (*notes, "no check run was made: the change has moved on")
    except ApiError as error:
        notes = (*notes, _note("no check run was made", error))
    return Posted(url=url, notes=notes)


def _note(what: str, error: ApiError) -> str:
    return f"{what}: {error.message}. {error.hint}".strip()


def _is_of(result: Result, pull: PullRequest) -> bool:
    return result.revisions is None or result.revisions.head.commit == pull.head


def _pull(occasion: Occasion, client: Client) -> tuple[PullRequest | None, tuple[str, ...]]:
    if occasion.pull is not None:
        return occasion.pull, ()
    if occasion.branch is None or occasion.head is None:
        return None, ("not posted: the run was not for a pull request",)
    found = pull_request_of(client, occasion.repository, occasion.head, occasion.branch)
    if not found:
        return None, ("not posted: no open pull request has the head that was judged",)
    others = [f"pull request {one.number} has the same head; it got no comment" for one in found]
    return found[0], tuple(others[1:])


def _comment(
    result: Result, order: Order, client: Client, pull: PullRequest, check: Callable[[], None]
) -> str:
    first_line = marker(order.report_id)
    thread = Thread(client=client, pull=pull, marker=first_line, guard=check)
    rules = _rules(order, client, pull)
    move = move_for(order.comment or rules.comment, result)
    template = _template(rules, order, client, pull)
    return thread.settle(move, comment_of(result, template, report_id=order.report_id)[1])


def _rules(order: Order, client: Client, pull: PullRequest) -> Report:
    """What the rules say; a configuration that cannot be used has been told elsewhere."""
    text = file_of(client, pull, order.configuration)
    try:
        return load(text or "", filename=str(order.configuration)).report
    except ConfigurationError:
        return Report()


def _template(rules: Report, order: Order, client: Client, pull: PullRequest) -> Template | None:
    """The target's own, as base has it; that base has none has been told by who checked."""
    if rules.template is None:
        return None
    text = file_at(client, pull.repository, order.folder / rules.template, pull.base)
    return None if text is None else Template(path=rules.template, text=text)


def _check(
    result: Result, order: Order, client: Client, pull: PullRequest, check: Callable[[], None]
) -> None:
    lines = changed_lines(client, pull) if is_alarming(result) else {}
    run = check_of(result, report_id=order.report_id, run=order.occasion.key, lines=lines)
    report_check(client, pull.repository, pull.head, run, check)
