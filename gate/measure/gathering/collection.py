"""What each side's pytest collects: common, new, missing and broken benchmarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from gate.errors import MeasureError
from gate.measure import guests
from gate.measure.gathering.discovery import benchmark_files, worth_reading
from gate.measure.gathering.overlay import lay_over
from gate.measure.guests import GuestLostError, Seat
from gate.measure.protocol import Collected, CollectError, Item
from gate.model import Ailment, Benchmark, Failure, Side
from gate.system.handed import Handed

SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".tox", ".nox", ".venv", "venv", "build", "dist"}
)
MAX_SOURCE_BYTES = 2 * 1024 * 1024


class NothingThereError(MeasureError):
    """There is no benchmark, or none of those that were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Where to look for benchmarks, and whose files both sides run."""

    paths: tuple[str, ...] = ()
    """Files and folders; empty: whatever uses the fixture or carries a marker."""
    harness: Side = Side.HEAD
    stall_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What there is to measure, and what there is not."""

    seats: Mapping[Side, Seat]
    """The seats as they have to be used from now on."""
    paths: tuple[str, ...]
    items: tuple[Item, ...]
    """Benchmarks that both sides have, in the order in which they were collected."""
    own: frozenset[str]
    """Names of the benchmarks in base's own files."""
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()


def find_files(tree: Path, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return what pytest is given: the asked paths that exist, else the files with benchmarks."""
    if paths:
        return tuple(path for path in paths if (tree / path).exists())
    return benchmark_files(_sources(tree))


def _sources(tree: Path) -> Iterable[tuple[str, str]]:
    for path in sorted(tree.rglob("*.py")):
        relative = path.relative_to(tree)
        if SKIPPED_FOLDERS.isdisjoint(relative.parts) and path.is_file():
            text = path.read_bytes()[:MAX_SOURCE_BYTES].decode("utf-8", "replace")
            if worth_reading(text):
                yield relative.as_posix(), text


def gather(seats: Mapping[Side, Seat], request: Request, *, saved: Path) -> Catalogue:
    """Collect on both sides and lay one side's benchmark files over the other.

    Args:
        seats: one a side; the trees are written to (they are exports of ours).
        request: where to look.
        saved: an empty folder for what the overlay replaces.

    Raises:
        NothingThereError: if there is no benchmark at all.
        MeasureError: if a side imports what is not its own.
    """
    files = {side: find_files(seats[side].tree, request.paths) for side in Side}
    if not any(files.values()):
        raise _nothing_found(request)
    found, seats, notices = _collect_both(seats, files, request)
    other = Side.BASE if request.harness is Side.HEAD else Side.HEAD
    overlay = lay_over(
        _handed(seats[other]),
        _handed(seats[request.harness]),
        benchmarks={item.name.partition("::")[0] for item in found[request.harness].items},
        packages=seats[other].packages,
        saved=saved,
    )
    run, paths = dict(found), files[request.harness]
    if overlay.files:
        again = _collect(seats[other], paths, request.stall_s)
        if _imports(again, found[request.harness]):
            run[other] = again
        else:
            overlay.undo()
            paths = tuple(sorted({*files[Side.BASE], *files[Side.HEAD]}))
            notices += (_not_laid_over(again, other, request.harness),)
    guests.check_origins(seats, {side: run[side].origins for side in Side})
    return _catalogue(seats, paths, found[Side.BASE], run, notices)


def _handed(seat: Seat) -> Handed:
    return Handed(home=seat.cell.home, folder=seat.tree)


def _nothing_found(request: Request) -> NothingThereError:
    where = ", ".join(request.paths) if request.paths else "any Python file"
    return NothingThereError(
        f"no benchmark found: {where} has no test that uses the `benchmark` fixture "
        "or carries the `performance` marker, neither on base nor on head",
        hint="write one (`def test_it(benchmark): benchmark(function)`) or set benchmarks.paths",
    )


def _collect_both(
    seats: Mapping[Side, Seat], files: Mapping[Side, tuple[str, ...]], request: Request
) -> tuple[dict[Side, Collected], Mapping[Side, Seat], tuple[str, ...]]:
    """Both sides at once; where addopts need absent plugins, both go without."""
    try:
        return _in_parallel(seats, files, request.stall_s), seats, ()
    except _UnknownOptionsError as error:
        seats = {
            side: replace(seat, pytest_args=(*seat.pytest_args, "-o", "addopts="))
            for side, seat in seats.items()
        }
        notice = f"pytest's addopts were left out, for they need what is not installed: {error}"
        return _in_parallel(seats, files, request.stall_s), seats, (notice,)


def _in_parallel(
    seats: Mapping[Side, Seat], files: Mapping[Side, tuple[str, ...]], stall_s: float
) -> dict[Side, Collected]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = {side: pool.submit(_collect, seats[side], files[side], stall_s) for side in Side}
        return {side: job.result() for side, job in jobs.items()}


class _UnknownOptionsError(Exception):
    """The target's addopts hold options of plugins that are not installed."""


def _collect(seat: Seat, paths: tuple[str, ...], stall_s: float) -> Collected:
    """What one side collects; a guest that is lost collected nothing, and the error says why."""
    if not paths:
        return Collected(items=())
    try:
        with guests.start(seat, paths, seed=0) as guest:
            message = guest.next(stall_s)
    except GuestLostError as error:
        if error.status == guests.USAGE_ERROR and "unrecognized arguments" in error.message:
            raise _UnknownOptionsError(_unknown(error.message)) from error
        return Collected(items=(), errors=(CollectError(where="", message=error.message),))
    if not isinstance(message, Collected):
        return Collected(items=(), errors=(CollectError(where="", message="collected nothing"),))
    return message


def _unknown(message: str) -> str:
    return message.partition("unrecognized arguments:")[2].partition("\n")[0].strip()


def _imports(again: Collected, donor: Collected) -> bool:
    """The laid-over files import: no error that their own side did not have."""
    known = {error.where for error in donor.errors}
    return all(error.where in known for error in again.errors)


def _not_laid_over(again: Collected, other: Side, harness: Side) -> str:
    error = again.errors[0]
    return (
        f"{harness}'s benchmark files do not import on {other}: each side runs its own files "
        f"({error.where or 'collection'}: {_last_line(error.message)})"
    )


def _catalogue(
    seats: Mapping[Side, Seat],
    paths: tuple[str, ...],
    own: Collected,
    run: Mapping[Side, Collected],
    notices: tuple[str, ...],
) -> Catalogue:
    names = {side: {item.name for item in run[side].items} for side in Side}
    common = names[Side.BASE] & names[Side.HEAD]
    own_names = frozenset(item.name for item in own.items)
    failures = [
        _absent_on_head(name, run[Side.HEAD]) for name in sorted(own_names - names[Side.HEAD])
    ]
    failures += [
        Failure(benchmark=Benchmark(name=name), ailment=Ailment.NEW)
        for name in sorted(names[Side.HEAD] - common)
    ]
    return Catalogue(
        seats=seats,
        paths=paths,
        items=tuple(item for item in run[Side.HEAD].items if item.name in common),
        own=own_names,
        failures=tuple(failures),
        notices=(*notices, *_broken_files(run)),
    )


def _absent_on_head(name: str, head: Collected) -> Failure:
    """Gone, or in a file that head can no longer import."""
    file = name.partition("::")[0]
    for error in head.errors:
        if error.where in {"", file} or file.startswith(f"{error.where}/"):
            return Failure(
                benchmark=Benchmark(name=name),
                ailment=Ailment.BROKEN_ON_HEAD,
                message=_last_line(error.message),
            )
    return Failure(benchmark=Benchmark(name=name), ailment=Ailment.MISSING)


def _broken_files(run: Mapping[Side, Collected]) -> tuple[str, ...]:
    return tuple(
        f"{error.where or 'pytest'} could not be collected on {side}: {_last_line(error.message)}"
        for side in Side
        for error in run[side].errors
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
