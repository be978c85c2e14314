"""The thresholds that hold where the configuration says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p
from types import MappingProxyType

from gate.config.schema import Preset, ThresholdEntry
from gate.model import Level, Metric, Threshold

PRESETS: Mapping[Preset, Threshold] = MappingProxyType(
    {
        Preset.STRICT: Threshold(tolerate=log1p(0.005), max_change=log1p(0.02), level=Level.ERROR),
        Preset.RECOMMENDED: Threshold(
            tolerate=log1p(0.01), max_change=log1p(0.03), level=Level.ERROR
        ),
        Preset.ADVISORY: Threshold(tolerate=log1p(0.01), max_change=log1p(0.03), level=Level.WARN),
    }
)

SUITE = (
    ThresholdEntry(match="suite:*[*]", level=Level.OFF),
    ThresholdEntry(match="suite:task_group_overhead", metric=Metric.TIME, max=5e-4, goal=3e-4),
    ThresholdEntry(match="suite:pool", metric=Metric.TIME, max=2e-3),
    ThresholdEntry(match="suite:execution_time", metric=Metric.TIME, max_change=log1p(0.05)),
    ThresholdEntry(match="suite:workflow", metric=Metric.TIME, max=30.0),
    ThresholdEntry(match="suite:message_throughput", metric=Metric.TIME, max=1 / 120, goal=1 / 130),
    ThresholdEntry(match="suite:collect_*", metric=Metric.TIME, max=5e-5, goal=5e-6),
    ThresholdEntry(match="suite:cancellation_latency", metric=Metric.TIME, max=0.01, goal=0.005),
    ThresholdEntry(
        match="suite:cancellation_p99", metric=Metric.TIME, level=Level.WARN, max=0.01, goal=0.005
    ),
    ThresholdEntry(match="suite:cancellation_load_*", metric=Metric.TIME, max=0.02),
    ThresholdEntry(match="suite:allocations", metric=Metric.ALLOCATIONS, max=2000.0, goal=100.0),
    ThresholdEntry(
        match="suite:memory_peak",
        metric=Metric.MEMORY,
        tolerate=log1p(0.05),
        max_change=log1p(0.1),
        goal=7800.0,
    ),
)
"""What rows of the bundled suite must reach, and would do well to; the file's entries come later.

Go/No-Go and stretch values of the document that the suite comes from, where they mean something:
``docs/executor.md`` has the reasons. Seconds per unit, bytes per call, blocks per 10,000 messages.
Naive and bare executors are there to be looked at.
"""
