"""Whatever is wrong with a file of another tool, it is told with its place, and nothing else."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gate.errors import UsageError
from gate.foreign import ForeignError, Reading, detect, read
from gate.foreign.fields import CAP_BYTES
from gate.foreign.github_action_benchmark import PREFIX, seconds_of
from tests.unit.foreign.test_written import FILES, FOLDER

MEANINGS = (FOLDER / "asv" / "benchmarks.json").read_text()
STRANGE: tuple[object, ...] = (
    *(None, True, -1, 0, 5e-324, 1e300, math.nan, math.inf, 10**400),
    *("", "x" * 2000, "\ud800", [], {}, [[]]),
)


def text_of(name: str) -> str:
    """The JSON of a file."""
    return (FOLDER / name).read_text().removeprefix(PREFIX)


def attempt(text: str, meanings: str = MEANINGS) -> Reading | None:
    """Read it; nothing but an error of ours may come of it, and only sound figures."""
    try:
        found = read(text, "file.json", lambda: meanings)
    except UsageError:
        return None
    for run in found.runs if found else ():
        assert all(0 < one.value < math.inf and one.name.strip() for one in run.amounts)
        assert len({(one.name, one.metric) for one in run.amounts}) == len(run.amounts)
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_anywhere_is_no_json(name: str) -> None:
    text = text_of(name).rstrip()
    for length in range(0, len(text), 7):
        with pytest.raises(ForeignError, match="is not JSON"):
            read(text[:length], name, lambda: MEANINGS)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where every value of a document stands; of long lists only the ends."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, key))
    if isinstance(value, list):
        for at in {0, len(value) - 1} if value else ():
            yield from places(value[at], (*path, at))


def changed(document: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A copy with something else at one place."""
    whole = copy.deepcopy(document)
    owner = whole
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value
    return whole


@pytest.mark.parametrize("name", FILES)
def test_whatever_stands_at_any_place_nothing_unsound_is_read(name: str) -> None:
    document = json.loads(text_of(name))
    strange = [json.dumps(one) for one in STRANGE]
    for path in places(document):
        marked = json.dumps(changed(document, path, "\x00mark"))
        for value in strange[:: 1 if len(marked) < 3000 else 3]:
            attempt(marked.replace(json.dumps("\x00mark"), value))


def test_whatever_stands_in_the_meanings_nothing_unsound_is_read() -> None:
    text = text_of(next(name for name in FILES if name.startswith("asv")))
    document = json.loads(MEANINGS)
    for path in places(document):
        for value in STRANGE:
            attempt(text, json.dumps(changed(document, path, value)))


def test_all_problems_are_told_with_their_places() -> None:
    document = json.loads(text_of("pytest-benchmark-head.json"))
    document["benchmarks"][0]["stats"]["median"] = -1
    document["benchmarks"][2]["fullname"] = 7
    document["benchmarks"].append(document["benchmarks"][1])
    document["datetime"] = "yesterday"

    with pytest.raises(ForeignError) as caught:
        read(json.dumps(document), "b.json")

    assert caught.value.message.splitlines() == [
        "b.json: benchmarks[0].stats.median: expected a number above 0, found -1",
        "b.json: benchmarks[2].fullname: expected a text, found 7",
        "b.json: datetime: expected a date in ISO 8601, found 'yesterday'",
    ]
    document["datetime"] = "2026-11-24T16:08:17+00:00"
    with pytest.raises(
        ForeignError, match=r"benchmarks: 'test_words.py::test_sized\[1\]' is there"
    ):
        read(json.dumps(document), "b.json")


def test_a_thousand_problems_are_not_all_told() -> None:
    with pytest.raises(ForeignError, match=r"\n... and 980 more$"):
        read(json.dumps({str(n): {"latency": {"value": "x"}} for n in range(1000)}), "b.json")


def _dirty(document: Any) -> None:
    document["commit_info"]["dirty"] = True


def _without_git(document: Any) -> None:
    document["commit_info"] = {"id": "unknown", "time": None}


def _no_commit(document: Any) -> None:
    document["commit_info"] = None


@pytest.mark.parametrize("change", [_dirty, _without_git, _no_commit])
def test_what_was_measured_of_no_commit_has_no_revision(change: Callable[[Any], None]) -> None:
    document = json.loads(text_of("pytest-benchmark-head.json"))
    change(document)

    found = read(json.dumps(document), "b.json")

    assert found is not None
    (run,) = found.runs
    assert (run.revision, run.committed_s) == (None, None)
    assert len(found.left_out) == (change is _dirty)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("window.BENCHMARK_DATA = ", "is not JSON"),
        ('{"a": {"b": {"value": 1}, "b": {"value": 2}}}', "twice"),
        ("[" * 100_000, "is not JSON"),
        ('{"a": {"file-size": {"value": 1}}}', "no time and no memory"),
        ('{"entries": {}, "lastUpdate": 1}', "no time and no memory"),
        ("1" * CAP_BYTES + "1", "larger than"),
    ],
)
def test_what_is_no_file_of_a_tool_is_refused(text: str, said: str) -> None:
    with pytest.raises(ForeignError, match=said):
        read(text, "file.json")


@pytest.mark.parametrize(
    "document",
    [None, 1, [], {}, {"a": 1}, {"a": {}}, {"a": {"b": {}}}, {"schema": 1, "verdict": ""}],
)
def test_json_of_nobody_known_is_left_to_others(document: object) -> None:
    assert detect(document) is None
    assert read(json.dumps(document), "file.json") is None


def test_a_mark_of_the_byte_order_is_no_problem() -> None:
    for name in ("data.js", "hyperfine.json"):
        assert read("\ufeff" + (FOLDER / name).read_text(), name) is not None


def test_text_of_a_file_is_shown_and_never_interpreted() -> None:
    bench = {"name": "a\x1b[2J", "value": 1, "unit": "\x1b[31m"}
    run = {"commit": {"id": "0" * 40}, "date": 0, "tool": "\n::error::", "benches": [bench]}

    with pytest.raises(ForeignError) as caught:
        read(json.dumps({"entries": {"\x1b": [run]}, "lastUpdate": 0}), "data.js")

    assert caught.value.hint == (
        r"data.js: entries['\\x1b'][0].benches[0]: a\x1b[2J: "
        r"1 \x1b[31m by \n::error:: is no time of a call"
    )


def test_asv_without_its_meanings_and_of_an_old_version_is_refused() -> None:
    text = text_of(next(name for name in FILES if name.startswith("asv")))

    with pytest.raises(ForeignError, match=r"benchmarks\.json") as caught:
        read(text, "file.json")
    assert "folder of results" in caught.value.hint
    with pytest.raises(ForeignError, match="asv update"):
        read(text.replace('"version": 2}', '"version": 1}'), "file.json", lambda: MEANINGS)


@pytest.mark.parametrize(
    ("value", "unit", "better", "seconds"),
    [
        (250.0, "ns/iter", "smaller", 2.5e-7),
        (3.0, "ns/op", "smaller", 3e-9),
        (7.0, "ms", "smaller", 7e-3),
        (7.0, "us", "smaller", 7e-6),
        (7.0, "µs", "smaller", 7e-6),
        (2.0, "seconds", "smaller", 2.0),
        (4.0, "iter/sec", "bigger", 0.25),
        (1000.0, "ops/sec", "bigger", 1e-3),
        (5.0, "ops/ms", "bigger", 2e-4),
        (5.0, "ms", "bigger", None),
        (5.0, "ops/sec", "smaller", None),
        (0.0, "ms", "smaller", None),
        (0.0, "ops/sec", "bigger", None),
        (16.0, "B/op", "smaller", None),
        (3.0, "allocs/op", "smaller", None),
        (3.0, "", "smaller", None),
        (9.0, "Megabytes", "smaller", None),
    ],
)
def test_units_of_data_js_become_seconds_or_nothing(
    value: float,
    unit: str,
    better: str,
    seconds: float | None,
) -> None:
    assert seconds_of(value, unit, is_rate=better == "bigger") == pytest.approx(seconds)
