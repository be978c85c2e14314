"""Publishing as the action does it: results of the run's artifacts, and the order to post them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from gate.errors import UsageError
from gate.github.action import Request
from gate.github.api.client import Client
from gate.github.api.failures import ApiError
from gate.github.api.patience import Patience
from gate.github.events import has_label
from gate.github.handover import Posted
from gate.job import Job
from gate.judge.rows.acceptance import LABEL
from gate.model import Result
from gate.page.files import write
from gate.pipe.rules import CONFIGURATION
from gate.publishing.collecting import from_run
from gate.publishing.merging import merge
from gate.publishing.parts import Arrived
from gate.publishing.posting import Order, post
from gate.report.view import DEFAULT_REPORT_ID

ARTIFACT = "perf-gate"
"""How the names of artifacts begin that hold results."""


def as_labelled(request: Request, patience: Patience) -> Request:
    """Return the request with the labels of now: a run that is started again has its old event's.

    Where GitHub does not say, it stays as it is.
    """
    occasion = request.occasion
    if occasion is None or occasion.pull is None or request.server is None:
        return request
    if occasion.attempt == 1:
        return request
    try:
        with Client(request.server, patience) as client:
            now = {"pull_request": client.get(occasion.pull.path)}
    except ApiError:
        return request
    return replace(request, job=replace(request.job, granted=has_label(now, LABEL)))


def publish(request: Request, patience: Patience) -> Result:
    """Merge the results that a run left as artifacts, and write the reports; nothing is posted.

    Raises:
        UsageError: There is no token, or this is no run of Actions.
        ApiError: The artifacts cannot be listed.
    """
    if request.occasion is None or request.server is None or not request.occasion.run:
        raise UsageError(
            "publishing what a run found needs a token, and a run of Actions that it is about",
            hint="Use it on workflow_run, or in a job that needs those that checked; "
            "or name files: perf-gate publish DIR.",
        )
    occasion, name = request.occasion, artifact_name(request.job.report_id)
    with Client(request.server, patience) as client:
        arrived = from_run(client, occasion.repository, occasion.run, name=name, head=occasion.head)
    return merged(request, arrived)


def merged(request: Request, arrived: Arrived) -> Result:
    """Merge what came, and write the reports."""
    result = merge(arrived, expected=request.expected)
    write(result, request.job.out, report_id=request.job.report_id)
    return result


def tell(request: Request, result: Result, patience: Patience) -> Posted:
    """Post a result where the event says; not in a dry run, and not what is only a shard."""
    occasion, job = request.occasion, request.job
    if occasion is None or request.server is None or job.dry_run or job.part.count > 1:
        return Posted()
    if occasion.pull is None and occasion.branch is None:
        return Posted()
    order = Order(
        occasion=occasion,
        report_id=job.report_id,
        configuration=_configuration(job),
        folder=job.working_directory,
        comment=request.comment,
    )
    with Client(request.server, patience) as client:
        return post(result, order, client)


def artifact_name(report_id: str) -> str:
    """Return how the names of a gate's artifacts begin."""
    return ARTIFACT if report_id == DEFAULT_REPORT_ID else f"{ARTIFACT}+{report_id}"


def _configuration(job: Job) -> PurePosixPath:
    """The rules' file inside the repository: GitHub is asked for it, no checkout is needed."""
    if job.config is not None and job.config.is_relative_to(job.repository):
        return PurePosixPath(job.config.relative_to(job.repository))
    return job.working_directory / CONFIGURATION
