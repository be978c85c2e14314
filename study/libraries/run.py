"""Runs ``perf-gate check`` over the prepared libraries and prints what it saw as a Markdown table.

Two changes that do nothing must not be red (``same``: documentation, ``renamed``: a neutral
edit); the planted one (``slow``) must be red on the right rows and on no others. Results are
kept, and what is there already is not run again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue import Library, libraries, matches
from prepare import DEFAULT

CHANGES = ("same", "renamed", "slow")
COLUMNS = "library|change|benchmarks|proved|seconds|verdict|as expected|red|expected|pairs|needs"
REGRESSED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What perf-gate said of one change of one library."""

    library: Library
    change: str
    status: int
    seconds: float
    """Of the whole call, installing included."""
    result: Mapping[str, Any]
    """The document in ``result.json``; empty where there is none."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The benchmarks of the result."""
        return list(self.result.get("benchmarks", ()))

    @property
    def red(self) -> list[str]:
        """Names of the benchmarks that regressed."""
        return [row["name"] for row in self.rows if row["outcome"] == "regressed"]


def main() -> int:
    """Run what is missing, print the table; return 0 if every row is as expected, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="libraries (default: all that are prepared)")
    parser.add_argument("--change", action="append", choices=CHANGES, help="default: all three")
    parser.add_argument("--repositories", type=Path, default=DEFAULT, help=f"default: {DEFAULT}")
    parser.add_argument("--out", type=Path, default=DEFAULT / ".results", help="kept results")
    parser.add_argument("--option", action="append", default=[], help="passed on, as --no-proof")
    arguments = parser.parse_args()
    print(_line(COLUMNS.split("|")), _line(["---"] * len(COLUMNS.split("|"))), sep="\n")
    right = []
    for run in _runs(arguments):
        right.append(not complaints(run))
        print(_line(_cells(run)), flush=True)
    return 0 if right and all(right) else 1


def complaints(run: Run) -> list[str]:
    """Return what is wrong with a run, in words; nothing: it is as expected.

    A change that does nothing may be inconclusive, but neither red nor broken.
    """
    if not run.rows:
        return [f"exit status {run.status}, nothing measured"]
    if run.change != "slow":
        blamed = [f"{name} was blamed" for name in run.red]
        return blamed or ([] if run.status == 0 else [f"exit status {run.status}"])
    wanted = _expected(run)
    allowed = (*run.library.red, *run.library.touched)
    wrong = [] if run.status == REGRESSED else [f"exit status {run.status}"]
    wrong += [] if wanted else ["no benchmark has the expected name"]
    wrong += [f"{name} was missed" for name in wanted if name not in run.red]
    return wrong + [f"{name} was blamed" for name in run.red if not matches(name, allowed)]


def _expected(run: Run) -> list[str]:
    if run.change != "slow":
        return []
    return [row["name"] for row in run.rows if matches(row["name"], run.library.red)]


def _runs(arguments: argparse.Namespace) -> Iterator[Run]:
    for library in libraries(arguments.names):
        repository = arguments.repositories / library.name
        if not repository.is_dir():
            print(f"{library.name} is not prepared: run prepare.py first", file=sys.stderr)
            continue
        for change in arguments.change or CHANGES:
            out = arguments.out / library.name / change
            if not Path(out, "run.json").exists():
                _check(repository, change, out, arguments.option)
            yield _load(library, change, out)


def _check(repository: Path, change: str, out: Path, options: list[str]) -> None:
    """Run perf-gate; ``run.json`` is written last and marks a run that was not interrupted."""
    out.mkdir(parents=True, exist_ok=True)
    Path(out, "result.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "gate", "check", "--repo", str(repository), "--base", "base"]
    started = time.monotonic()
    with Path(out, "log.txt").open("w", encoding="utf-8") as log:
        status = subprocess.run(
            [*command, "--head", change, "--out", str(out), *options],
            check=False,
            stdout=log,
            stderr=subprocess.STDOUT,
        ).returncode
    notes = {"status": status, "seconds": round(time.monotonic() - started, 1)}
    Path(out, "run.json").write_text(json.dumps(notes), encoding="utf-8")


def _load(library: Library, change: str, out: Path) -> Run:
    notes = json.loads(Path(out, "run.json").read_text(encoding="utf-8"))
    result = Path(out, "result.json")
    return Run(
        library=library,
        change=change,
        status=notes["status"],
        seconds=notes["seconds"],
        result=json.loads(result.read_text(encoding="utf-8")) if result.exists() else {},
    )


def _cells(run: Run) -> list[str]:
    measured = [row["pairs"] for row in run.rows if row["pairs"]]
    return [
        f"{run.library.name} {run.library.version}",
        run.change,
        str(len(run.rows)),
        str(sum(row["proved"] for row in run.rows)),
        f"{run.seconds:.0f}",
        run.result.get("verdict", f"exit status {run.status}"),
        "; ".join(complaints(run)) or "yes",
        _names(run.red),
        _names(_expected(run)),
        f"{min(measured)}-{max(measured)}" if measured else "none",
        run.library.note if run.change == CHANGES[0] else "",
    ]


def _names(names: list[str]) -> str:
    short = [name.rpartition("::")[2] for name in names]
    return ", ".join(short[:4]) + (f" and {len(short) - 4} more" if len(short) > 4 else "")  # noqa: PLR2004


def _line(cells: list[str]) -> str:
    escaped = [cell.replace("|", "\\|").replace("\n", " ") for cell in cells]
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    sys.exit(main())
