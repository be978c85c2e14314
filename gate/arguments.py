"""What several commands ask alike: arguments, their types, and the job that they make."""

from __future__ import annotations

import argparse
from pathlib import Path, PurePosixPath

from gate.config.fields import duration_s
from gate.config.schema import Store
from gate.job import Job
from gate.pipe.earlier.places import named

Commands = argparse._SubParsersAction  # noqa: SLF001 - it has no public name


def add_command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    what: str,
    description: str,
    end: str = "",
) -> argparse.ArgumentParser:
    """Add a command; its texts keep their lines.

    Args:
        commands: Of the whole command line, or of a command that has some of its own.
        name: What is typed.
        what: One line for the list of commands.
        description: What ``--help`` says before the options.
        end: What it says after them.
    """
    shape = argparse.RawDescriptionHelpFormatter
    return commands.add_parser(
        name, help=what, description=description, epilog=end, formatter_class=shape
    )


def add_place(group: argparse._ActionsContainer) -> None:
    """Ask for the repository, and the folder of the project in it."""
    group.add_argument(
        "--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: here)"
    )
    group.add_argument(
        "--working-directory",
        type=PurePosixPath,
        default=PurePosixPath(),
        metavar="DIR",
        help="folder of the project inside the repository (default: its top)",
    )


def add_interpreter(group: argparse._ActionsContainer) -> None:
    """Ask for the interpreter, and the seed of all chance."""
    group.add_argument("--python", metavar="VERSION", help="interpreter of the target, as 3.12")
    group.add_argument(
        "--seed", type=int, metavar="N", help="of orders and hash seeds (default: random)"
    )


def job_of(arguments: argparse.Namespace) -> Job:
    """Return what the arguments of ``check`` (or of a command that runs it) ask for."""
    return Job(
        repository=arguments.repo,
        working_directory=arguments.working_directory,
        out=arguments.out,
        base=arguments.base,
        head=arguments.head,
        config=arguments.config,
        budget_s=arguments.budget,
        only=tuple(arguments.only),
        seed=arguments.seed,
        shard=arguments.shard,
        results=tuple(arguments.results) if arguments.results else None,
        proof=arguments.proof,
        dry_run=arguments.dry_run,
        format=arguments.format,
        python=arguments.python,
    )


def duration(text: str) -> float:
    """Seconds of ``90s``, ``3m`` or ``1h30m``."""
    try:
        return duration_s(text)
    except ValueError:
        message = f"expected a time such as 90s or 3m, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def store_named(text: str) -> Store:
    """Read where baselines are, as ``type`` of an argument: a folder, a branch, or a URL."""
    try:
        return named(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected {error}, got {text!r}") from error
