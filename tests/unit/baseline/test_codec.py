"""A record comes back as it was, or is refused: no byte of it can change or go unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.baseline.codec import LARGEST_RECORD, UnreadableError, decode, encode
from gate.baseline.record import Figure, Fingerprint, Kind, Record, tables_of
from gate.model import Clock, Metric, Source
from tests.baselines import figure, record

GOOD = encode(record())
ANY_TEXT = st.text(st.characters(), max_size=30)
"""Lone surrogates, too: names of files may hold any bytes."""
AMOUNTS = st.floats(min_value=0, max_value=1e300)
KINDS = st.builds(
    Kind,
    source=st.sampled_from(Source),
    metric=st.sampled_from(Metric),
    unit=ANY_TEXT,
    clock=st.none() | st.sampled_from(Clock),
)
FIGURES = st.builds(
    Figure,
    name=ANY_TEXT,
    kind=KINDS,
    pairs=st.integers(1, 10**6),
    value=AMOUNTS,
    spread=st.none() | AMOUNTS,
)
RECORDS = st.builds(
    Record,
    revision=st.text("0123456789abcdef", min_size=40, max_size=40)
    | st.text("0123456789abcdef", min_size=64, max_size=64),
    run=ANY_TEXT,
    measured_s=st.integers(0, 10**12),
    committed_s=st.integers(0, 10**12),
    fingerprint=st.builds(
        Fingerprint,
        cpu=ANY_TEXT,
        cores=st.integers(1, 1024),
        python=ANY_TEXT,
        libc=ANY_TEXT,
        image=ANY_TEXT,
    ),
    tables=st.lists(FIGURES, max_size=8, unique_by=lambda one: (one.name, one.kind)).map(tables_of),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


def framed(content: object, version: object = 1) -> bytes:
    """What `encode` would make of this content: the checksum holds."""
    body = f'{{"perf-gate-baseline":{version},"content":{json.dumps(content)}'.encode()
    return body + b',"sha256":"' + sha256(body).hexdigest().encode() + b'"}\n'


def content() -> dict[str, Any]:
    """The content of a good record."""
    found: dict[str, Any] = json.loads(GOOD)["content"]
    return found


@given(RECORDS)
def test_a_record_comes_back_and_has_one_form(one: Record) -> None:
    written = encode(one)

    assert decode(written) == one
    assert encode(decode(written)) == written
    assert written.isascii()
    assert json.loads(written)["perf-gate-baseline"] == 1


def test_the_form_of_version_1_stays(pytestconfig: pytest.Config) -> None:
    """Records that were written by this version are read for good, byte for byte."""
    folder = pytestconfig.rootpath / "tests" / "unit" / "baseline" / "written"
    written = (folder / "version-1.json").read_bytes()

    assert decode(written) == record()
    assert encode(record()) == written


def test_a_record_that_is_cut_anywhere_is_refused() -> None:
    for length in range(len(GOOD)):
        with pytest.raises(UnreadableError, match="cut off"):
            decode(GOOD[:length])


def test_no_byte_changes_unnoticed() -> None:
    for at in range(len(GOOD)):
        for bit in range(8):
            flipped = bytearray(GOOD)
            flipped[at] ^= 1 << bit
            with pytest.raises(UnreadableError):
                decode(bytes(flipped))


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(foreign: bytes) -> None:
    with pytest.raises(UnreadableError):
        decode(foreign)


@given(JSON)
def test_foreign_json_is_refused(value: object) -> None:
    with pytest.raises(UnreadableError, match="no record of perf-gate"):
        decode(json.dumps(value).encode() + b" " * 30)


@given(JSON)
def test_a_checksum_alone_makes_no_record(value: object) -> None:
    with pytest.raises(UnreadableError, match="version 1"):
        decode(framed(value))


@given(st.sampled_from(sorted(content())), JSON)
def test_every_field_is_checked(field: str, value: object) -> None:
    changed = {**content(), field: value}
    try:
        found = decode(framed(changed))
    except UnreadableError:
        return
    assert decode(encode(found)) == found


@pytest.mark.parametrize("version", [2, 999_999_999])
def test_a_newer_version_is_named(version: int) -> None:
    with pytest.raises(UnreadableError, match=f"version {version}; .* up to 1") as caught:
        decode(framed({"something": "else"}, version))
    assert caught.value.hint


@pytest.mark.parametrize("version", [0, -1, "01", '"1"', "1.5", "null", 10**9])
def test_what_is_no_version_is_refused(version: object) -> None:
    with pytest.raises(UnreadableError, match="version"):
        decode(framed(content(), version))


def _table(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda found: found["tables"][0].update({key: value})


@pytest.mark.parametrize(
    "damage",
    [
        _table("names", ["test_a", "test_a"]),
        _table("names", "ab"),
        _table("names", {"test_a": 1, "test_b": 2}),
        _table("names", ["test_a", 1]),
        _table("names", ["test_a"]),
        _table("pairs", [0, 1]),
        _table("pairs", [True, 1]),
        _table("pairs", [1.0, 1]),
        _table("values", [1, 2]),
        _table("values", [-1.0, 2.0]),
        _table("values", [float("nan"), 1.0]),
        _table("values", [float("inf"), 1.0]),
        _table("values", [None, 1.0]),
        _table("spreads", [-0.1, None]),
        _table("spreads", [0, None]),
        _table("source", "elsewhere"),
        _table("metric", None),
        _table("clock", "sundial"),
        _table("clock", []),
        _table("unit", 1),
        _table("more", 1),
        lambda found: found.update(revision="main"),
        lambda found: found.update(measured_s=-1),
        lambda found: found.update(measured_s=1.5),
        lambda found: found.update(tables="ab"),
        lambda found: found.update(tables=[[]]),
        lambda found: found.update(tables=None),
        lambda found: found["machine"].pop("image"),
        lambda found: found["machine"].update(cores="4"),
        lambda found: found.update(more=1),
    ],
)
def test_content_that_cannot_be_is_refused(damage: Callable[[dict[str, Any]], None]) -> None:
    found = content()
    assert decode(framed(found)) == record()
    damage(found)

    with pytest.raises(UnreadableError, match="version 1"):
        decode(framed(found))


def test_deep_nesting_is_refused() -> None:
    body = b'{"perf-gate-baseline":1,"content":' + b"[" * 100_000
    whole = body + b',"sha256":"' + sha256(body).hexdigest().encode() + b'"}\n'

    with pytest.raises(UnreadableError, match="version 1"):
        decode(whole)


def test_what_is_too_long_is_not_even_looked_at() -> None:
    with pytest.raises(UnreadableError, match="larger than"):
        decode(GOOD + b" " * LARGEST_RECORD)


@pytest.mark.parametrize(
    "bad",
    [
        record(1, figure("test_a", float("nan"))),
        record(1, figure("test_a", float("inf"))),
        record(1, figure("test_a", -1.0)),
        record(1, figure("test_a"), figure("test_a")),
        record(measured_s=0),
        replace(record(), revision="main"),
    ],
)
def test_what_could_not_be_read_is_not_written(bad: Record) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|could not be read again"):
        encode(bad)


def test_tables_do_not_depend_on_the_order_of_what_was_measured() -> None:
    memory = Kind(source=Source.PYTEST, metric=Metric.MEMORY, unit="B", clock=None)
    figures = [figure("test_b"), figure("test_a", 1e6, memory), figure("test_a")]

    one, other = tables_of(figures), tables_of(reversed(figures))

    assert one == other
    assert [(table.kind.metric, table.names) for table in one] == [
        (Metric.MEMORY, ("test_a",)),
        (Metric.TIME, ("test_a", "test_b")),
    ]
    assert sorted(replace(record(), tables=one).figures(), key=repr) == sorted(figures, key=repr)
