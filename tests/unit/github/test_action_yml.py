"""``action.yml`` says in sentences what the code reads and sets, and how a release changes it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from gate.github.action import read_request

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "action.yml").read_text(encoding="utf-8")
DECLARED = yaml.safe_load(TEXT)
DESCRIPTIONS = {
    f"{part}.{name}": one["description"]
    for part in ("inputs", "outputs")
    for name, one in DECLARED[part].items()
}


class Watched(Mapping[str, str]):
    """An environment in which nothing is set, and which knows what was looked up."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_what_is_read_is_what_is_declared() -> None:
    watched = Watched()
    read_request(watched, {}, repository=Path("/here"), out=Path("/here/out"))
    read = {name for name in watched.asked if name.startswith("INPUT_")}
    declared = {f"INPUT_{name.upper()}" for name in DECLARED["inputs"]}
    assert {name.replace("_", "-") for name in read} == {one.replace("_", "-") for one in declared}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_is_made_of_sentences(name: str) -> None:
    assert re.fullmatch(r"(Is|[A-Z][a-z]*s) .*\.", DESCRIPTIONS[name])


def test_a_release_names_its_image_and_changes_nothing_else(tmp_path: Path) -> None:
    """The step of the release workflow itself is run."""
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    steps = release["jobs"]["publish"]["steps"]
    (script,) = (
        step["run"] for step in steps if step.get("name") == "Name the image in action.yml"
    )
    (tmp_path / "action.yml").write_text(TEXT, encoding="utf-8")
    published = f"ghcr.io/org/perf-gate@sha256:{'0' * 64}"
    environment = {"PATH": "/usr/bin:/bin", "PUBLISHED": published}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    released = (tmp_path / "action.yml").read_text(encoding="utf-8")
    assert released == TEXT.replace("image: Dockerfile", f"image: docker://{published}")
    assert released != TEXT
