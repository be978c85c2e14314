"""What we say reaches the runner as meant, and what the target says never commands it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.github.commands import (
    MESSAGE_LIMIT,
    SUMMARY_LIMIT,
    Severity,
    annotation,
    append_output,
    append_summary,
    untrusted,
)
from tests.runner_model import FileCommandError, commands_in, key_values

# What an attacker would write: pieces of commands, line ends, and what hides or reorders.
PIECES = ("::", "##[", "]", "#", ":", "error", "set-output name=x", "%0A", "%", " ", "\t", "\r")
UNSEEN = ("\n", "\r\n", "\x1b[2K", "\x85", "\u2028", "\u202e", "\ufeff", "\udc80", "\xa0")
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(PIECES + UNSEEN),
        st.text(st.characters(exclude_categories=[]), max_size=5),
    ),
    max_size=20,
).map("".join)


@given(HOSTILE)
def test_no_text_of_the_target_becomes_a_command(text: str) -> None:
    assert commands_in(untrusted(text)) == []


@given(HOSTILE)
def test_shown_text_holds_nothing_that_hides_and_can_be_encoded(text: str) -> None:
    shown = untrusted(text)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert shown.encode().decode() == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 速度", "plain é 速度"),
        ("tests/test_x.py::test_y", "tests/test_x.py::test_y"),
        ("::error::x", "\\::error::x"),
        ("a\n  ::add-mask::b", "a\n  \\::add-mask::b"),
        ("say ##[error]x", "say ##\\[error]x"),
        ("a\r::error::b", "a\\r::error::b"),
        ("a\r\nb", "a\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\u202egnp", "\\u202egnp"),
    ],
)
def test_what_a_reader_sees(text: str, shown: str) -> None:
    assert untrusted(text) == shown


@given(HOSTILE)
def test_an_annotation_is_exactly_one_command_whatever_it_says(text: str) -> None:
    (command,) = commands_in(annotation(Severity.ERROR, text, file=text, line=3, column=7))
    assert command.name == "error"
    assert command.data == untrusted(text)
    assert command.properties == {"file": untrusted(text), "line": "3", "col": "7"}


def test_an_annotation_without_a_place_has_no_properties() -> None:
    assert annotation(Severity.WARNING, "100% slower\nhint") == "::warning::100%25 slower%0Ahint"


def test_a_long_message_is_cut_where_we_can_see_it() -> None:
    message = "\n".join(["x" * 100] * 100)
    (command,) = commands_in(annotation(Severity.NOTICE, message))
    assert len(command.data) == MESSAGE_LIMIT
    assert command.data.endswith("…")


@given(values=st.dictionaries(st.sampled_from(["verdict", "reason", "measured"]), HOSTILE))
def test_outputs_arrive_as_they_were_written(
    values: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("output") / "file"
    file.touch()
    for name, value in values.items():
        append_output(file, name, value)
    expected = {n: v.encode(errors="backslashreplace").decode() for n, v in values.items()}
    assert key_values(file.read_bytes().decode()) == expected


def test_a_value_cannot_end_its_own_heredoc(tmp_path: Path) -> None:
    """Each value has a delimiter of its own, which nobody can know before."""
    file = tmp_path / "output"
    append_output(file, "reason", "x")
    delimiter = file.read_text().splitlines()[-1]
    append_output(file, "verdict", f"fail\n{delimiter}\nverdict=pass")
    assert key_values(file.read_text())["verdict"].startswith("fail\n")


@pytest.mark.parametrize("text", ["no equals\n", "=x\n", "a<<\n", "a<<end\nnever\n"])
def test_the_model_of_the_runner_refuses_malformed_files(text: str) -> None:
    with pytest.raises(FileCommandError):
        key_values(text)


def test_a_summary_is_appended(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    append_summary(file, "one")
    append_summary(file, "two")
    assert file.read_text() == "one\ntwo\n"


def test_a_summary_that_is_too_long_is_cut_at_a_line_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    line = "é" * 50
    append_summary(file, f"{line}\n" * 20_000)
    note, _, rest = file.read_text().partition("\n\n")
    assert "this summary has 2,020,000 bytes" in note
    assert set(rest.splitlines()) == {line}
    assert SUMMARY_LIMIT - 200 < file.stat().st_size <= SUMMARY_LIMIT


def test_what_others_wrote_counts_towards_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_bytes(b"x" * (SUMMARY_LIMIT - 10))
    append_summary(file, "y" * 1000)
    assert file.stat().st_size <= SUMMARY_LIMIT
