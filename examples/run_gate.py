"""The main job in one call: perf-gate on a repository of yours, or on the small one shipped here.

Without ``--target`` it commits ``targets/textkit`` as ``base``, and on top of it a change with
one planted slowdown and one harmless edit as ``head``, and says whether perf-gate saw just that.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXTKIT = Path(__file__).resolve().parent / "targets" / "textkit"
PLANTED = frozenset(
    {
        "tests/performance/test_slugs.py::test_one_by_one",
        "tests/performance/test_slugs.py::TestUnique::test_collisions",
    }
)
REGRESSED = 1
_NOBODY = ("-c", "user.name=textkit", "-c", "user.email=textkit@localhost")


def main() -> int:
    """Run the gate; return its exit status, or for the shipped target 0 where it was right."""
    arguments = _arguments()
    if arguments.target:
        revisions = {"--base": arguments.base, "--head": arguments.head}
        if arguments.selftest:
            return _gate("selftest", Path(arguments.target), {}, arguments.out / "selftest")
        return _check(Path(arguments.target), revisions, arguments.out)
    with tempfile.TemporaryDirectory(prefix="perf-gate-textkit-") as folder:
        repository = build_repository(Path(folder, "textkit"))
        if arguments.selftest:
            return _gate("selftest", repository, {"--head": "base"}, arguments.out / "selftest")
        _forget(arguments.out)
        status = _check(repository, {"--base": "base", "--head": "head"}, arguments.out)
    return _say(explain(status, _read(arguments.out / "result.json")))


def build_repository(folder: Path) -> Path:
    """Commit textkit and the change to it, tagged ``base`` and ``head``; return ``folder``.

    Args:
        folder: Created; must not exist.

    Raises:
        CalledProcessError: Git refused, or is too old to know what is asked of it.
    """
    shutil.copytree(TEXTKIT / "base", folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _commit(folder, message="textkit 1.4.0", tag="base")
    _git(folder, "apply", str(TEXTKIT / "head.patch"))
    _commit(folder, message="Join slugs from their words; find paragraphs", tag="head")
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What was expected of the gate, and whether it did just that."""

    as_expected: bool
    sentence: str


def explain(status: int, result: Mapping[str, Any]) -> Explanation:
    """Compare what perf-gate found with what was planted.

    Args:
        status: Its exit status.
        result: The document in ``result.json``; empty where there is none.
    """
    rows = result.get("benchmarks", ())
    red = {row["name"] for row in rows if row["outcome"] == "regressed"}
    wrong = [f"exit status {status} instead of {REGRESSED}"] if status != REGRESSED else []
    wrong += [f"{name} was missed" for name in sorted(PLANTED - red)]
    wrong += [f"{name} was blamed" for name in sorted(red - PLANTED)]
    if wrong:
        return Explanation(as_expected=False, sentence=f"Not as expected: {'; '.join(wrong)}.")
    sentence = "As expected: red because of exactly those two; nothing else was blamed."
    return Explanation(as_expected=True, sentence=sentence)


def _say(explanation: Explanation) -> int:
    expected = (
        f"Planted: about +15 % in {len(PLANTED)} of the benchmarks (those of slugs), and a "
        f"harmless edit elsewhere; so perf-gate should exit with {REGRESSED}."
    )
    sys.stdout.write(f"\n{expected}\n{explanation.sentence}\n")
    return 0 if explanation.as_expected else 1


def _check(repository: Path, revisions: Mapping[str, str], out: Path) -> int:
    return _gate("check", repository, revisions, out)


def _gate(what: str, repository: Path, revisions: Mapping[str, str], out: Path) -> int:
    command = [sys.executable, "-m", "gate", what, "--repo", str(repository), "--out", str(out)]
    for option, revision in revisions.items():
        command += [option, revision] if revision else []
    with subprocess.Popen(command) as gate:
        signal.signal(signal.SIGTERM, lambda *_: gate.terminate())
        while True:
            # Ctrl-C reached perf-gate as well: it is given the time to tidy up.
            with contextlib.suppress(KeyboardInterrupt):
                return gate.wait()


def _forget(out: Path) -> None:
    """Take an earlier result away: it must not be taken for the one of this run."""
    Path(out, "result.json").unlink(missing_ok=True)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document


def _commit(folder: Path, *, message: str, tag: str) -> None:
    _git(folder, "add", "--all")
    _git(folder, *_NOBODY, "commit", "--quiet", "--no-verify", "--message", message)
    _git(folder, "tag", tag)


def _git(folder: Path, *arguments: str) -> None:
    """Run git untouched by the user's own settings (signing, hooks) or a surrounding repository."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env=inherited | alone)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="", help="a Git repository; empty: the shipped one")
    parser.add_argument("--base", default="", help="revision; empty: perf-gate's own choice")
    parser.add_argument("--head", default="", help="revision; empty: perf-gate's own choice")
    parser.add_argument("--selftest", action="store_true", help="try the shipped one in every way")
    parser.add_argument("--out", type=Path, default=Path("perf-gate-out"), help="for the reports")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
