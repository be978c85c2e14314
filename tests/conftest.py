"""What holds for every test: deterministic examples, and no clock that fails a slow machine."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gate")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what could not be tested here: a skip alone is easily overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)]
    unsaid = [reason for reason in reasons if "NOT RUN" in reason]
    for reason in dict.fromkeys(unsaid):
        terminalreporter.write_line(f"!!!!! {unsaid.count(reason)} tests: {reason}", red=True)
