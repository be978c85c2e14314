"""Runs ``perf-gate check`` by jobs and keeps what it said, one line of JSON a job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from study.jobs.plan import COMMENT, PERCENT, STILL, Planned, planned
from study.jobs.planted import PLACES, Kind, Place, comment_into, plant_into
from study.libraries.catalogue import matches
from study.record.stress import QUIET, under
from study.settings import Settings, say

KEPT = "jobs.jsonl"
LONGEST_S = 900.0
SAID = 300
"""Characters that are kept of what a job said that did not come to a result."""
_ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_NOBODY = ("-c", "user.name=study", "-c", "user.email=study@localhost")


def run(settings: Settings) -> None:
    """Run what is not kept yet, until the time is up."""
    done = {_key(one) for one in kept(settings)}
    names = [name for name in PLACES if settings.wanted(name)]
    for job in planned(names, settings.rounds):
        if settings.left_s() <= 0:
            return
        if job.key in done or not Path(settings.repositories, job.library).is_dir():
            continue
        seconds_of_base = _base_seconds(job, kept(settings))
        if seconds_of_base is None and job.is_planted:
            say(f"{job.library}: a slowdown has to wait for a job without one")
            continue
        result = _job(job, seconds_of_base or 0.0, settings)
        with _path(settings).open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")


def kept(settings: Settings) -> list[dict[str, Any]]:
    """Return what jobs said so far; a line that was cut off is left out."""
    path = _path(settings)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = []
    for one in lines:
        try:
            found.append(json.loads(one))
        except ValueError:
            say(f"a line of {path.name} is not whole: left out")
    return found


def _path(settings: Settings) -> Path:
    return settings.recordings / KEPT


def _key(result: Mapping[str, Any]) -> tuple[object, ...]:
    return Planned(**result["job"]).key


def _base_seconds(job: Planned, results: Iterable[Mapping[str, Any]]) -> float | None:
    """Seconds a call on base of the slowest benchmark that the slowdown will meet."""
    for result in results:
        if (result["job"]["library"], result["job"]["condition"]) == (job.library, QUIET):
            red = [one for one in result["rows"] if matches(one["name"], PLACES[job.library].red)]
            known = [one["base"] for one in red if one["base"]]
            if known:
                return float(max(known))
    return None


def _job(job: Planned, seconds_of_base: float, settings: Settings) -> dict[str, Any]:
    settings.recordings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="study-job-") as folder:
        repository, out = Path(folder, "repository"), Path(folder, "out")
        _git("clone", "--quiet", str(settings.repositories / job.library), str(repository))
        revision = _change(job, repository, seconds_of_base)
        say(f"{job.library} {job.change} {job.condition} proof={job.proof} #{job.number}")
        began = time.monotonic()
        with under(job.condition):
            status, said = _check(repository, revision, out, proof=job.proof)
        seconds = time.monotonic() - began
        document = _document(out / "result.json")
    say(f"  {document.get('verdict', 'no result')} after {seconds:.0f} s")
    return {
        "job": asdict(job),
        "status": status,
        "said": "" if document else said,
        "seconds": round(seconds, 1),
        "verdict": document.get("verdict", ""),
        "reason": document.get("reason", ""),
        "blind": document.get("noise", {}).get("blind", ""),
        "rows": [_row(one) for one in document.get("benchmarks", ())],
    }


def _change(job: Planned, repository: Path, seconds_of_base: float) -> str:
    """Return the name of head: a tag, or a commit that this makes."""
    if job.change in STILL and job.change != COMMENT:
        return job.change
    place: Place = PLACES[job.library]
    _git("-C", str(repository), "checkout", "--quiet", "base")
    if job.change == COMMENT:
        comment_into(repository, place)
    else:
        plant_into(repository, place, Kind(job.change), seconds_of_base * PERCENT / 100)
    _git("-C", str(repository), "add", "--all", "--force")
    _git("-C", str(repository), *_NOBODY, "commit", "--quiet", "--no-verify", "--message", "change")
    return "HEAD"


def _check(repository: Path, revision: str, out: Path, *, proof: bool) -> tuple[int, str]:
    """The exit status, and the last line that was said."""
    command = [sys.executable, "-m", "gate", "check", "--repo", str(repository), "--base", "base"]
    command += ["--head", revision, "--out", str(out), *([] if proof else ["--no-proof"])]
    done = subprocess.run(command, check=False, capture_output=True, timeout=LONGEST_S)
    *_, last = ["", *done.stderr.decode(errors="replace").splitlines()]
    return done.returncode, last[:SAID]


def _document(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("name", "outcome", "proved", "pairs", "base", "change")
    return {name: one.get(name) for name in wanted}


def _git(*arguments: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(("git", *arguments), check=True, env=inherited | _ALONE)
