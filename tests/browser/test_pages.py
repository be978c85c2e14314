"""Pages in a real Chromium: what shows, what can be done, and that nothing is asked for."""

from __future__ import annotations

from importlib.resources import files

import pytest

from gate.model import Result
from gate.page.board import board_of
from gate.page.html import MOST_ROWS, render_dashboard, render_html
from tests.browser.chromium import Page
from tests.browser.conftest import Opened
from tests.golden.results import CASES
from tests.unit.page.examples import MACHINE, crowd, history, paired

pytestmark = pytest.mark.browser

OPEN_FIRST = "[...document.querySelectorAll('.open')].slice(0, 4).forEach((each) => each.click())"
NAMES = "[...document.querySelectorAll('#rows .open')].map((each) => each.textContent)"
SHOWN = "[...document.querySelectorAll('tr[data-only]:not([hidden])')].length"
STATUS = "document.getElementById('status').textContent"
NARROWEST = """Math.min(1000, ...[...document.querySelectorAll('#rows > tbody .name')]
  .map((each) => each.offsetWidth))"""
AXE = """axe.run(document, {resultTypes: ['violations']}).then(({violations}) =>
  violations.map(({id, nodes}) => id + ': ' + nodes.map(({html}) => html).join(' ')))"""


def _report(result: Result) -> str:
    """The page of a result, with histories for two of its benchmarks."""
    names = [finding.benchmark.name for finding in result.judgement.findings[:2]]
    told = {(name, "time"): history(name, (20, 1e-5), (20, 1.2e-5)) for name in names}
    return render_html(paired(result), histories=told)


def _dashboard() -> str:
    told = [history(f"test_{index}", (12, 1e-3), (12, 1.1e-3)) for index in range(6)]
    return render_dashboard(board_of(told, {MACHINE: "AMD EPYC, 4 cores"}, "dir:here"))


def _key(page: Page, key: str) -> list[str]:
    """Sort by a column, and return the names from top to bottom."""
    page.run(f"document.querySelector('[data-key={key}]').click()")
    names: list[str] = page.run(NAMES)
    return names


@pytest.mark.parametrize("case", CASES)
def test_a_page_complains_of_nothing_asks_for_nothing_and_fits_a_phone(
    case: str, opened: Opened
) -> None:
    """With rows opened, in 360 pixels: no error in the console, no request, no sideways scroll."""
    page = opened(_report(CASES[case]))
    page.look(width=360)
    page.run(OPEN_FIRST)

    assert page.run("document.documentElement.scrollWidth") == 360
    assert page.run(NARROWEST) > 130
    assert page.complaints == []
    assert page.requests == []


def test_the_dashboard_does_so_too(opened: Opened) -> None:
    page = opened(_dashboard())
    page.look(width=360)
    page.run(OPEN_FIRST)

    assert page.run("document.documentElement.scrollWidth") == 360
    assert page.run(NARROWEST) > 130
    assert page.run("document.querySelectorAll('.detail .level').length") == 8
    assert (page.complaints, page.requests) == ([], [])


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["report", "dashboard"])
def test_nobody_is_shut_out(kind: str, scheme: str, width: int, opened: Opened) -> None:
    """No violation that axe knows of: contrast, names, roles, structure, keyboard."""
    page = opened(_report(crowd(10)) if kind == "report" else _dashboard())
    page.look(width=width, scheme=scheme, motion="reduce")  # colours that fade have no contrast yet
    page.run(OPEN_FIRST)
    page.call("Runtime.evaluate", expression=_axe())

    assert page.run(AXE) == []


def test_axe_would_have_found_something(opened: Opened) -> None:
    """A picture without words is a violation."""
    page = opened(_dashboard())
    page.run("document.querySelector('main').append(document.createElement('img'))")
    page.call("Runtime.evaluate", expression=_axe())

    assert [one for one in page.run(AXE) if one.startswith("image-alt")]


def _axe() -> str:
    return files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")


def test_what_is_smuggled_in_does_not_run(opened: Opened) -> None:
    """The policy stops a script that the page did not come with, and the console says so."""
    page = opened(_report(CASES["hostile_names"]))
    page.run("""document.body.append(Object.assign(document.createElement('script'),
        {textContent: 'window.smuggled = true'}))""")

    assert page.run("window.smuggled") is None
    assert page.run("document.scripts.length") == 3
    assert "Content Security Policy" in page.complaints[0]


def test_columns_sort_both_ways_and_say_so(opened: Opened) -> None:
    """By value, not by text; rows without a value stay at the end."""
    page = opened(_report(crowd(40)))
    falling = [one for one in _key(page, "change") if one][::-1]
    rising_at_first = page.run("document.querySelector('[aria-sort]').getAttribute('aria-sort')")
    values = "[...document.querySelectorAll('tr[data-only]')].map((row) => row.dataset.change)"
    rising = [float(one) for one in page.run(values) if one is not None]
    again = _key(page, "change")

    assert rising_at_first == "ascending"
    assert rising == sorted(rising)
    assert len(rising) == 36
    assert page.run("document.querySelectorAll('[aria-sort=descending]').length") == 1
    assert again[-4:] == falling[:4][::-1]


def test_names_sort_as_people_count(opened: Opened) -> None:
    """``[9]`` before ``[10]``, and an opened row takes its fold along."""
    page = opened(_report(crowd(40)))
    page.run("document.querySelector('.open').click()")
    names = _key(page, "name")

    numbers = [int(name.rpartition("[")[2].rstrip("]")) for name in names if "test_join" in name]
    assert numbers == sorted(numbers)
    owner = "document.querySelector('.detail').previousElementSibling.className"
    assert "opened" in page.run(owner)


def test_search_and_outcomes_narrow_the_table_together(opened: Opened) -> None:
    """What is left is counted where a screen reader hears it."""
    page = opened(_report(crowd(40)))
    assert page.run(STATUS) == "40 of 40 results"
    page.run("document.querySelector('.tile.regressed').click()")
    assert page.run(STATUS) == "4 of 40 results"
    assert page.run("document.querySelector('.tile.regressed').ariaPressed") == "true"
    page.run("""document.getElementById('search').value = 'JOIN [3';
        document.getElementById('search').dispatchEvent(new Event('input'))""")

    assert page.run(STATUS) == "1 of 40 results"
    assert page.run(SHOWN) == 1
    assert page.run("document.getElementById('status').getAttribute('role')") == "status"


def test_a_row_is_opened_by_keyboard_and_drawn_then(opened: Opened) -> None:
    """One mark a pair, a band for the interval, lines for the thresholds; focus can be seen."""
    page = opened(_report(CASES["regression"]))
    assert page.run("document.querySelectorAll('.detail').length") == 0
    page.run("document.querySelector('[data-key=pairs]').focus()")
    page.press("Tab")
    assert page.run("document.activeElement.className") == "open"
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.press("Enter")

    assert page.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    counts = {"screening": 5, "confirming": 10, "band": 1, "density": 1, "edge": 2, "level": 2}
    drawn = {
        name: page.run(f"document.querySelectorAll('.detail .{name}').length") for name in counts
    }
    assert drawn == counts
    page.press(" ")
    assert page.run("document.querySelectorAll('.detail').length") == 0


def test_a_mark_of_the_overview_opens_its_row(opened: Opened) -> None:
    """The last one is the slowest; it is found even where the table does not show it."""
    page = opened(_report(crowd(40)))
    page.run("document.querySelector('.tile.improved').click()")
    page.run("""(() => {
        const svg = document.querySelector('#overview svg'), box = svg.getBoundingClientRect();
        const at = {clientX: box.right - 8, clientY: box.top + 40, bubbles: true};
        svg.dispatchEvent(new PointerEvent('pointermove', at));
        svg.dispatchEvent(new MouseEvent('click', at));
    })()""")

    assert page.run("document.activeElement.textContent").endswith("test_join[30]")
    assert page.run("document.activeElement.ariaExpanded") == "true"
    assert page.run(STATUS) == "40 of 40 results"


def test_thousands_of_rows_are_listed_on_demand(opened: Opened) -> None:
    """A search looks at all of them at once."""
    page = opened(render_html(crowd(MOST_ROWS + 50)))
    assert page.run(SHOWN) == MOST_ROWS
    page.run(f"""document.getElementById('search').value = '[{MOST_ROWS + 49}]';
        document.getElementById('search').dispatchEvent(new Event('input'))""")
    assert page.run(SHOWN) == 1
    page.run("""document.getElementById('search').value = '';
        document.getElementById('search').dispatchEvent(new Event('input'));
        document.getElementById('more').click()""")

    assert page.run(SHOWN) == MOST_ROWS + 50
    assert page.run("document.getElementById('more').hidden") is True


def test_a_turned_phone_draws_anew(opened: Opened) -> None:
    """Plots follow the width of the window."""
    page = opened(_report(CASES["regression"]))
    page.look(width=360)
    page.run(OPEN_FIRST)
    page.look(width=800)
    page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    widths = "[...document.querySelectorAll('.plot')].map((each) => each.viewBox.baseVal.width)"

    assert min(page.run(widths)) > 360


def test_motion_is_left_out_for_those_who_ask(opened: Opened) -> None:
    """Colours fade for everybody else."""
    page = opened(_dashboard())
    took = "getComputedStyle(document.querySelector('.tile')).transitionDuration"
    before = page.run(took)
    page.look(width=1600, motion="reduce")

    assert before == "0.12s"
    assert page.run(took) == "0s"


def test_without_scripts_the_table_is_there(opened: Opened, tab: Page) -> None:
    """Nothing is offered that would not work, and the page says what is missing."""
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page = opened(_report(crowd(20)))
        assert page.run(SHOWN) == 20
        assert page.run("getComputedStyle(document.querySelector('.tools')).display") == "none"
        assert "need JavaScript" in page.run("document.querySelector('caption').innerText")
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
