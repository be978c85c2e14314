"""Results to render: one for each thing that a reader may have to be told."""

from __future__ import annotations

import math

from gate.model import (
    Benchmark,
    Change,
    Clock,
    Finding,
    Judgement,
    Level,
    Machine,
    Metric,
    Noise,
    Outcome,
    Result,
    Revision,
    Revisions,
    Seconds,
    Source,
    Strain,
    Threshold,
    VerdictKind,
)
from tests.golden.suite_rows import SUITE

BASE = Revision(commit="3f2a9c41" * 5, label="merge base with main")
HEAD = Revision(commit="b70d15e8" * 5, label="refs/pull/12/head")
MACHINE = Machine(
    cpu="AMD EPYC 7763 64-Core Processor",
    cores=4,
    memory_bytes=16 * 1024**3,
    system="Linux 6.8.0-1021-azure x86_64",
    python="CPython 3.12.3",
)
URL = "tests/bench/test_url.py::"


def limits(
    level: Level = Level.ERROR, *, tolerate: float = 0.01, maximum: float | None = None
) -> Threshold:
    """Return what a benchmark is allowed; ``tolerate`` is a fraction."""
    return Threshold(
        tolerate=math.log1p(tolerate),
        max_change=math.log1p(3 * tolerate),
        level=level,
        max=maximum,
    )


CALM = Strain(pressure=0.02, steal=0.0, throttled=0.0, memory=0.0)


def change(point: float, low: float, high: float) -> Change:
    """Return a change from fractions, as a reader thinks of it."""
    return Change(point=math.log1p(point), low=math.log1p(low), high=math.log1p(high))


def measured(
    name: str,
    outcome: Outcome,
    relative: tuple[float, float, float],
    *,
    message: str,
    base: float = 12.34e-6,
    source: Source = Source.PYTEST,
    metric: Metric = Metric.TIME,
    unit: str = "s",
    clock: Clock | None = Clock.CPU,
    pairs: int = 5,
    threshold: Threshold | None = None,
) -> Finding:
    """Return the row of a benchmark that was timed."""
    return Finding(
        benchmark=Benchmark(name=name, source=source),
        metric=metric,
        outcome=outcome,
        message=message,
        unit=unit,
        clock=clock,
        base=base,
        head=base * (1 + relative[0]),
        change=change(*relative),
        pairs=pairs,
        smallest_detectable=math.log1p(0.011),
        threshold=threshold or limits(),
    )


def proved(name: str) -> Finding:
    """Return the row of a benchmark that never meets the change."""
    return Finding(
        benchmark=Benchmark(name=name),
        metric=Metric.TIME,
        outcome=Outcome.UNCHANGED,
        message="executes the same instructions on both sides",
        change=Change(point=0.0, low=0.0, high=0.0),
        proved=True,
        threshold=limits(),
    )


def lost(name: str, outcome: Outcome, message: str) -> Finding:
    """Return the row of a benchmark that could not be compared."""
    return Finding(
        benchmark=Benchmark(name=name),
        metric=Metric.TIME,
        outcome=outcome,
        message=message,
        threshold=limits(),
    )


def unchanged(name: str, relative: tuple[float, float, float] = (0.002, -0.004, 0.008)) -> Finding:
    """Return the row of a benchmark that was timed and acquitted."""
    return measured(name, Outcome.UNCHANGED, relative, message="below +3.00%")


def regressed(name: str, relative: tuple[float, float, float], where: str = "") -> Finding:
    """Return the row of a benchmark that became slower and was confirmed."""
    message = "in CPU time, more than the +1.00% tolerated, confirmed by 10 fresh pairs"
    return measured(name, Outcome.REGRESSED, relative, message=message + where, pairs=15)


def result(
    *findings: Finding,
    verdict: VerdictKind = VerdictKind.PASS,
    reason: str = "None of 4 benchmarks regressed.",
    exit_status: int = 0,
    head: Revision = HEAD,
    notices: tuple[str, ...] = (),
    differences: tuple[str, ...] = (),
    blind: str = "",
    strain: Strain = CALM,
) -> Result:
    """Return a result with these rows."""
    noise = Noise(
        floor=math.log1p(0.004),
        false_failure=0.001,
        smallest_detectable=math.log1p(0.011),
        controls=5,
        blind=blind,
        strain=strain,
    )
    return Result(
        revisions=Revisions(base=BASE, head=head),
        judgement=Judgement(
            findings=findings,
            verdict=verdict,
            reason=reason,
            exit_status=exit_status,
            noise=noise,
        ),
        machine=MACHINE,
        seconds=Seconds(install=11.6, measure=83.2, total=98.4),
        notices=notices,
        differences=differences,
    )


ALL_WELL = (
    unchanged(f"{URL}test_parse[short]"),
    unchanged(f"{URL}test_parse[long]", (-0.001, -0.006, 0.004)),
    proved(f"{URL}test_quote"),
    proved("tests/bench/test_query.py::test_get"),
)

HOSTILE = (
    "test_<img src=x onerror=alert(1)>[</code></td></table>]",
    "test_`code`|pipe|*bold*_under_[link](https://evil.example)![i](//evil.example/i.png)",
    "::error::all is lost",
    "test_##[error]old style",
    "@octocat closes #1, GH-2, :rocket: $x$ www.evil.example root@evil.example",
    "test_\u202egnp.exe\u2066\u200b\u200d\ufeff",
    "test_\x1b[31mred\x1b]8;;https://evil.example\x07\r\n::stop-commands::x\x00\x9b2J",
    "test_" + "long" * 125,
    "test_" + "e" + "\u0301" * 40,
    "日本語のベンチマーク" * 3,
    "\ud800<!-- perf-gate: default -->",
    "",
)

CASES: dict[str, Result] = {
    "all_well": result(*ALL_WELL),
    "blind": result(
        measured(
            f"{URL}test_parse[short]",
            Outcome.INCONCLUSIVE,
            (0.061, 0.04, 0.083),
            message="+6.10% (+4.00% to +8.30%) in CPU time; but the run is blind",
        ),
        proved(f"{URL}test_quote"),
        verdict=VerdictKind.INCONCLUSIVE,
        reason="The run is blind: control:memory, the same on both sides, seemed to change by "
        "+3.10%; 1 benchmark could not be decided.",
        blind="control:memory, the same on both sides, seemed to change by +3.10%",
        strain=Strain(pressure=0.83, steal=0.41, throttled=0.0, memory=None),
    ),
    "acceptance": result(
        *SUITE,
        verdict=VerdictKind.FAIL,
        exit_status=1,
        reason="1 of 7 benchmarks regressed, by up to +308%.",
    ),
    "regression": result(
        regressed(
            f"{URL}test_parse[long]",
            (0.124, 0.118, 0.131),
            "; parse_url in src/mylib/url.py, lines 40 to 52, takes the time",
        ),
        regressed(f"{URL}test_join", (0.034, 0.021, 0.047)),
        measured(
            "mylib",
            Outcome.REGRESSED,
            (0.151, 0.122, 0.18),
            message="in wall time, more than the +10.0% tolerated, confirmed by 10 fresh pairs",
            base=0.0981,
            source=Source.IMPORT,
            clock=Clock.WALL,
            pairs=15,
            threshold=limits(Level.WARN, tolerate=0.1, maximum=0.2),
        ),
        ALL_WELL[0],
        *ALL_WELL[2:],
        verdict=VerdictKind.FAIL,
        reason="2 of 6 benchmarks regressed; largest change +12.4%.",
        exit_status=1,
    ),
    "improvement": result(
        measured(
            f"{URL}test_split",
            Outcome.IMPROVED,
            (-0.083, -0.087, -0.079),
            message="in CPU time: faster",
        ),
        measured(
            f"{URL}test_load",
            Outcome.IMPROVED,
            (-0.25, -0.25, -0.25),
            message="fewer",
            base=48 * 1024**2,
            metric=Metric.MEMORY,
            unit="B",
            clock=None,
        ),
        *ALL_WELL,
        reason="None of 5 benchmarks regressed; 2 improved.",
    ),
    "missing_and_broken": result(
        lost(f"{URL}test_unquote", Outcome.BROKEN, "works on base, fails on head"),
        lost(f"{URL}test_join", Outcome.MISSING, "base has it, head does not"),
        lost(f"{URL}test_fresh", Outcome.NEW, "only head has it: there is nothing to compare"),
        *ALL_WELL,
        verdict=VerdictKind.FAIL,
        reason="On head, 1 broken and 1 missing of the benchmarks that base has.",
        exit_status=4,
    ),
    "inconclusive": result(
        measured(
            f"{URL}test_hash",
            Outcome.INCONCLUSIVE,
            (0.012, -0.018, 0.042),
            message="cannot exclude +4.20% after 23 pairs",
            pairs=23,
        ),
        lost(f"{URL}test_slow", Outcome.INCONCLUSIVE, "was not measured"),
        *ALL_WELL,
        verdict=VerdictKind.INCONCLUSIVE,
        reason="2 benchmarks could not be decided; none is known to be slower.",
    ),
    "nothing_measured": result(
        verdict=VerdictKind.ERROR,
        reason="Nothing was measured: no benchmarks were found.",
        exit_status=4,
    ),
    "hostile_names": result(
        *(regressed(name, (0.05, 0.04, 0.06), f": {name}") for name in HOSTILE),
        verdict=VerdictKind.FAIL,
        reason="12 of 12 benchmarks regressed; ::error::largest <b>change</b> +5.00%.",
        exit_status=1,
        notices=("Notice: " + HOSTILE[4], HOSTILE[2], "- # not a heading\n# nor this"),
        differences=(HOSTILE[0], HOSTILE[6]),
        head=Revision(commit="b70d15e8" * 5, label="<b>@octocat</b>\n# main"),
    ),
    "notices": result(
        *ALL_WELL,
        notices=(
            "The change touches tests/bench/conftest.py, which the benchmarks depend on.",
            "The acceptance of test_parse* ends on 2027-01-31.",
        ),
        differences=("numpy 2.1.0 -> 2.2.0", "only on head: orjson 3.10.12"),
    ),
    "working_tree": result(
        *ALL_WELL, head=Revision(commit="b70d15e8" * 5, label="working tree", dirty=True)
    ),
    "install_failure": result(
        verdict=VerdictKind.ERROR,
        reason="Head could not be installed: no version of orjson matches orjson>=99.",
        exit_status=3,
    ),
}


def many(count: int) -> Result:
    """Return a result of so many rows, a tenth of them regressed, with long names."""
    rows = [
        regressed(f"{URL}test_wide[{'x' * 80}-{index}]", (0.05 + index / 1e5, 0.04, 0.06 + index))
        if index % 10 == 0
        else unchanged(f"{URL}test_wide[{'x' * 80}-{index}]")
        for index in range(count)
    ]
    return result(*rows, verdict=VerdictKind.FAIL, reason="A tenth regressed.", exit_status=1)
