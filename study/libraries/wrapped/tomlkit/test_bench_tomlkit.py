"""Reading, editing and writing a project file of a realistic size."""

from __future__ import annotations

import pytest

import tomlkit

ENTRY = """
[[package]]
name = "library-{0}"  # pinned
version = "{0}.2.0"
source = {{ registry = "https://packages.example/simple" }}
dependencies = [
    {{ name = "anyio", marker = "python_full_version >= '3.10'" }},
    {{ name = "idna" }},
]
sizes = [{0}, 1_000, 0xff, 6.5e-3]
"""
LOCK_FILE = "version = 1\n" + "".join(map(ENTRY.format, range(12)))


@pytest.fixture
def document():
    return tomlkit.parse(LOCK_FILE)


def test_parse(benchmark):
    assert len(benchmark(tomlkit.parse, LOCK_FILE)["package"]) == 12


def test_dumps(benchmark, document):
    assert benchmark(tomlkit.dumps, document) == LOCK_FILE


def test_edit(benchmark, document):
    def bump():
        for package in document["package"]:
            package["version"] = "9.9.9"

    benchmark(bump)


def test_unwrap(benchmark, document):
    assert benchmark(document.unwrap)["version"] == 1
