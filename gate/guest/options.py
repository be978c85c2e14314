"""What the guest says to pytest: foreign options are kept, those that spoil measuring overruled.

Overruling sets parsed options where they exist. No plugin is disabled for it (``addopts`` may hold
options that only the plugin understands), and none has to be there.
"""

from __future__ import annotations

from argparse import Namespace
from importlib.util import find_spec
from typing import Any

import pytest

OVERRULED = {
    "numprocesses": 0,  # pytest-xdist: one process, ours
    "dist": "no",
    "cov_source": None,  # pytest-cov: no tracing while timing
    "maxfail": 0,
    "continue_on_collection_errors": True,
    "reruns": 0,
    "forked": False,
    "lf": False,
    "stepwise": False,
    "usepdb": False,
    "codspeed": False,
}

FLAGS = [
    "benchmark-autosave",
    "benchmark-disable",
    "benchmark-disable-gc",
    "benchmark-enable",
    "benchmark-only",
    "benchmark-skip",
    "benchmark-verbose",
    "benchmark-quiet",
    "benchmark-save-data",
    "codspeed",
]
VALUES = [
    "benchmark-calibration-precision",
    "benchmark-columns",
    "benchmark-compare-fail",
    "benchmark-cprofile",
    "benchmark-cprofile-dump",
    "benchmark-cprofile-loops",
    "benchmark-cprofile-top",
    "benchmark-group-by",
    "benchmark-max-time",
    "benchmark-min-rounds",
    "benchmark-min-time",
    "benchmark-name",
    "benchmark-netrc",
    "benchmark-save",
    "benchmark-sort",
    "benchmark-storage",
    "benchmark-time-unit",
    "benchmark-timer",
    "benchmark-warmup-iterations",
    "codspeed-mode",
    "codspeed-warmup-time",
    "codspeed-max-time",
    "codspeed-max-rounds",
]
OPTIONAL_VALUES = [
    "benchmark-compare",
    "benchmark-histogram",
    "benchmark-json",
    "benchmark-warmup",
]


def overrule(options: Namespace, seed: int) -> None:
    """Set the options that would spoil measuring; both sides shuffle by the same seed."""
    for name, value in OVERRULED.items():
        if hasattr(options, name):
            setattr(options, name, value)
    if hasattr(options, "randomly_seed"):
        options.randomly_seed = seed


def add_missing(parser: pytest.Parser) -> None:
    """Declare the options of absent benchmark plugins, so that addopts that hold them parse."""
    group = parser.getgroup("perf-gate", "options of absent benchmark plugins, ignored")
    present = {"benchmark": find_spec("pytest_benchmark"), "codspeed": find_spec("pytest_codspeed")}

    def declare(name: str, **how: Any) -> None:
        if not present[name.partition("-")[0]]:
            group.addoption("--" + name, default=None, **how)

    for name in FLAGS:
        declare(name, action="store_true")
    for name in VALUES:
        declare(name, action="store")
    for name in OPTIONAL_VALUES:
        declare(name, action="store", nargs="?")


def close_network(config: pytest.Config) -> None:
    """Keep pytest-rerunfailures from a server of its own, beside pytest-xdist: we rerun nothing."""
    plugin: Any = config.pluginmanager.get_plugin("rerunfailures")
    if hasattr(plugin, "HAS_PYTEST_HANDLECRASHITEM"):
        plugin.HAS_PYTEST_HANDLECRASHITEM = False


def silence_rival(config: pytest.Config) -> None:
    """Take pytest-benchmark out before it configures; its options are parsed by now."""
    rival = config.pluginmanager.get_plugin("benchmark")
    if rival is not None:
        config.pluginmanager.unregister(rival)
