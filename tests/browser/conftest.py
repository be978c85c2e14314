"""One Chromium for all tests of pages; without one they are skipped, and the summary says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Page, browser, found

Opened = Callable[[str], Page]
"""Writes a page into a file and opens it."""


@pytest.fixture(scope="session")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A tab of a Chromium that was just started."""
    program = found()
    if program is None:
        pytest.skip("NOT RUN: no Chromium here (apt-get install chromium, or PERF_GATE_CHROMIUM)")
    with browser(program, tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture
def opened(tab: Page, tmp_path: Path) -> Opened:
    def open_page(html: str) -> Page:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        tab.open(file)
        return tab

    tab.look(width=1600)
    return open_page


@pytest.fixture(autouse=True)
def _pictures(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep a picture of what each test saw last, where ``PERF_GATE_PICTURES`` names a folder."""
    yield
    folder = os.environ.get("PERF_GATE_PICTURES")
    if folder and "tab" in request.fixturenames:
        file = Path(folder) / f"{request.node.name.replace('/', '_')}.png"
        file.write_bytes(request.getfixturevalue("tab").picture())
