"""The rules of a run, and where they come from: a change cannot loosen what it is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from gate.config.decode import load
from gate.config.schema import Configuration
from gate.config.thresholds import threshold_for
from gate.errors import UsageError
from gate.isolation import Allowance, allowance
from gate.job import Job
from gate.judge.rows.acceptance import NO_ACCEPTANCES, Acceptances
from gate.judge.verdict import Inconclusive
from gate.model import Benchmark, Metric, Revisions, Threshold
from gate.report.custom.rendering import Template
from gate.revisions import Clone
from gate.suite.cases import PREFIX

CONFIGURATION = ".perf-gate.yml"
MOST_BYTES = 64 * 1024 * 1024
"""The longest file that is read at all; who understands it has a limit of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The configuration that holds, and what a reader must know about where it came from."""

    configuration: Configuration
    notices: tuple[str, ...] = ()
    allowance: Allowance = Allowance()  # noqa: RUF009 - frozen
    """What isolation leaves open, by base's file; no other opens anything."""
    acceptances: Acceptances = NO_ACCEPTANCES
    template: Template | None = None
    """The target's own, of base; None: ours."""

    @property
    def inconclusive(self) -> Inconclusive:
        """What an undecided benchmark does to the exit status."""
        return Inconclusive(self.configuration.report.inconclusive)

    def threshold(self, benchmark: Benchmark, metric: Metric) -> Threshold:
        """What a benchmark is allowed."""
        return threshold_for(self.configuration, benchmark, metric)


def rules_for(job: Job, source: Clone, revisions: Revisions) -> Rules:
    """``--config`` wins; else base's file; else head's, said aloud; else the defaults."""
    if job.config is not None:
        return _from_file(job.config)
    path = str(job.working_directory / CONFIGURATION)
    for revision, notices in (
        (revisions.base, ()),
        (revisions.head, (f"base has no {CONFIGURATION} yet: the rules are those of head",)),
    ):
        content = source.read(revision.commit, path)
        if content is not None:
            rules = _with_notices(load(content.decode("utf-8", "replace"), filename=path))
            if revision is revisions.base:
                return _opened(rules)
            return replace(rules, notices=(*notices, *rules.notices))
    return Rules(configuration=load("", filename=path))


def _opened(rules: Rules) -> Rules:
    """Let base's file open what it names: a file that a change may have written opens nothing."""
    return replace(rules, allowance=allowance(rules.configuration.isolation.allow))


def with_template(rules: Rules, job: Job, source: Clone, revisions: Revisions) -> Rules:
    """Return the rules with the template that they name, as base has it: nobody else's counts."""
    named = rules.configuration.report.template
    if named is None:
        return rules
    content = source.read(revisions.base.commit, str(job.working_directory / named))
    if content is None:
        notice = f"The comment is ours, not that of report.template: base has no {named}."
        return replace(rules, notices=(*rules.notices, notice))
    text = content.decode("utf-8", "replace")
    return replace(rules, template=Template(path=named, text=text))


def rules_without_revisions(job: Job) -> Rules:
    """Return the rules of ``--config``, else the defaults."""
    if job.config is not None:
        return _from_file(job.config)
    return Rules(configuration=load("", filename=CONFIGURATION))


def _from_file(path: Path) -> Rules:
    return _with_notices(load(text_of(path), filename=str(path)))


def text_of(path: Path, most: int = MOST_BYTES) -> str:
    """Return the content of a file (or pipe) that the user named.

    Raises:
        UsageError: if it cannot be read, or has more than ``most`` bytes.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most + 1)
        if len(content) > most:
            raise UsageError(f"{path} is larger than {most} bytes")
        return content.decode()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _with_notices(configuration: Configuration) -> Rules:
    """Say what this version understands but does not act on, so that nobody relies on it."""
    asked = {
        "benchmarks.commands": configuration.benchmarks.commands,
        "benchmarks.imports": configuration.benchmarks.imports,
        "measure.metrics": Metric.TIME not in configuration.measure.metrics,
        "thresholds of memory or allocations": any(
            entry.metric not in {None, Metric.TIME} and not entry.match.startswith(PREFIX)
            for entry in configuration.thresholds
        ),
    }
    idle = [name for name, value in asked.items() if value]
    notice = f"understood, but not acted on by this version: {', '.join(idle)}"
    return Rules(configuration=configuration, notices=(notice,) if idle else ())
