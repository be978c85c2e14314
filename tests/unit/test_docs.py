"""What the documents say is true: commands parse, configurations load, links resolve."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from gate.cli import main, parser
from gate.config.decode import load
from gate.errors import ExitStatus

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMAND = re.compile(r"^    (perf-gate .*)$", re.MULTILINE)
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)\)")


def _blocks() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for index, block in enumerate(BLOCK.findall(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(ROOT)} {index}", block


BLOCKS = dict(_blocks())
WORKFLOWS = {name: text for name, text in BLOCKS.items() if "runs-on" in text}
CONFIGURATIONS = {name: text for name, text in BLOCKS.items() if name not in WORKFLOWS}
COMMANDS = sorted({line for path in DOCUMENTS for line in COMMAND.findall(path.read_text())})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_in_the_documents_parses(command: str) -> None:
    arguments = parser().parse_args(shlex.split(command)[1:])

    assert callable(arguments.run)


def test_there_are_commands_workflows_and_configurations_to_test() -> None:
    assert len(COMMANDS) >= 3
    assert WORKFLOWS
    assert len(CONFIGURATIONS) >= 2


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_every_configuration_in_the_documents_loads(text: str) -> None:
    assert load(text, filename="document").thresholds


@pytest.mark.parametrize("text", WORKFLOWS.values(), ids=WORKFLOWS)
def test_every_workflow_in_the_documents_is_one(text: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(text)
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*checker, "vendor.github-workflows", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "on" in text
    assert yaml.safe_load(text)["jobs"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = [t for t in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in t]

    missing = [target for target in targets if not (path.parent / target).exists()]
    assert not missing


def test_the_table_of_exit_statuses_is_complete() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert [int(row) for row in rows] == sorted(ExitStatus)


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("document", "part"), [("configuration.md", "reference"), ("architecture.md", "rooms")]
)
def test_generated_parts_are_up_to_date(document: str, part: str) -> None:
    """Otherwise run docs/generate.py."""
    generate = _generator()
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")

    assert generate.spliced(text, getattr(generate, part)()) == text


def test_every_key_of_the_schema_is_in_the_reference() -> None:
    schema = json.loads((ROOT / "gate" / "schemas" / "config.json").read_text())
    text = (ROOT / "docs" / "configuration.md").read_text()

    assert all(f"| `{key}` |" in text for key in schema["properties"])


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completions_know_the_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == ExitStatus.PASS
    assert "--budget" in capsys.readouterr().out
