"""What a selftest found, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gate.errors import ExitStatus
from gate.judge.wording import percent, plural
from gate.selftests.sight import Seen, Sight, Trial
from gate.selftests.trials import Report
from gate.text import fold, terminal

_COLUMNS = ("", "change", "found", "planted", "seen", "others blamed", "time")
_RIGHT = {"found", "planted", "seen", "time"}
_GAP = 2
_NARROWEST = 20
SIGNS = {True: ("✓", "green"), False: ("✗", "bold red")}


def status_of(report: Report) -> ExitStatus:
    """0 where the gate behaved and found something, 1 where it did not behave, else 5."""
    if not all(trial.behaved for trial in report.trials):
        return ExitStatus.REGRESSED
    found = any(trial.found for trial in report.trials)
    return ExitStatus.PASS if found else ExitStatus.INCONCLUSIVE


def print_report(report: Report, out: Console) -> None:
    """Print where it was planted, one line for each trial, what needs words, and the verdict.

    Args:
        report: what was tried.
        out: a console made by `gate.report.terminal.console`.
    """
    spot = report.spot
    where = terminal(str(spot.place))
    reached = f"which {len(spot.reached)} of {plural(report.rows, 'benchmark')} reach"
    _line(out, f"Planted into {where}, {reached}", "")
    out.print()
    out.print(_table(report))
    out.print()
    for remark in _remarks(report):
        _line(out, remark, "dim")
    status = status_of(report)
    style = {ExitStatus.PASS: "bold green", ExitStatus.REGRESSED: "bold red"}
    _line(out, _verdict(report, status), style.get(status, "bold yellow"))


def line_of(trial: Trial) -> str:
    """One trial in one line, for the log."""
    sign, _ = SIGNS[trial.behaved]
    return f"{sign} {trial.what}: {_found(trial)}"


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for title in _COLUMNS:
        table.add_column(title, justify="right" if title in _RIGHT else "left", no_wrap=True)
    for trial in report.trials:
        sign, style = SIGNS[trial.behaved]
        cells = (trial.what, _found(trial), _planted(trial), _changes(trial), _blamed(trial))
        table.add_row(Text(sign, style), *map(Text, cells), f"{trial.seconds:.0f} s")
    return table


def _found(trial: Trial) -> str:
    if trial.planting is None:
        return "red" if trial.red or trial.blamed else "green"
    return f"{trial.found} of {len(trial.seen)}"


def _planted(trial: Trial) -> str:
    return _range([one.size for one in trial.seen])


def _changes(trial: Trial) -> str:
    rows = [one.row for one in trial.seen]
    return _range([row.change.point for row in rows if row and row.change])


def _range(changes: list[float]) -> str:
    """All of them from the smallest to the largest."""
    ends = dict.fromkeys(percent(one) for one in (min(changes), max(changes))) if changes else ()
    return " to ".join(ends)


def _blamed(trial: Trial) -> str:
    return fold(terminal(", ".join(trial.blamed)), 2 * _NARROWEST) if trial.blamed else "none"


def _remarks(report: Report) -> Iterator[str]:
    """What was not found, and why that is, or is not, all right."""
    for trial in report.trials:
        for one in trial.seen:
            if one.sight is not Sight.FOUND:
                yield f"{trial.what}: {terminal(one.name)} {_why(one, trial.blind)}"


def _why(one: Seen, blind: str) -> str:
    said = terminal(one.row.message) if one.row else "was not there"
    outcome = one.row.outcome if one.row else "missing"
    if one.sight is Sight.MISSED:
        return f"was missed: {outcome} at {percent(one.size)}; {said}"
    if blind:
        return f"{outcome}: the run was blind, {terminal(blind)}"
    known = one.row.smallest_detectable if one.row else None
    could = "it cannot be said what could be seen" if known is None else f"sees {percent(known)}"
    return f"{outcome}, which is allowed: planted {percent(one.size)}, {could}; {said}"


def _verdict(report: Report, status: ExitStatus) -> str:
    planted = [trial for trial in report.trials if trial.planting]
    found, rows = sum(one.found for one in planted), sum(len(one.seen) for one in planted)
    tally = f"{found} of {plural(rows, 'slowdown')} found"
    if status is ExitStatus.PASS:
        return f"The gate behaved: {tally}, nothing else blamed."
    if status is ExitStatus.REGRESSED:
        bad = sum(not one.behaved for one in report.trials)
        return f"The gate did NOT behave in {bad} of {plural(len(report.trials), 'run')}: {tally}."
    return f"Nothing is proved: {tally}; on this machine, now, the gate is blind to them."


def _line(out: Console, text: str, style: str) -> None:
    out.print(Text(text, style), soft_wrap=True)
