"""The thresholds that hold where the configuration says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p
from types import MappingProxyType

from gate.config.schema import Preset
from gate.model import Level, Threshold

PRESETS: Mapping[Preset, Threshold] = MappingProxyType(
    {
        Preset.STRICT: Threshold(tolerate=log1p(0.005), max_change=log1p(0.02), level=Level.ERROR),
        Preset.RECOMMENDED: Threshold(
            tolerate=log1p(0.01), max_change=log1p(0.03), level=Level.ERROR
        ),
        Preset.ADVISORY: Threshold(tolerate=log1p(0.01), max_change=log1p(0.03), level=Level.WARN),
    }
)
