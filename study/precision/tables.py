"""The table of precision per second, ours beside that of pytest-benchmark."""

from __future__ import annotations

from collections.abc import Iterator

from gate.guest.controls import PREFIX
from study.precision.errors import Errors, of_ours, of_rival
from study.precision.rival import STATISTICS, suites
from study.record.recording import SUFFIX, read
from study.record.stress import QUIET, STRESS
from study.settings import Settings, head, line, say

LIBRARIES = ("tomlkit", "mistune")


def precision(settings: Settings) -> Iterator[str]:
    """Take the runs of pytest-benchmark that are missing, and yield the table."""
    yield "\nDifferences between two measurements of the same code\n"
    yield head(
        "library", "condition", "method", "estimates", "sd", "robust sd", "beyond +5 %",
        "s a benchmark", "sd x root s", "times ours",
    )  # fmt: skip
    for condition in (QUIET, STRESS):
        for library in filter(settings.wanted, LIBRARIES):
            path = settings.recordings / f"{library}-base-{condition}{SUFFIX}"
            if not path.exists():
                say(f"there is no recording {path.name} to compare with")
                continue
            recording = read(path)
            names = [name for name in recording.facts.benchmarks if not name.startswith(PREFIX)]
            ours = of_ours(recording, names)
            runs = suites(library, condition, settings)
            rivals = [of_rival(runs, statistic) for statistic in STATISTICS]
            for errors in (ours, *rivals):
                yield line(library, condition, *_cells(errors, ours))


def _cells(errors: Errors, ours: Errors) -> tuple[str, ...]:
    return (
        errors.method,
        str(len(errors.found)),
        f"{errors.sd:.2%}",
        f"{errors.robust_sd:.2%}",
        f"{errors.beyond:.1%}",
        f"{errors.seconds:.2f}",
        f"{100 * errors.cost:.2f}",
        f"{errors.cost / ours.cost:.1f}" if ours.cost else "-",
    )
