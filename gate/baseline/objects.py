"""A store behind a URL, through fsspec: S3, Google Cloud Storage, Azure and what else it knows.

What fsspec raises depends on the file system and its libraries; all of it becomes a `StoreError`.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gate.baseline.codec import LARGEST_RECORD
from gate.baseline.store import StoreError
from gate.text import visible

_AT_ONCE = 500
"""Objects that are asked for together."""
_ONLY_NEW: Mapping[str, Mapping[str, object]] = {"az": {"overwrite": False}}
"""How a file system is told to write nothing over; in all others by their mode ``create``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Objects below one prefix."""

    url: str
    """Without credentials, which the file system takes from the environment."""
    files: Any
    """The file system."""
    root: str
    """The prefix as the file system calls it, without a slash at the end."""

    def names(self) -> tuple[str, ...]:
        """See `Store`. Where there is no bucket, S3 says so; nothing below a prefix is empty."""
        try:
            self.files.invalidate_cache()
            found = self.files.find(self.root)
        except Exception as error:
            raise self._trouble("read", error) from error
        return tuple(path.removeprefix(f"{self.root}/") for path in found)

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """See `Store`."""
        left = iter(names)
        while some := tuple(itertools.islice(left, _AT_ONCE)):
            yield from self._contents(some)

    def add(self, name: str, content: bytes) -> None:
        """See `Store`. The object is only made where there is none, if the service can do that."""
        path = f"{self.root}/{name}"
        try:
            self.files.pipe_file(path, content, **_ONLY_NEW.get(self._scheme, {"mode": "create"}))
        except Exception as error:
            # It may be there all the same: from an earlier try, or one whose answer was lost.
            if dict(self.read([name])).get(name) != content:
                raise self._trouble("written", error) from error

    def add_all(self, contents: Mapping[str, bytes]) -> None:
        """See `Store`: one after the other."""
        for name, content in contents.items():
            self.add(name, content)

    def remove(self, names: Sequence[str]) -> None:
        """See `Store`."""
        there = {*self.names()}
        paths = [f"{self.root}/{name}" for name in names if name in there]
        try:
            if paths:
                self.files.rm(paths)
        except Exception as error:
            raise self._trouble("written", error) from error

    def compact(self) -> None:
        """See `Store`: nothing to do, the service takes back room by itself."""

    @property
    def _scheme(self) -> str:
        return self.url.partition(":")[0]

    def _contents(self, names: Sequence[str]) -> Iterator[tuple[str, bytes | OSError]]:
        paths = {f"{self.root}/{name}": name for name in names}
        try:
            found = self.files.cat([*paths], on_error="return")
        except Exception as error:
            raise self._trouble("read", error) from error
        for path, name in paths.items():  # the answer has an order of its own
            match found[path]:
                case bytes() as content:
                    yield name, content[: LARGEST_RECORD + 1]
                case FileNotFoundError():
                    continue
                case OSError() as unread:
                    yield name, unread
                case trouble:
                    raise self._trouble("read", trouble)

    def _trouble(self, what: str, error: Exception) -> StoreError:
        said = visible(f"{type(error).__name__}: {error}", 300)
        return StoreError(
            f"the store {self.url} cannot be {what}: {said}",
            hint="Credentials and regions come from the environment, as the service's own tools "
            "read them; the bucket must exist.",
        )


def open_objects(url: str) -> Objects:
    """Return the store behind a URL; nothing is asked of the service yet.

    Args:
        url: ``s3://bucket/prefix``, ``gs://…``, ``az://…`` or another that fsspec knows.

    Raises:
        StoreError: fsspec, or the library for this kind of URL, is not installed.
    """
    try:
        files, root = importlib.import_module("fsspec.core").url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreError(
            f"the store {visible(url)} cannot be opened: {error}",
            hint="Object stores need an extra: pip install 'perf-gate[objects]'.",
        ) from error
    return Objects(url=url, files=files, root=root.rstrip("/"))
