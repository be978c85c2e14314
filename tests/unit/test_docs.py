"""What the documents say is true: commands parse, configurations load, links and names resolve."""

from __future__ import annotations

import importlib
import math
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from gate.cli import main, parser
from gate.config.decode import load
from gate.config.presets import PRESETS, SUITE
from gate.config.problems import ConfigurationError
from gate.config.schema import Preset, ThresholdEntry
from gate.errors import ExitStatus
from gate.job import Job
from gate.judge.levels import Levels
from gate.measure.planning.rhythm import rhythm
from gate.pipe.rules import rules_without_revisions
from gate.report.custom.rendering import Template, render_custom
from gate.report.view import view_of
from gate.usage import EXAMPLES, STATUSES
from tests.golden.results import CASES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
}
LINE = re.compile(r"^ {4}((?:perf-gate|make|python|\.venv/bin/python) [^#\n]*)", re.MULTILINE)
INLINE = re.compile(r"`((?:perf-gate|make|python|\.venv/bin/python) [^`]+)`")
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
TEMPLATE = re.compile(r"^```jinja\n(.*?)^```", re.MULTILINE | re.DOTALL)
SESSION = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```.*?^```|^ {4}.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]+))?\)")
NAME = re.compile(r"`((?:gate|docs|tests|study|examples|templates)/[^`:*]*)(?:::(\w+))?`")


def _commands() -> Iterator[str]:
    for text in DOCUMENTS.values():
        # inline code may go on in the next line
        prose = re.sub(r"\n(?=\S)", " ", SESSION.sub("", text))
        yield from (" ".join(one.split()) for one in LINE.findall(text) + INLINE.findall(prose))


COMMANDS = sorted({*_commands()})
OURS = [one for one in COMMANDS if one.startswith("perf-gate ")]
OURS += [one.strip().partition("   ")[0] for one in EXAMPLES.splitlines() if "  perf-gate" in one]
BLOCKS = {
    f"{name} {index}": block
    for name, text in DOCUMENTS.items()
    for index, block in enumerate(BLOCK.findall(text))
}
WORKFLOWS = {name: text for name, text in BLOCKS.items() if "runs-on" in text}
CONFIGURATIONS = {name: text for name, text in BLOCKS.items() if name not in WORKFLOWS}


def test_there_is_something_to_test() -> None:
    assert len(OURS) >= 9
    assert len(WORKFLOWS) >= 2
    assert len(CONFIGURATIONS) >= 3
    assert sum(len(NAME.findall(text)) for text in DOCUMENTS.values()) >= 30


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_block_of_another_kind_escapes_these_tests(name: str) -> None:
    fences = re.findall(r"^ *```(.*)$", DOCUMENTS[name], re.MULTILINE)
    blocks = [one for kind in (BLOCK, SESSION, TEMPLATE) for one in kind.findall(DOCUMENTS[name])]
    assert {*fences[::2]} <= {"yaml", "python", "jinja"}
    assert fences[1::2] == [""] * len(blocks)


# --- what a reader may type ----------------------------------------------------------------------


@pytest.mark.parametrize("command", OURS)
def test_every_call_of_perf_gate_parses(command: str) -> None:
    words = shlex.split(command)[1:]
    if "--help" in words:
        with pytest.raises(SystemExit, match=r"^0$"):
            parser().parse_args(words)
    else:
        assert callable(parser().parse_args(words).run)


def test_every_make_target_is_there() -> None:
    rules = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = {shlex.split(one)[1] for one in COMMANDS if one.startswith("make ")}

    assert {"gate", "test"} <= named
    assert named <= {*rules}


def test_every_program_of_ours_is_there() -> None:
    calls = [shlex.split(one)[1:] for one in COMMANDS if "python" in one.partition(" ")[0]]
    modules = {words[1] for words in calls if words[0] == "-m"}
    modules -= {"asyncio", "pytest", "perf_gate_guest"}
    files = {words[0] for words in calls if words[0] != "-m"}

    assert "study.simulate" in modules
    assert all(_is_program(name.replace(".", "/")) for name in modules), modules
    assert all((ROOT / file).is_file() for file in files), files


def _is_program(name: str) -> bool:
    return (ROOT / f"{name}.py").is_file() or (ROOT / name / "__main__.py").is_file()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completions_know_the_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == ExitStatus.PASS
    assert "--budget" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "row"), [(DOCUMENTS["README.md"], r"^\| (\d+) \|"), (STATUSES, r"^  (\d+) ")]
)
def test_the_list_of_exit_statuses_is_complete(text: str, row: str) -> None:
    assert [int(one) for one in re.findall(row, text, re.MULTILINE)] == sorted(ExitStatus)


# --- what a reader may copy ----------------------------------------------------------------------


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_every_configuration_loads(text: str) -> None:
    """And says something that an empty one does not."""
    assert load(text, filename="document") != load("", filename="document")


def test_the_template_that_is_shown_is_rendered() -> None:
    (text,) = TEMPLATE.findall(DOCUMENTS["docs/comment.md"])
    template = Template(path=PurePosixPath("comment.md.j2"), text=text)
    comment = render_custom(view_of(CASES["regression"]), template)

    assert isinstance(comment, str)
    assert "\n## Performance failed" in comment


@pytest.mark.parametrize("text", WORKFLOWS.values(), ids=WORKFLOWS)
def test_every_workflow_is_one(text: str, tmp_path: Path) -> None:
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
    assert "persist-credentials: false" in text or "actions/checkout" not in text


# --- what a reader may follow --------------------------------------------------------------------


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    here = ROOT / name
    for target, anchor in LINK.findall(CODE.sub("", DOCUMENTS[name])):
        if "://" in target:
            continue
        there = (here.parent / target) if target else here
        assert there.exists(), target
        assert not anchor or anchor in _anchors(there.read_text(encoding="utf-8")), anchor


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_test_that_is_named_exists(name: str) -> None:
    for file, function in NAME.findall(DOCUMENTS[name]):
        path = ROOT / file
        assert path.exists(), file
        assert not function or f"def {function}(" in path.read_text(encoding="utf-8"), function


# --- what follows from the code ------------------------------------------------------------------


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        yield importlib.import_module("generate")


@pytest.mark.parametrize(
    "document", ["action.md", "architecture.md", "configuration.md", "executor-api.md"]
)
def test_generated_parts_are_up_to_date(document: str, generate: ModuleType) -> None:
    """Otherwise run docs/generate.py."""
    text = DOCUMENTS[f"docs/{document}"]

    assert "<!-- generated " in text
    assert generate.fresh(document, text) == text


@pytest.mark.parametrize(
    "damage", [lambda _: "", lambda text: text * 2, lambda text: text.partition("<!-- end")[0]]
)
def test_a_document_without_its_markers_is_refused(
    damage: Callable[[str], str], generate: ModuleType
) -> None:
    with pytest.raises(ValueError, match="generated inputs"):
        generate.fresh("action.md", damage(DOCUMENTS["docs/action.md"]))


def test_every_key_that_takes_a_value_has_an_example() -> None:
    rows = re.findall(r"^\| `([\w.\[\]]+)` \| (.*)$", CONFIGURATION, re.MULTILINE)
    keys = {key: rest.split(" | ") for key, rest in rows if rest.count(" | ") >= 3}
    without = [key for key, cells in keys.items() if not cells[2].startswith("`")]

    assert len(keys) > 40
    assert all(keys[key][0] in {"mapping", "list of mapping"} for key in without), without


# --- figures that the code holds -----------------------------------------------------------------

MEASUREMENT = DOCUMENTS["docs/measurement.md"]


def test_every_room_in_the_picture_of_the_pipe_exists() -> None:
    picture = DOCUMENTS["docs/architecture.md"].partition("`main.py` strings")[0]
    rooms = re.findall(r"(?<= )[a-z]\S*(?:/|\.py)(?=\s)", picture)

    assert len(rooms) >= 12
    assert [room for room in rooms if not (ROOT / "gate" / room).exists()] == []


def test_the_levels_of_a_conviction_are_those_of_the_judge() -> None:
    rows = re.findall(r"^\| (\d+) \| (0\.\d+) \|$", MEASUREMENT, re.MULTILINE)

    assert len(rows) >= 4
    for count, level in rows:
        levels = Levels(rows=int(count))
        assert f"{levels.convict(levels.confirm):.{len(level) - 2}f}" == level


def test_slow_calls_get_the_slices_that_are_said() -> None:
    assert "four a side above 20 ms, two\nabove 60 ms, one above 0.6 s" in MEASUREMENT
    for longest_s, most, fewer in ((0.02, 6, 4), (0.06, 4, 2), (0.6, 2, 1)):
        assert rhythm(call_s=longest_s, limit=None).slices == most
        assert rhythm(call_s=longest_s * 1.01, limit=None).slices == fewer


@pytest.mark.parametrize("preset", Preset)
def test_the_presets_are_those_of_the_code(preset: Preset) -> None:
    row = rf"^\| `{preset}`.*? \| ([\d.]+) % \| ([\d.]+) % \| (\w+) \|$"
    ((tolerate, max_change, level),) = re.findall(row, CONFIGURATION, re.MULTILINE)
    held = PRESETS[preset]

    assert float(tolerate) == pytest.approx(100 * math.expm1(held.tolerate))
    assert float(max_change) == pytest.approx(100 * math.expm1(held.max_change))
    assert level == held.level


BUDGETS = [one for one in SUITE if one.max or one.goal]


@pytest.mark.parametrize("entry", BUDGETS, ids=lambda one: one.match)
def test_the_budgets_of_the_suite_are_those_of_the_code(entry: ThresholdEntry) -> None:
    cells = rf"^\| `{re.escape(entry.match)}` \| .*? \| \w+ \| (.*?) ?\| (.*?) ?\|$"
    ((most, goal),) = re.findall(cells, DOCUMENTS["docs/executor.md"], re.MULTILINE)

    for text, held in ((most, entry.max), (goal, entry.goal)):
        assert bool(text) is bool(held)
        assert not text or _amount(text) == pytest.approx(held, rel=1e-3)


def _amount(text: str) -> float:
    number, _, unit = text.partition(" ")
    return float(number) * {"s": 1.0, "ms": 1e-3, "µs": 1e-6}.get(unit, 1.0)


# --- what this version does not do ---------------------------------------------------------------

CONFIGURATION = DOCUMENTS["docs/configuration.md"]
FULL = BLOCK.findall(CONFIGURATION)[-1]


def test_the_keys_that_are_said_to_be_mentioned_in_the_report_are(tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    file.write_text(FULL)
    said = re.findall(r"^\| `([\w.]+)`.* \| yes \|$", CONFIGURATION, re.MULTILINE)

    (notice,) = rules_without_revisions(Job(repository=tmp_path, out=tmp_path, config=file)).notices
    assert notice.partition(": ")[2].split(", ") == said


@pytest.mark.parametrize(
    ("text", "notices"),
    [
        ("suite: {run: false}", 0),
        ("baseline: {release: false}", 0),
        ("measure: {metrics: [memory]}", 1),
        ("measure: {metrics: [time]}", 0),
        ("thresholds: [{metric: memory, max: 1MB}]", 1),
        ("thresholds: [{match: 'suite:memory_peak', metric: memory, max: 1MB}]", 0),
        ("suite: {executor: 'mylib:make'}", 0),
        ("baseline: {compare: stored, release: true}", 0),
    ],
)
def test_the_report_mentions_what_the_table_says(text: str, notices: int, tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    file.write_text(text)
    rules = rules_without_revisions(Job(repository=tmp_path, out=tmp_path, config=file))

    assert len(rules.notices) == notices


def test_the_problem_that_is_shown_is_what_such_a_file_gets() -> None:
    (shown,) = re.findall(r"^ {4}(\.perf-gate\.yml:.*)$", CONFIGURATION, re.MULTILINE)
    (line,) = re.findall(r"line is `(.*?)`:$", CONFIGURATION, re.MULTILINE)

    with pytest.raises(ConfigurationError) as caught:
        load(f"thresholds:\n{line}\n", filename=".perf-gate.yml")
    assert [str(problem) for problem in caught.value.problems] == [shown]
