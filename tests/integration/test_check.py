"""``perf-gate check`` as a user calls it: exit status, sentence, ``result.json``, and nothing left.

Each run installs pytest into two environments, so these need the package index (or its cache).
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

from tests.repositories import Repository, empty

pytestmark = pytest.mark.network

LIBRARY = """\
def work(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def other(n):
    return sorted(range(n, 0, -1))
"""
BENCHMARKS = """\
import thing


def test_work(benchmark):
    assert benchmark(thing.work, 300) > 0


def test_other(benchmark):
    assert benchmark(thing.other, 300)[0] == 1
"""
SLOWER = LIBRARY.replace("        total += i * i\n", "        total += i * i\n        str(i)\n")
SCHEMA = json.loads((files("gate") / "schemas" / "result.json").read_text())


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    stdout: str
    stderr: str
    out: Path

    @property
    def result(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.out / "result.json").read_text())
        jsonschema.validate(document, SCHEMA)
        return document

    @property
    def said(self) -> str:
        """Standard output on one line: where it is wrapped depends on the width of the terminal."""
        return " ".join(self.stdout.split())

    def outcomes(self) -> dict[str, str]:
        return {
            row["name"].rpartition("::")[2]: row["outcome"] for row in self.result["benchmarks"]
        }


@dataclass(frozen=True, slots=True)
class Project:
    repository: Repository
    folder: Path

    def change(self, files: dict[str, str]) -> None:
        self.repository.commit("head", files)
        self.repository.git("tag", "head")

    def command(self, *arguments: str) -> list[str]:
        call = [sys.executable, "-m", "gate", "check", "--repo", str(self.repository.folder)]
        return [*call, "--out", str(self.folder / "out"), "--budget", "12s", *arguments]

    def check(self, *arguments: str, environ: dict[str, str] | None = None) -> Outcome:
        ours = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"), "CI": "1"}
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        done = subprocess.run(
            self.command(*arguments),
            env={**os.environ, "XDG_CACHE_HOME": cache, **ours, **(environ or {})},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr, self.folder / "out")

    def compare(self, *arguments: str, environ: dict[str, str] | None = None) -> Outcome:
        return self.check("--base", "base", "--head", "head", *arguments, environ=environ)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A flat module with two benchmarks; the commit that has them is tagged ``base``."""
    repository = empty(tmp_path / "a repository für tests")
    repository.commit("base", {"thing.py": LIBRARY, "tests/test_speed.py": BENCHMARKS})
    repository.git("tag", "base")
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return Project(repository, tmp_path)


def _listing(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _our_processes(folder: Path) -> list[str]:
    """Command lines of living processes that work below a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            if str(folder) in line + process.cwd():
                found.append(line)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def test_a_slowdown_fails_and_what_was_not_touched_is_proved_unchanged(project: Project) -> None:
    project.change({"thing.py": SLOWER})
    before = _listing(project.repository.folder)

    outcome = project.compare("--budget", "60s")

    assert outcome.status == 1, outcome.stdout + outcome.stderr
    assert outcome.outcomes() == {"test_work": "regressed", "test_other": "unchanged"}
    rows = {row["name"]: row for row in outcome.result["benchmarks"]}
    assert rows["tests/test_speed.py::test_other"]["proved"]
    assert rows["tests/test_speed.py::test_work"]["change"]["low"] > 0.05
    assert _listing(project.repository.folder) == before
    assert not list((project.folder / "tmp").iterdir())
    assert not _our_processes(project.folder)


@pytest.mark.parametrize("proof", [[], ["--no-proof"]], ids=["proof on", "proof off"])
def test_the_same_on_both_sides_is_never_red(project: Project, proof: list[str]) -> None:
    outcome = project.check("--base", "base", "--head", "base", *proof)

    assert outcome.status == 0, outcome.stdout + outcome.stderr
    assert set(outcome.outcomes().values()) <= {"unchanged", "inconclusive"}
    proved = {row["proved"] for row in outcome.result["benchmarks"]}
    assert proved == {not proof}


def test_the_dirty_working_tree_is_head_by_default(project: Project) -> None:
    project.repository.write({"thing.py": SLOWER})

    outcome = project.check("--only", "test_work", "--format", "json")

    assert outcome.status == 1, outcome.stdout + outcome.stderr
    assert json.loads(outcome.stdout) == outcome.result
    assert outcome.result["revisions"]["head"]["dirty"]
    assert outcome.outcomes() == {"test_work": "regressed"}


def test_a_benchmark_that_is_gone_fails_with_a_status_of_its_own(project: Project) -> None:
    gone = BENCHMARKS.partition("\n\ndef test_other")[0] + "\n"
    project.change({"tests/test_speed.py": gone})

    outcome = project.compare()

    assert outcome.status == 4
    assert outcome.outcomes() == {"test_work": "unchanged", "test_other": "missing"}


ILL = """

import os, time


def test_crashes(benchmark):
    benchmark(os.abort)


def test_hangs(benchmark):
    benchmark(time.sleep, 1000)


def test_noisy(benchmark):
    benchmark(lambda: os.write(1, b"\\x00::error::boo\\r##[error]boo\\x1b[2J\\n"))
"""


def test_crashing_hanging_and_noisy_benchmarks_are_named_and_the_others_judged(
    project: Project,
) -> None:
    """They are new, so they cannot fail the change; nor do they stop the rest."""
    project.change({"thing.py": SLOWER, "tests/test_speed.py": BENCHMARKS + ILL})

    outcome = project.compare("--budget", "15s")

    assert outcome.status == 1, outcome.stdout + outcome.stderr
    outcomes = outcome.outcomes()
    assert outcomes["test_work"] == "regressed"
    assert outcomes["test_crashes"] == "broken"
    assert outcomes["test_hangs"] == "broken"
    assert outcomes["test_noisy"] in {"unchanged", "inconclusive"}
    assert "::error::" not in outcome.stdout + outcome.stderr


def test_a_benchmark_that_breaks_on_head_is_not_a_pass(project: Project) -> None:
    broken = LIBRARY.replace("return sorted(", "raise OSError(")
    project.change({"thing.py": broken})

    outcome = project.compare()

    assert outcome.status == 4, outcome.stdout + outcome.stderr
    assert outcome.outcomes() == {"test_work": "unchanged", "test_other": "broken"}


def test_everything_broken_on_both_sides_means_that_nothing_was_measured(project: Project) -> None:
    broken = BENCHMARKS.replace("import thing\n", "import thing, no_such_module\n")
    project.repository.commit("broken", {"tests/test_speed.py": broken})

    outcome = project.check("--base", "HEAD", "--head", "HEAD")

    assert outcome.status == 4
    assert outcome.result["verdict"] == "error"
    assert "no_such_module" in outcome.said


def test_a_benchmark_file_that_does_not_import_on_base_leaves_each_side_its_own(
    project: Project,
) -> None:
    project.change(
        {
            "thing.py": LIBRARY + "\n\ndef new(n):\n    return n\n",
            "tests/test_speed.py": "from thing import new\n"
            + BENCHMARKS
            + "\n\ndef test_new(benchmark):\n    benchmark(new, 1)\n",
        }
    )

    outcome = project.compare()

    assert outcome.status == 0, outcome.stdout + outcome.stderr
    assert outcome.outcomes()["test_new"] == "new"
    assert "each side runs its own files" in " ".join(outcome.result["notices"])


def test_no_benchmark_at_all_says_what_to_write(project: Project) -> None:
    project.repository.commit("none", {"tests/test_speed.py": "def test_plain(): ...\n"})

    outcome = project.check("--base", "HEAD", "--head", "HEAD")

    assert outcome.status == 4
    assert "no benchmark found" in outcome.said
    assert "def test_it(benchmark)" in outcome.said
    assert outcome.result["verdict"] == "error"


def test_a_pattern_that_matches_nothing_is_not_a_pass(project: Project) -> None:
    outcome = project.check("--base", "base", "--head", "base", "--only", "test_nothing*")

    assert outcome.status == 4
    assert "no benchmark matches --only test_nothing*" in outcome.said


def test_every_problem_of_the_configuration_is_told_at_once_and_nothing_is_written(
    project: Project,
) -> None:
    project.repository.commit(
        "wrong",
        {".perf-gate.yml": "version: 2\nmeasure:\n  budget: soon\n  speed: high\n"},
    )

    outcome = project.check("--base", "HEAD", "--head", "HEAD")

    assert outcome.status == 2
    lines = [line for line in outcome.stderr.splitlines() if line.startswith(".perf-gate.yml:")]
    assert [line.split(": ")[0] for line in lines] == [
        ".perf-gate.yml:1:10",
        ".perf-gate.yml:3:11",
        ".perf-gate.yml:4:3",
    ]
    assert not outcome.out.exists()


def test_the_rules_are_those_of_base(project: Project) -> None:
    """A change cannot loosen what it is judged by."""
    lenient = "thresholds:\n  - {match: '*', tolerate: 400%, max_change: 900%}\n"
    project.change({"thing.py": SLOWER, ".perf-gate.yml": lenient})
    base = project.repository.git("commit-tree", "-p", "base", "-m", "x", "base^{tree}")
    project.repository.git("tag", "--force", "base", base)

    outcome = project.compare("--only", "test_work")

    assert outcome.status == 0, "base has no rules, so those of head hold, and it is said"
    assert "the rules are those of head" in " ".join(outcome.result["notices"])


def test_a_side_that_cannot_be_installed_is_named(project: Project) -> None:
    project.change({"setup.py": "raise SystemExit('this setup is broken')\n"})

    outcome = project.compare()

    assert outcome.status == 3
    assert "head could not be installed" in outcome.said
    assert "this setup is broken" in outcome.said
    assert outcome.result["verdict"] == "error"


def test_no_network_and_no_wheels_says_how_to_bring_them(project: Project) -> None:
    offline = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(project.folder / "empty")}

    outcome = project.check("--base", "base", "--head", "base", "--dry-run", environ=offline)

    assert outcome.status == 3
    assert "UV_FIND_LINKS" in outcome.said
    assert (outcome.out / ".gitignore").read_text() == "*\n"
    assert {path.name for path in project.folder.iterdir()} == {
        "a repository für tests",
        "home",
        "tmp",
        "out",
    }
    assert not list((project.folder / "home").iterdir())


WRONG_CALLS = {
    "unknown revision": (["--base", "no-such-thing", "--head", "base"], "no-such-thing"),
    "wrong budget": (["--budget", "soon"], "expected a time such as 90s or 3m"),
    "wrong shard": (["--shard", "3/2"], "expected I/N"),
    "no such file": (["--base", "base", "--config", "nowhere.yml"], "nowhere.yml"),
    "no such folder": (["--base", "base", "--working-directory", "nowhere"], "nowhere"),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_call_has_its_own_sentence(
    project: Project, arguments: list[str], sentence: str
) -> None:
    outcome = project.check(*arguments)

    assert outcome.status == 2
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not outcome.out.exists()


def test_unrelated_histories_have_no_merge_base(project: Project) -> None:
    project.repository.git("checkout", "--quiet", "--orphan", "island")
    project.repository.commit("alone", {"thing.py": LIBRARY + "\n"})

    outcome = project.check()

    assert outcome.status == 2
    assert "merge base" in outcome.stderr


def test_outside_of_a_repository_says_so(project: Project) -> None:
    outcome = project.check("--repo", str(project.folder / "home"))

    assert outcome.status == 2
    assert "repository" in outcome.stderr


def test_an_interrupted_run_leaves_no_process_no_file_and_no_result(project: Project) -> None:
    project.change({"thing.py": SLOWER})
    ours = {"HOME": str(project.folder / "home"), "TMPDIR": str(project.folder / "tmp")}
    process = subprocess.Popen(
        project.command("--base", "base", "--head", "head", "--budget", "60s", "--no-proof"),
        env={**os.environ, **ours, "CI": "1"},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("measure"):
            break
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Traceback" not in rest
    assert not (project.folder / "out").exists()
    assert not list((project.folder / "tmp").iterdir())
    assert not _our_processes(project.folder)


def test_two_stored_results_are_judged_and_it_is_said_what_they_cannot_show(
    project: Project,
) -> None:
    first = project.check("--base", "base", "--head", "base", "--no-proof", "--only", "test_work")
    stored = project.folder / "stored.json"
    stored.write_text(json.dumps(first.result))

    outcome = project.check("--results", str(stored), str(stored))

    assert outcome.status == 0
    assert outcome.result["verdict"] == "inconclusive"
    assert "measured apart" in " ".join(outcome.result["notices"])


def test_files_of_other_tools_are_judged_and_it_is_said_what_they_cannot_show(
    project: Project, pytestconfig: pytest.Config
) -> None:
    folder = pytestconfig.rootpath / "tests" / "data" / "foreign"
    both = [str(folder / f"pytest-benchmark-{side}.json") for side in ("base", "head")]

    outcome = project.check("--results", *both)

    assert outcome.status == 0
    assert outcome.result["verdict"] == "inconclusive"
    assert outcome.result["noise"]["floor"] is None
    assert outcome.result["revisions"]["base"]["label"] == "imported from pytest-benchmark"
    notices = " ".join(outcome.result["notices"])
    assert "measured apart" in notices
    assert "rounds are of one process" in notices
    assert "Base and head were measured apart" in outcome.said
