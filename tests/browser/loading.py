"""How long a page of so many rows takes to load: ``python -m tests.browser.loading``.

Numbers of the machine that it runs on, which should be idle; no test depends on them. Where it is
not, the processor time of the page's process says more than the clock.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from gate.page.html import render_html
from tests.browser.chromium import Page, browser, found
from tests.unit.page.examples import crowd, history

SIZES = (100, 1_000, 10_000)
LOADS = 7
SHOWN = """new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(
  [performance.getEntriesByType('navigation')[0].loadEventEnd, performance.now()]))))"""
SORTED = """(() => {
  const began = performance.now();
  document.querySelector('[data-key=name]').click();
  document.body.offsetHeight;
  return performance.now() - began;
})()"""


def main() -> int:
    """Print a line for each size; return 0, or 1 where there is no Chromium."""
    program = found()
    if program is None:
        sys.stderr.write("no Chromium is here\n")
        return 1
    with tempfile.TemporaryDirectory() as folder, browser(program, Path(folder)) as page:
        page.look(width=1600)
        sys.stdout.writelines(_lines(page, Path(folder) / "page.html"))
    return 0


def _lines(page: Page, file: Path) -> Iterator[str]:
    page.call("Performance.enable")
    yield f"load of the machine: {os.getloadavg()[0]:.1f}\n"
    yield "rows    rendered  size      loaded  shown   processor  sorted\n"
    for size in SIZES:
        result = crowd(size)
        names = [finding.benchmark.name for finding in result.judgement.findings]
        told = {(name, "time"): history(name, (20, 1e-5), (20, 1.2e-5)) for name in names}
        began = perf_counter()
        html = render_html(result, histories=told)
        rendered_s = perf_counter() - began
        file.write_text(html, encoding="utf-8")
        loaded, shown, busy = zip(*(_load(page, file) for _ in range(LOADS)), strict=True)
        times = f"{median(loaded):4.0f} ms {median(shown):4.0f} ms {median(busy):7.0f} ms"
        sorting = f"{page.run(SORTED):4.0f} ms"
        yield f"{size:6,}  {rendered_s:5.2f} s  {len(html) / 1e6:5.2f} MB  {times} {sorting}\n"


def _load(page: Page, file: Path) -> tuple[float, float, float]:
    """Milliseconds until it is loaded, until it is shown, and of processor time."""
    before = _processor_s(page)
    page.open(file)
    loaded, shown = page.run(SHOWN)
    return loaded, shown, 1000 * (_processor_s(page) - before)


def _processor_s(page: Page) -> float:
    metrics = page.call("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "ProcessTime")


if __name__ == "__main__":
    sys.exit(main())
