"""The same View on a terminal, or plainly in a log: readable at 80 columns, never interpreted."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gate.report import words
from gate.report.acceptance import Requirement
from gate.report.view import Listing, Row, View, cut, lines
from gate.text import fold, terminal

_LINES = 60  # of a table; more would push the verdict off the screen
_NARROWEST = 40
_GAP = 2
_ROOMY = 100  # columns from which the table has room for intervals
_STYLES = {
    "pass": "bold green",
    "fail": "bold red",
    "inconclusive": "bold yellow",
    "error": "bold red",
    "regressed": "red",
    "missing": "red",
    "broken": "red",
    "improved": "green",
}


def console(stream: TextIO, environ: Mapping[str, str], *, width: int | None = None) -> Console:
    """Return a console that shows text as it is, and styles it on a terminal only.

    Args:
        stream: Where it writes; from now on it shows escaped what its encoding lacks.
        environ: ``NO_COLOR`` or ``CI``, when not empty, make it plain; ``COLUMNS`` gives a width.
        width: Columns; None asks the terminal, and is 100 where there is none.
    """
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    styled = stream.isatty() and not environ.get("NO_COLOR") and not environ.get("CI")
    return Console(
        file=stream,
        force_terminal=styled,
        color_system="auto" if styled else None,
        no_color=not styled,
        width=width or (None if stream.isatty() or environ.get("COLUMNS") else _ROOMY),
        highlight=False,
        markup=False,
        emoji=False,
        _environ=environ,
    )


def print_view(view: View, out: Console, files: Sequence[Path] = ()) -> None:
    """Print the view: the verdict, what needs attention, all rows, how sure, and where files are.

    Args:
        view: What to print.
        out: A console made by `console`.
        files: What was written, named in the last line.
    """
    headline = view["headline"]
    _paragraph(out, f"{headline['sign']} {headline['text']}", _STYLES[view["verdict"]])
    _paragraph(out, headline["advice"], "")
    out.print()
    for line in view["log"]:
        _paragraph(out, line, "dim", indent="  ")
    for listing in (view["attention"], view["undecided"]):
        for row in listing["shown"]:
            _card(out, row)
        _rest(out, listing)
    _everything(out, view)
    _acceptance(out, view)
    _paragraph(out, f"{view['tally']} {view['trust']}", "")
    _remarks(out, view)
    if files:
        _paragraph(out, f"Written: {', '.join(str(path) for path in files)}", "dim")


def _card(out: Console, row: Row) -> None:
    """Print what needs attention over several lines: its name is long and its message matters."""
    label = f"{row['sign']} {row['outcome']}"
    name = fold(terminal(_named(row)), _columns(out) - len(label) - 2)
    _line(out, Text.assemble((label, _STYLES.get(row["outcome"], "")), "  ", (name, "bold")))
    if row["change"]:
        allowed = f", allowed {row['allowed']}" if row["allowed"] else ""
        interval = f" ({row['interval']})" if row["interval"] else ""
        numbers = f"{row['base']} → {row['head']}, {row['change']}{interval}{allowed}"
        _paragraph(out, numbers, "", indent="    ")
    if row["message"]:
        _paragraph(out, row["message"], "dim", indent="    ")
    out.print()


def _everything(out: Console, view: View) -> None:
    listing = view["everything"]
    if not listing["total"]:
        return
    kept = cut(view, lines(view) - max(0, listing["total"] - _LINES), "in summary.md")["everything"]
    out.print(_table(kept["shown"], _columns(out)))
    _rest(out, kept)
    out.print()


def _acceptance(out: Console, view: View) -> None:
    kept = cut(view, lines(view) - max(0, view["acceptance"]["total"] - _LINES), "in summary.md")
    if kept["acceptance"]["total"]:
        out.print(_requirements(kept["acceptance"]["shown"], _columns(out)))
        _rest(out, kept["acceptance"])
        out.print()


def _requirements(rows: Sequence[Requirement], columns: int) -> Table:
    titles = ["must", "goal", "actual", "status"]
    cells = [[row["must"], row["goal"], row["actual"], row["status"]] for row in rows]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    room = columns - sum(widths) - _GAP * len(titles)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    table.add_column("acceptance", no_wrap=True)
    for title in titles:
        table.add_column(title, no_wrap=True, justify="left" if title == "status" else "right")
    for row, texts in zip(rows, cells, strict=True):
        table.add_row(Text(fold(terminal(row["name"]), max(room, 1))), *map(Text, texts))
    return table


def _table(rows: Sequence[Row], columns: int) -> Table:
    titles = ["", "base", "head", "change"] + ["interval"] * (columns >= _ROOMY)
    cells = [[text for text, _ in zip(_cells(row), titles, strict=False)] for row in rows]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    # Names are folded here, in the middle: their ends tell them apart.
    room = columns - sum(widths) - _GAP * len(titles)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("benchmark", no_wrap=True)
    for title in titles[1:]:
        table.add_column(title, no_wrap=True, justify="right")
    for row, (label, *numbers) in zip(rows, cells, strict=True):
        name = fold(terminal(_named(row)), max(room, 1))
        style = _STYLES.get(row["outcome"], "")
        table.add_row(Text(label, style), Text(name), *map(Text, numbers))
    return table


def _cells(row: Row) -> list[str]:
    change = "proved" if row["change"] == words.PROVED else row["change"]
    label = f"{row['sign']} {row['outcome']}"
    return [label, terminal(row["base"]), terminal(row["head"]), change, row["interval"]]


def _named(row: Row) -> str:
    return f"{row['name']} ({row['kind']})" if row["kind"] else row["name"]


def _remarks(out: Console, view: View) -> None:
    for title, listing in (("Notice", view["notices"]), ("Differs", view["differences"])):
        for line in listing["shown"]:
            _paragraph(out, f"{title}: {line}", "yellow" if title == "Notice" else "dim")


def _rest(out: Console, listing: Listing[Row] | Listing[Requirement]) -> None:
    if listing["more"]:
        _paragraph(out, listing["more"], "dim")


def _columns(out: Console) -> int:
    return max(_NARROWEST, out.width)


def _paragraph(out: Console, text: str, style: str, *, indent: str = "") -> None:
    # Wrapped here, not by rich: a line may begin at a blank only, where a log command is broken.
    wrapped = textwrap.wrap(
        terminal(text, 3 * words.SENTENCE_LIMIT),
        _columns(out),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in wrapped:
        _line(out, Text(line, style))


def _line(out: Console, text: Text) -> None:
    out.print(text, soft_wrap=True)
