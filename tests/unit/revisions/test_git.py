"""git is called without the machine's settings, without a shell, and says why it refused."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.errors import ExitStatus, UsageError
from gate.revisions.git import Git, GitError, settings
from tests.repositories import git as unguarded


@pytest.fixture
def git(tmp_path: Path) -> Git:
    home = tmp_path / "home"
    home.mkdir()
    git = Git(git_dir=tmp_path / "repository.git", home=home)
    git.run("init", "--bare", "--quiet", "--template=")
    return git


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called git that writes down how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "git"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"open({str(tmp_path / 'call')!r}, 'w').write("
        "json.dumps([sys.argv, dict(os.environ), os.getcwd()]))\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return tmp_path / "call"


def test_nothing_of_the_environment_but_path_is_passed_on(
    git: Git, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "PERF_GATE_TOKEN",
        "GIT_ASKPASS",
        "GIT_EXEC_PATH",
        "GIT_INDEX_FILE",
        "SSH_ASKPASS",
    ):
        monkeypatch.setenv(name, "/planted")
    git.run("status")
    arguments, environment, folder = json.loads(recorded.read_text())
    assert "/planted" not in environment.values()
    assert environment["GIT_CONFIG_GLOBAL"] == "/dev/null"
    assert environment["GIT_CONFIG_NOSYSTEM"] == "1"
    assert environment["HOME"] == folder == str(git.home)
    assert {
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "protocol.allow=never",
    } <= set(arguments)


def test_settings_for_one_call_are_not_among_the_arguments(git: Git, recorded: Path) -> None:
    git.run("fetch", environment=settings({"http.extraHeader": "secret"}))
    arguments, environment, _ = json.loads(recorded.read_text())
    assert "secret" not in " ".join(arguments)
    assert environment["GIT_CONFIG_VALUE_0"] == "secret"


def test_settings_for_one_call_are_heeded(git: Git) -> None:
    values = settings({"core.eol": "crlf", "core.autocrlf": "input"})
    assert git.line("config", "core.autocrlf", environment=values) == "input"


def test_a_failure_says_what_was_called_the_status_and_the_last_lines(git: Git) -> None:
    with pytest.raises(GitError, match=r"`git cat-file` failed with status 128: fatal: .*nowhere"):
        git.run("cat-file", "blob", "nowhere")
    with pytest.raises(GitError) as caught:
        git.run("cat-file", "blob", "nowhere")
    assert caught.value.command == ("cat-file", "blob", "nowhere")
    assert caught.value.returned == 128
    assert caught.value.status == ExitStatus.USAGE


def test_a_failure_does_not_repeat_credentials(git: Git) -> None:
    with pytest.raises(GitError) as caught:
        git.run("fetch", "https://somebody:secret@example.org/x")
    assert "secret" not in caught.value.message


def test_no_protocol_is_allowed_unless_a_call_allows_it(git: Git) -> None:
    with pytest.raises(GitError, match="transport 'file' not allowed"):
        git.run("ls-remote", f"file://{git.git_dir}")
    allowed = settings({"protocol.file.allow": "always"})
    assert git.run("ls-remote", f"file://{git.git_dir}", environment=allowed) == b""


def test_git_that_is_not_installed_is_said(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(git.home))
    with pytest.raises(UsageError, match="git is not installed"):
        git.run("version")


def test_a_folder_that_is_gone_is_not_taken_for_a_missing_git(git: Git) -> None:
    with pytest.raises(UsageError, match="gone does not exist"):
        git.run("version", environment={"GIT_WORK_TREE": str(git.home / "gone")})


def test_a_null_character_never_reaches_the_system(git: Git) -> None:
    with pytest.raises(UsageError, match="null character"):
        git.run("rev-parse", "main\0--all")


@pytest.fixture
def hanging(git: Git, tmp_path: Path) -> Iterator[int]:
    """An alias ``hang`` that never ends, and a pipe that ends with the last of its processes."""
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(pipe, True)
    git.run("config", "alias.hang", f"!sleep 1000 > '{tmp_path}/pipe'")
    yield pipe
    os.close(pipe)


def test_a_git_that_hangs_is_ended(git: Git, hanging: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.revisions.git._TIMEOUT_S", 0.5)
    with pytest.raises(GitError, match="`git hang` took too long"):
        git.run("hang")
    assert os.read(hanging, 1) == b""


def test_git_is_ended_when_the_gate_is_interrupted(git: Git, hanging: int) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            git.run("hang")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert os.read(hanging, 1) == b""


def test_hooks_are_off(git: Git, tmp_path: Path) -> None:
    hook = git.git_dir / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    tree = git.line("hash-object", "-t", "tree", "-w", "/dev/null")
    git.run("update-ref", "refs/tags/ours", tree)
    assert not (tmp_path / "ran").exists()
    unguarded(git.git_dir, "update-ref", "refs/tags/theirs", tree)
    assert (tmp_path / "ran").exists(), "the trap does not work: this test would show nothing"
