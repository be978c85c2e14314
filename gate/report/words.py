"""The sentences of a report, worded once for every reader and renderer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from gate.errors import ExitStatus
from gate.judge.wording import plural
from gate.model import (
    Finding,
    Level,
    Noise,
    Outcome,
    Result,
    Revision,
    Revisions,
    Seconds,
    Strain,
    Threshold,
    VerdictKind,
    Yardstick,
)
from gate.report.units import ABSENT, duration, percent, quantities, share
from gate.text import visible

SENTENCE_LIMIT = 400
"""The longest message, notice or reason that is shown, in character cells."""

PROVED = "same instructions"
"""What stands for the change of a benchmark that needed no stopwatch."""

STRAINED = 0.4
"""A share of the time that is worth telling; both guests wait for each other for up to 0.3."""

_VERDICTS = {
    VerdictKind.PASS: "passed",
    VerdictKind.FAIL: "failed",
    VerdictKind.INCONCLUSIVE: "inconclusive",
    VerdictKind.ERROR: "not judged",
}
_ADVICE = {
    ExitStatus.USAGE: "Mend the call or the configuration, and run again.",
    ExitStatus.INSTALL: "Mend the installation, and run again: nothing is known about speed.",
    ExitStatus.INCONCLUSIVE: "Run again with more time (measure.budget): this configuration "
    "counts an open question as a failure.",
    ExitStatus.DEFECT: "This is a defect of perf-gate, not of the change: please report it.",
    ExitStatus.INTERRUPTED: "Run again.",
}
_REGRESSED = (
    "Make it fast again; or, where the slowdown is meant, let perf-gate accept write down why, "
    "and ask a maintainer for the label perf-gate-accept."
)
_MISSING = "Bring back what is missing, or let perf-gate accept write down why it is gone."
_BROKEN = "Repair what is broken; everything else was judged."
_BLIND = "Run again, on a quieter machine: nothing that was estimated here can be trusted."
_APART = "For an answer let perf-gate check measure both sides, without --results."
_ABSENT = "Look at the jobs that left no result, and run them again."
_YARDSTICKS = {Yardstick.STORED: "its stored runs", Yardstick.RELEASE: "in the last release"}
_FIRST = "Merge it by hand this once: a run that measures nothing never passes."
_NOTHING = 'Check "benchmarks" in .perf-gate.yml: a run that measures nothing never passes.'


def headline(result: Result, report_id: str) -> str:
    """Return the verdict and its reason; ``report_id`` is named where it is not the usual one."""
    subject = "Performance" if report_id == "default" else f"Performance ({report_id})"
    reason = visible(result.judgement.reason, SENTENCE_LIMIT).rstrip(".")
    return f"{subject} {_VERDICTS[result.judgement.verdict]}: {reason[:1].lower()}{reason[1:]}"


def advice(result: Result) -> str:
    """Return what the reader should do next, one or two sentences."""
    judgement = result.judgement
    outcomes = {finding.outcome for finding in judgement.findings}
    if judgement.noise.blind and judgement.verdict is VerdictKind.INCONCLUSIVE:
        return _BLIND
    if judgement.noise.floor == math.inf and judgement.verdict is VerdictKind.INCONCLUSIVE:
        return _APART
    if judgement.exit_status == ExitStatus.PASS:
        return _no_failure(judgement.verdict, outcomes)
    if judgement.exit_status in _ADVICE:
        return _ADVICE[ExitStatus(judgement.exit_status)]
    todo = {
        _REGRESSED: judgement.exit_status == ExitStatus.REGRESSED,
        _MISSING: Outcome.MISSING in outcomes,
        _BROKEN: Outcome.BROKEN in outcomes,
    }
    said = " ".join(sentence for sentence, applies in todo.items() if applies)
    if outcomes == {Outcome.NEW}:
        return _FIRST
    measured = any(finding.change for finding in judgement.findings)
    return said or (_ABSENT if measured or result.revisions is None else _NOTHING)


def _no_failure(verdict: VerdictKind, outcomes: set[Outcome]) -> str:
    if verdict is VerdictKind.INCONCLUSIVE:
        return "Nothing fails; for an answer run again with more time (measure.budget)."
    if Outcome.REGRESSED in outcomes:
        return "Nothing has to be done: what became slower only warns."
    return "Nothing to do."


def tally(findings: Sequence[Finding], ordered: Sequence[Outcome]) -> str:
    """Return how many results had which outcome, in the order given."""
    if not findings:
        return "No benchmark was compared."
    counts = Counter(finding.outcome for finding in findings)
    proved = sum(finding.proved for finding in findings)
    parts = [f"{counts[outcome]:,} {outcome}" for outcome in ordered if counts[outcome]]
    text = f"{_total(findings)}: {', '.join(parts)}"
    return f"{text} ({proved:,} by proof)." if proved else f"{text}."


def _total(findings: Sequence[Finding]) -> str:
    count = len({finding.benchmark for finding in findings})
    benchmarks = plural(count, "benchmark")
    return benchmarks if count == len(findings) else f"{len(findings):,} results of {benchmarks}"


def trust(result: Result) -> str:
    """Return how it was measured, what this run could see, and what other yardsticks warn of."""
    return f"{_seen(result)}{_warned(result.judgement.findings)}"


def _warned(findings: Sequence[Finding]) -> str:
    told = [
        f" {count} of {plural(len(slower), 'benchmark')} looks slower than {name}: see the notices."
        for what, name in _YARDSTICKS.items()
        if (slower := [one.slower for each in findings for one in each.against if one.what is what])
        and (count := sum(slower))
    ]
    return "".join(told)


def _seen(result: Result) -> str:
    findings = result.judgement.findings
    pairs = sorted(finding.pairs for finding in findings if finding.pairs)
    if pairs and result.judgement.noise.floor == math.inf:
        return "Base and head were measured apart: nothing is known about noise."
    if pairs:
        return _measured(pairs, result.judgement.noise)
    if any(finding.proved for finding in findings):
        return "Nothing had to be timed: both sides executed the very same instructions."
    if any(finding.against for finding in findings):
        return (
            "Head was measured without base, and held against its stored runs on this machine: "
            "that sees less than base beside it."
        )
    return "Nothing was measured, so nothing is known about speed."


def _measured(pairs: Sequence[int], noise: Noise) -> str:
    least, most = pairs[0], pairs[-1]
    count = plural(most, "pair") if least == most else f"{least:,} to {plural(most, 'pair')}"
    seen = percent(noise.smallest_detectable)
    parts = [
        f"base and head ran side by side in {count} of processes per benchmark",
        f"the noise floor was {percent(noise.floor)}{_by(noise.controls)}",
        f"half of the benchmarks would have shown a slowdown of {seen}",
        f"a false failure anywhere has a probability of at most {share(noise.false_failure)}",
    ]
    return f"{'; '.join(part for part in parts if ABSENT not in part).capitalize()}."


def _by(controls: int) -> str:
    return f" with {plural(controls, 'control')}" if controls else ""


def strained(strain: Strain) -> str:
    """Return what others had of the machine, or nothing where that was little or is unknown."""
    shares = {
        "processes waited for a processor": strain.pressure,
        "the hypervisor took it": strain.steal,
        "the container was held back": strain.throttled,
        "everything waited for memory": strain.memory,
    }
    told = [f"{what} {share:.0%}" for what, share in shares.items() if share and share > STRAINED]
    return f"{', '.join(told)} of the time" if told else ""


def allowed(threshold: Threshold | None) -> str:
    """Return how much slower a benchmark may become, and whether breaking that only warns."""
    if threshold is None or threshold.level is Level.OFF:
        return ""
    text = f"+{percent(threshold.tolerate)}"
    return f"{text} (warns)" if threshold.level is Level.WARN else text


def budget(threshold: Threshold | None, unit: str) -> str:
    """Return the absolute limits of a benchmark, or nothing where it has none."""
    if threshold is None:
        return ""
    limits = [("at most", threshold.max), ("goal", threshold.goal)]
    shown = [(word, quantities([value], unit)[0]) for word, value in limits if value is not None]
    return ", ".join(f"{word} {text}" for word, text in shown)


def more(count: int, where: str) -> str:
    """Return that so many lines are elsewhere, or nothing for none."""
    return f"{count:,} more {where}" if count else ""


def fold_title(rows: int, notices: int) -> str:
    """Return what the folded part of the comment holds."""
    parts = [f"All {plural(rows, 'result')}"] if rows else []
    parts += [plural(notices, "notice")] if notices else []
    return ", ".join([*parts, "machine, how to reproduce"]).capitalize()


def facts(result: Result) -> list[tuple[str, str]]:
    """Return what was compared, where and how long it took, as label and text."""
    machine = result.machine
    memory = quantities([machine.memory_bytes], "B")[0]
    sides = [] if result.revisions is None else _sides(result.revisions)
    return [
        *sides,
        ("Machine", f"{_shown(machine.cpu)}, {plural(machine.cores, 'core')}, {memory} of memory"),
        ("System", f"{_shown(machine.system)}, {_shown(machine.python)}"),
        ("Time", _spent(result.seconds)),
        *([("Strain", strain)] if (strain := strained(result.judgement.noise.strain)) else []),
    ]


def _spent(seconds: Seconds) -> str:
    install, measure, total = map(duration, (seconds.install, seconds.measure, seconds.total))
    return f"{install} installing, {measure} measuring, {total} in all"


def _sides(revisions: Revisions) -> list[tuple[str, str]]:
    return [("Base", _revision(revisions.base)), ("Head", _revision(revisions.head))]


def _revision(revision: Revision) -> str:
    commit = _shown(revision.commit)[:12]
    if revision.dirty:
        return f"{_shown(revision.label)} ({commit} and uncommitted changes)"
    return f"{_shown(revision.label)} ({commit})"


def _shown(text: str) -> str:
    return visible(text) or "unknown"


def reproduce(revisions: Revisions | None) -> list[str]:
    """Return the commands that measure the same change again, without and with Docker."""
    if revisions is None:
        return []
    head = "" if revisions.head.dirty else f" --head {visible(revisions.head.commit)}"
    check = f"check --base {visible(revisions.base.commit)}{head}"
    return [
        f"perf-gate {check}",
        f'docker run --rm -v "$PWD":/github/workspace perf-gate {check}',
    ]
