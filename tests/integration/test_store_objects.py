"""An object store, on a real S3 server: writes are conditional, and nothing is written over."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gate.baseline import store
from gate.baseline.codec import encode
from gate.baseline.entries import entry_of
from gate.baseline.objects import Objects, open_objects
from gate.baseline.store import StoreError
from tests.baselines import record

NAME = entry_of(record(1), encode(record(1))).name


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where an S3 server listens."""
    moto = pytest.importorskip("moto.server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def tell(address: str) -> Iterator[Callable[[str, str], None]]:
    """Tell the server something about itself; afterwards it has forgotten everything."""

    def tell(what: str, value: str = "") -> None:
        request = urllib.request.Request(  # noqa: S310 - a server of our own
            f"{address}/moto-api/{what}", value.encode(), {"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310 - a server of our own

    yield tell
    tell("reset-auth", "1000000")
    tell("reset")


@pytest.fixture
def objects(
    address: str, tell: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[], Objects]:
    """Open a store in a bucket, anew each time."""
    del tell
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "secret-key",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    open_objects("s3://bucket").files.mkdir("bucket")
    return lambda: open_objects("s3://bucket/some/prefix")


def test_records_come_back(objects: Callable[[], Objects]) -> None:
    entries = [store.add(objects(), record(number)) for number in range(3)]

    assert {*store.survey(objects()).entries} == {*entries}
    found = store.read(objects(), entries).records
    assert found == {entry: record(number) for number, entry in enumerate(entries)}


def test_a_bucket_without_records_is_an_empty_store(objects: Callable[[], Objects]) -> None:
    assert objects().names() == ()


def test_what_is_there_is_not_written_again_nor_over(objects: Callable[[], Objects]) -> None:
    """The server refuses: nobody has to look first."""
    one = objects()
    one.add(NAME, b"first")
    changed = one.files.info(f"{one.root}/{NAME}")["LastModified"]

    objects().add(NAME, b"first")
    with pytest.raises(StoreError, match="FileExistsError"):
        objects().add(NAME, b"second")

    assert list(objects().read([NAME])) == [(NAME, b"first")]
    assert objects().files.info(f"{one.root}/{NAME}")["LastModified"] == changed


def test_of_many_that_want_one_name_one_gets_it(objects: Callable[[], Objects]) -> None:
    def write(number: int) -> bool:
        try:
            objects().add(NAME, f"{number}".encode())
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        won = list(pool.map(write, range(12)))

    assert won.count(True) == 1
    assert list(objects().read([NAME])) == [(NAME, f"{won.index(True)}".encode())]


def test_many_writers_lose_nothing(objects: Callable[[], Objects]) -> None:
    with ThreadPoolExecutor(12) as pool:
        entries = list(pool.map(lambda number: store.add(objects(), record(number)), range(24)))

    assert {*store.survey(objects()).entries} == {*entries}


def test_removing_leaves_the_rest(objects: Callable[[], Objects]) -> None:
    entries = [store.add(objects(), record(number)) for number in range(3)]

    objects().remove([entries[0].name, "no/such.json"])
    objects().compact()

    assert {*store.survey(objects()).entries} == {*entries[1:]}
    assert [*store.read(objects(), entries).records] == entries[1:]


def test_a_damaged_record_and_a_stranger_are_named(objects: Callable[[], Objects]) -> None:
    objects().add(NAME, encode(record(1))[:-1])
    objects().add("notes.txt", b"mine")

    found = store.survey(objects())

    assert found.strangers == ("notes.txt",)
    (bad,) = store.read(objects(), found.entries).quarantined
    assert (bad.name, bad.reason) == (NAME, "it is cut off: its end is missing")


def test_a_missing_bucket_is_not_an_empty_store(objects: Callable[[], Objects]) -> None:
    objects().files.rm("bucket", recursive=True)

    for action in (lambda: objects().names(), lambda: objects().add(NAME, b"x")):
        with pytest.raises(StoreError, match=r"s3://bucket/some/prefix.*FileNotFoundError"):
            action()


def test_wrong_credentials_are_said_and_not_shown(
    objects: Callable[[], Objects], tell: Callable[[str, str], None]
) -> None:
    tell("reset-auth", "0")

    for action in (lambda: objects().names(), lambda: objects().add(NAME, b"x")):
        with pytest.raises(StoreError, match="PermissionError") as caught:
            action()
        assert "secret-key" not in caught.value.message
        assert "Credentials" in caught.value.hint


def test_a_server_that_is_not_there_is_an_error(
    objects: Callable[[], Objects], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    one = objects()
    type(one.files).clear_instance_cache()

    for action in (lambda: objects().names(), lambda: objects().add(NAME, b"x")):
        with pytest.raises(StoreError, match=r"127\.0\.0\.1:1"):
            action()
    type(one.files).clear_instance_cache()
