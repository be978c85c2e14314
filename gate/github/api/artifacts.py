"""What another run left behind: one member of each artifact, read under a cap of bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from gate.github.api.client import Client
from gate.github.api.failures import RefusedError, UnansweredError

ARCHIVE_BYTES = 32 * 1024 * 1024
"""The longest archive that is fetched."""
MOST_ARTIFACTS = 256

_KINDS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Others take memory as the archive asks."""
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,  # encrypted, or a feature that nobody implements
    ValueError,
)
"""What reading a damaged archive raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One upload of a run (its name is untrusted text)."""

    id: int
    name: str


def artifacts_of(client: Client, repository: str, run: int, prefix: str) -> tuple[Artifact, ...]:
    """Return the artifacts of a run that hold results of one gate, each name's newest.

    Args:
        client: Of the API.
        repository: ``owner/name``.
        run: Its number.
        prefix: See :func:`belongs`.

    Raises:
        RefusedError: There are more than anybody needs.
    """
    newest: dict[str, Artifact] = {}
    for page in client.pages(f"repos/{repository}/actions/runs/{run}/artifacts"):
        for item in _items(page):
            one = Artifact(id=int(item["id"]), name=str(item["name"]))
            if (
                belongs(one.name, prefix)
                and not item.get("expired")
                and _is_newer(one, newest.get(one.name))
            ):
                newest[one.name] = one
    if len(newest) > MOST_ARTIFACTS:
        raise RefusedError(f"the run left more than {MOST_ARTIFACTS} artifacts of that name")
    return tuple(newest[name] for name in sorted(newest))


def belongs(name: str, prefix: str) -> bool:
    """Return whether an artifact of this name holds results of the gate with this prefix.

    ``perf-gate`` has ``perf-gate`` and ``perf-gate-…``; ``perf-gate+ID`` has that, and
    ``perf-gate+ID+…``. An ID has no ``+``, so no artifact belongs to two gates.
    """
    separator = "+" if "+" in prefix else "-"
    inside = name.count("+") <= 2 * prefix.count("+")
    return inside and (name == prefix or name.startswith(prefix + separator))


def member(client: Client, repository: str, artifact: Artifact, name: str, most: int) -> str:
    """Return one file of an artifact as text; nothing of the archive is written anywhere.

    Raises:
        ApiError: It cannot be fetched.
        RefusedError: It is no archive, has no such file or several, or that has more than
            ``most`` bytes.
    """
    place = client.location(f"repos/{repository}/actions/artifacts/{artifact.id}/zip")
    return member_of(client.download(place, ARCHIVE_BYTES), name, most)


def member_of(archive: bytes, name: str, most: int) -> str:
    """Return one file of an archive as text; see `member`."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            found = [one for one in opened.infolist() if _is_named(one.filename, name)]
            if len(found) != 1:
                raise RefusedError(f"expected one {name} in the artifact, found {len(found)}")
            if found[0].compress_type not in _KINDS:
                raise RefusedError("the artifact is packed in an unusual way")
            with opened.open(found[0]) as stream:
                content = stream.read(most + 1)
    except _DAMAGE:
        raise RefusedError("the artifact is not an archive that can be read") from None
    if len(content) > most:
        raise RefusedError(f"{name} in the artifact has more than {most} bytes")
    return content.decode("utf-8", "replace")


def _is_newer(one: Artifact, other: Artifact | None) -> bool:
    return other is None or one.id > other.id


def _is_named(path: str, name: str) -> bool:
    return path == name or path.endswith(f"/{name}")


def _items(page: Any) -> list[dict[str, Any]]:
    items = page.get("artifacts") if isinstance(page, dict) else None
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    raise UnansweredError("GitHub's answer is no list of artifacts")
