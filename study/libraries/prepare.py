"""Turns source distributions from the package index into Git repositories to try perf-gate on.

Each repository has the tags ``base`` and, each one commit on top of it, ``same`` (only the
documentation differs), ``renamed`` (a neutral edit) and ``slow`` (a planted slowdown).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from catalogue import WRAPPED, Edit, Library, libraries

DEFAULT = Path(tempfile.gettempdir(), "real")
GENERATED = ("PKG-INFO", "*.egg-info", "src/*.egg-info", "pyproject.toml.orig")
_NOBODY = ("-c", "user.name=study", "-c", "user.email=study@localhost")


def main() -> int:
    """Prepare what is not there yet; return 0, or 1 where a library could not be prepared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="libraries (default: all)")
    parser.add_argument("--into", type=Path, default=DEFAULT, help=f"default: {DEFAULT}")
    parser.add_argument("--again", action="store_true", help="also those that are there already")
    arguments = parser.parse_args()
    failed = []
    for library in libraries(arguments.names):
        folder = arguments.into / library.name
        if folder.exists() and not arguments.again:
            continue
        try:
            prepare(library, folder, arguments.into / ".sdists")
        except (OSError, ValueError, subprocess.CalledProcessError, tarfile.TarError) as error:
            failed.append(library.name)
            print(f"{library.name}: {error}", file=sys.stderr)
        else:
            print(f"{library.name} {library.version}: {folder}", flush=True)
    return 1 if failed else 0


def prepare(library: Library, folder: Path, downloads: Path) -> None:
    """Build the repository of one library, anew; it appears only when it is complete.

    Args:
        library: What to build.
        folder: Of the repository; replaced where it exists.
        downloads: Where source distributions are kept between calls.

    Raises:
        ValueError: An edit does not fit the release, or the archive is not laid out as one.
        CalledProcessError: pip or git failed; both have said why.
        TarError: The archive is damaged, or has members that lead out of it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".prepare-", dir=folder.parent) as scratch:
        tree = _unpack(_download(library, downloads), Path(scratch, "archive"))
        _make_base(library, tree)
        _commit(tree, f"{library.name} {library.version}", "base", f"v{library.version}")
        _branch(tree, "same", (_documentation(tree),))
        _branch(tree, "renamed", library.neutral)
        _branch(tree, "slow", library.slow)
        _git(tree, "checkout", "--quiet", "main")
        shutil.rmtree(folder, ignore_errors=True)
        tree.rename(folder)


def _download(library: Library, downloads: Path) -> Path:
    folder = downloads / f"{library.name}-{library.version}"
    if not any(folder.glob("*.tar.gz")):
        what = f"{library.name}=={library.version}"
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        _run(
            (*pip, "--no-deps", "--no-binary", library.name, "--dest", str(folder), what),
            folder=Path.cwd(),
            environment={**os.environ, **dict(library.build)},
        )
    return next(folder.glob("*.tar.gz"))


def _unpack(archive: Path, into: Path) -> Path:
    """Unpack safely (nothing outside, no devices); return the one folder at the top."""
    with tarfile.open(archive) as opened:
        opened.extractall(into, filter="data")
    top = list(into.iterdir())
    if len(top) != 1 or not top[0].is_dir():
        raise ValueError(f"{archive.name} does not hold one folder")
    return top[0]


def _make_base(library: Library, tree: Path) -> None:
    """Take away what a build adds to a checkout, and add what perf-gate needs."""
    for generated in [path for pattern in GENERATED for path in tree.glob(pattern)]:
        shutil.rmtree(generated) if generated.is_dir() else generated.unlink()
    for edit in library.base:
        _apply(tree / edit.path, edit)
    if library.wrapped:
        shutil.copytree(
            WRAPPED / library.name,
            tree / "benchmarks",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    if library.config:
        Path(tree, ".perf-gate.yml").write_text(library.config, encoding="utf-8")
    _git(tree, "init", "--quiet", "--initial-branch=main")


def _documentation(tree: Path) -> Edit:
    readme = min(tree.glob("README*"))
    text = readme.read_text(encoding="utf-8")
    return Edit(path=readme.name, old=text, new=f"{text}\nThis sentence changes nothing.\n")


def _branch(tree: Path, name: str, edits: Iterable[Edit]) -> None:
    _git(tree, "checkout", "--quiet", "-B", f"study-{name}", "base")
    for edit in edits:
        _apply(tree / edit.path, edit)
    _commit(tree, name, name)


def _apply(file: Path, edit: Edit) -> None:
    text = file.read_text(encoding="utf-8")
    if (found := text.count(edit.old)) != 1:
        raise ValueError(f"{edit.path}: found {found} times instead of once: {edit.old!r}")
    file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def _commit(tree: Path, message: str, *tags: str) -> None:
    _git(tree, "add", "--all", "--force")
    _git(tree, *_NOBODY, "commit", "--quiet", "--no-verify", "--message", message)
    for tag in tags:
        _git(tree, "tag", tag)


def _git(tree: Path, *arguments: str) -> None:
    """Run git untouched by the user's own settings or a surrounding repository."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    _run(("git", *arguments), folder=tree, environment=inherited | alone)


def _run(command: tuple[str, ...], *, folder: Path, environment: dict[str, str]) -> None:
    subprocess.run(command, cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
