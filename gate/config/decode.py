"""Text of ``.perf-gate.yml`` -> Configuration, or every problem in it at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import expm1, inf

from gate.config import fields as to
from gate.config.cursor import Cursor, Fields
from gate.config.loader import Node, Scalar, parse
from gate.config.presets import PRESETS
from gate.config.problems import ConfigurationError, Problems
from gate.config.schema import (
    VERSION,
    Acceptance,
    Baseline,
    Benchmarks,
    Command,
    Comment,
    Compare,
    Configuration,
    Harness,
    Inconclusive,
    Isolation,
    Measure,
    Preset,
    Report,
    Suite,
    Target,
    ThresholdEntry,
)
from gate.config.thresholds import overlay
from gate.model import Level, Metric, Threshold

MAX_THRESHOLDS = 500
"""Each entry is held against all above it, so their number has a limit."""


def load(text: str, *, filename: str) -> Configuration:
    """Decodes a configuration; an empty text is the default configuration.

    Args:
        text: The whole file. What was not UTF-8 may arrive as surrogate escapes.
        filename: Shown in problems, never opened.

    Raises:
        ConfigurationError: With every problem in the file; with one where it cannot be parsed.
    """
    problems = Problems(file=filename)
    root = Cursor(node=parse(text, problems), path="", problems=problems)
    configuration = _configuration(root.unless_null())
    if problems.found:
        raise ConfigurationError(tuple(problems.found))
    return configuration


def _configuration(at: Cursor) -> Configuration:
    fields = at.fields(
        *("version", "preset", "target", "benchmarks", "suite"),
        *("isolation", "measure", "thresholds", "baseline", "report", "accept"),
    )
    fields.value("version", _version, VERSION)
    preset = fields.value("preset", to.one_of(Preset), Preset.RECOMMENDED)
    return Configuration(
        preset=preset,
        target=_target(fields.section("target")),
        benchmarks=_benchmarks(fields.section("benchmarks")),
        suite=_suite(fields.section("suite")),
        isolation=_isolation(fields.section("isolation")),
        measure=_measure(fields.section("measure")),
        thresholds=_thresholds(fields.section("thresholds"), PRESETS[preset]),
        baseline=_baseline(fields.section("baseline")),
        report=_report(fields.section("report")),
        accept=tuple(_acceptance(item) for item in fields.section("accept").items()),
    )


def _version(node: Node) -> int:
    if isinstance(node, Scalar) and type(node.value) is int and node.value == VERSION:
        return VERSION
    raise to.UnfitError(f"{VERSION}, the only version that this program reads")


def _target(at: Cursor) -> Target:
    fields = at.fields("python", "install", "requirements", "env")
    return Target(
        python=fields.value("python", to.python_version, None),
        install=fields.list("install", to.requirement, ()),
        requirements=fields.list("requirements", to.path, ()),
        env=tuple(
            (key.read(to.environment_name, ""), value.read(to.text, ""))
            for _, key, value in fields.section("env").entries()
        ),
    )


def _benchmarks(at: Cursor) -> Benchmarks:
    fields = at.fields("paths", "pytest_args", "harness", "commands", "imports")
    return Benchmarks(
        paths=fields.list("paths", to.path, ()),
        pytest_args=fields.list("pytest_args", to.text, ()),
        harness=fields.value("harness", to.one_of(Harness), Harness.HEAD),
        commands=_commands(fields.section("commands")),
        imports=fields.list("imports", to.module, None),
    )


def _commands(at: Cursor) -> tuple[Command, ...]:
    items = tuple(item.fields("name", "run") for item in at.items())
    for fields in items:
        fields.require("name", "run")
    _each_once(fields["name"] for fields in items)
    return tuple(
        Command(name=fields.value("name", to.command_name, ""), run=_program(fields["run"]))
        for fields in items
    )


def _each_once(cursors: Iterable[Cursor]) -> None:
    seen: set[str] = set()
    for cursor in cursors:
        text = cursor.node.text if isinstance(cursor.node, Scalar) else None
        if text in seen:
            cursor.fail("each one once", f"{to.described(cursor.node)} again")
        if text is not None:
            seen.add(text)


def _program(at: Cursor) -> tuple[str, ...]:
    return tuple(
        item.read(to.text if position else to.words, "") for position, item in enumerate(at.some())
    )


def _suite(at: Cursor) -> Suite:
    fields = at.fields("run", "executor")
    return Suite(
        run=fields.value("run", to.flag, True),
        executor=fields.value("executor", to.factory, None),
    )


def _isolation(at: Cursor) -> Isolation:
    fields = at.fields("allow")
    return Isolation(allow=fields.list("allow", to.opened, ()))


def _measure(at: Cursor) -> Measure:
    fields = at.fields("budget", "metrics")
    default = Measure()
    metrics = fields.section("metrics")
    return Measure(
        budget_s=fields.value("budget", to.budget, default.budget_s),
        metrics=default.metrics if metrics.empty else _metrics(metrics.some()),
    )


def _metrics(items: tuple[Cursor, ...]) -> tuple[Metric, ...]:
    _each_once(items)
    return tuple(item.read(to.one_of(Metric), Metric.TIME) for item in items)


def _baseline(at: Cursor) -> Baseline:
    fields = at.fields("compare", "store", "release")
    default = Baseline()
    return Baseline(
        compare=fields.value("compare", to.one_of(Compare), Compare.BASE),
        store=fields.value("store", to.store, None),
        release=fields.value("release", to.flag, default.release),
    )


def _report(at: Cursor) -> Report:
    fields = at.fields("comment", "template", "inconclusive")
    return Report(
        comment=fields.value("comment", to.one_of(Comment), Comment.CHANGES),
        template=fields.value("template", to.path, None),
        inconclusive=fields.value("inconclusive", to.one_of(Inconclusive), Inconclusive.NEUTRAL),
    )


def _acceptance(at: Cursor) -> Acceptance:
    fields = at.fields("match", "metric", "up_to", "missing", "reason", "until")
    fields.require("match", "reason", "until")
    missing = fields.value("missing", to.flag, False)
    if "up_to" not in fields and not missing:
        at.fail("up_to or missing: true", "neither")
    return Acceptance(
        match=fields.value("match", to.words, ""),
        metric=fields.value("metric", to.one_of(Metric), None),
        up_to=fields.value("up_to", to.percentage, None),
        missing=missing,
        reason=fields.value("reason", to.words, ""),
        until=fields.value("until", to.day, date.max),
    )


def _thresholds(at: Cursor, preset: Threshold) -> tuple[ThresholdEntry, ...]:
    items = at.items()
    if len(items) > MAX_THRESHOLDS:
        at.fail(f"at most {MAX_THRESHOLDS} entries", str(len(items)))
        return ()
    entries: list[ThresholdEntry] = []
    for item in items:
        fields = item.fields("match", "metric", "tolerate", "max_change", "level", "max", "goal")
        entries.append(_threshold(fields))
        _contradictions(fields, entries, preset)
    return tuple(entries)


def _threshold(fields: Fields) -> ThresholdEntry:
    metric = fields.value("metric", to.one_of(Metric), None)
    return ThresholdEntry(
        match=fields.value("match", to.words, "*"),
        metric=metric,
        tolerate=fields.value("tolerate", to.percentage, None),
        max_change=fields.value("max_change", to.percentage, None),
        level=fields.value("level", to.one_of(Level), None),
        max=_amount(fields, "max", metric),
        goal=_amount(fields, "goal", metric),
    )


def _amount(fields: Fields, key: str, metric: Metric | None) -> float | None:
    if metric is not None:
        return fields.value(key, to.AMOUNTS[metric], None)
    if "metric" not in fields:
        fields[key].fail("a metric in the same entry", "none, so that the unit is open")
    return None


def _contradictions(fields: Fields, entries: list[ThresholdEntry], preset: Threshold) -> None:
    """The last entry must make sense on top of the preset and of those entries above it.

    They are laid over each other for a benchmark that is named like the entry's pattern,
    which the entry itself always matches.
    """
    entry = entries[-1]
    changes = _says(fields, entry, "tolerate", "max_change")
    amounts = _says(fields, entry, "goal", "max")
    if not changes and not amounts:
        return
    metrics = tuple(Metric) if entry.metric is None else (entry.metric,)
    laid = [overlay(preset, entries, entry.match, metric) for metric in metrics]
    close = [threshold for threshold in laid if threshold.tolerate >= threshold.max_change]
    if changes and close:
        _too_close(fields, close[0])
    if amounts and any((threshold.goal or 0) > _limit(threshold) for threshold in laid):
        fields["max" if "max" in fields else "goal"].fail("goal to be at most max")


def _says(fields: Fields, entry: ThresholdEntry, *keys: str) -> bool:
    """The entry has one of these keys, and what it has could be decoded."""
    values = [getattr(entry, key) for key in keys if key in fields]
    return bool(values) and None not in values


def _limit(threshold: Threshold) -> float:
    return inf if threshold.max is None else threshold.max


def _too_close(fields: Fields, laid: Threshold) -> None:
    if "max_change" in fields:
        fields["max_change"].fail(f"more than the {_percent(laid.tolerate)} that is tolerated")
    else:
        fields["tolerate"].fail(f"less than the max_change of {_percent(laid.max_change)}")


def _percent(change: float) -> str:
    return f"{100 * expm1(change):.6g}%"
