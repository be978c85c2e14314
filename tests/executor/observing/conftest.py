"""A profiler whose gauges are set by hand."""

from __future__ import annotations

import pytest

from gate.executor.observing.profiler import Profiler
from tests.executor.clocks import Instruments


@pytest.fixture
def instruments() -> Instruments:
    return Instruments()


@pytest.fixture
def profiler(instruments: Instruments) -> Profiler:
    return Profiler(gauges=instruments.gauges)
