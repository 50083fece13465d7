"""The report as one page, in a real browser: no complaint, the model's numbers, keys, a phone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from analysis.calculator.model import answer
from analysis.calculator.parameters import Parameters
from analysis.calculator.question import Question
from analysis.source import ROOT
from analysis.web.document import document
from bench.server.chromium import BrowserError, located
from tests.browser.conftest import missing
from tests.browser.listening import LOADED, Page, opened
from tests.synthetic_calculator import made_up

PHONE_PIXELS = 360
SORTED = (
    "[...document.querySelectorAll('#sorted-one tbody tr')].map((row) => row.cells[0].innerText)"
)
TABLE = """
## A table

| name | time | word |
|---|---|---|
| **a group** | | |
| slow | 2 ms (1 to 3) | |
| quick | 900 µs | b |
| | 5 s | leans |
| odd | not measured | a |
| none |  | c |
"""


@pytest.fixture(scope="module")
def known() -> Parameters:
    return made_up()


@pytest.fixture(scope="module")
def file(known: Parameters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed report with a table more, and the numbers of a made-up machine."""
    text = (ROOT / "REPORT.md").read_text("utf-8") + TABLE
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(document(text, {}, known, ROOT))

    return path


@pytest.fixture(scope="module")
def browser(file: Path) -> Iterator[Page]:
    """That page, open all the time."""
    try:
        located()
    except BrowserError as error:
        missing(str(error))

    with opened(file) as page:
        yield page


@pytest.fixture
def page(browser: Page, file: Path) -> Iterator[Page]:
    """That page, loaded anew; after the test, nobody has complained."""
    browser.width(1280)
    browser.prefers("light")
    browser.devtools.call("Page.navigate", url=file.as_uri())
    browser(LOADED)
    browser("document.querySelector('#a-table + .table').id = 'sorted-one'")
    yield browser
    assert browser.devtools.complaints == []
    assert {url.partition(":")[0] for url in browser.devtools.requests} <= {"file", "data"}


def questions(known: Parameters) -> list[Question]:
    """A grid over all inputs, and beyond the ends of each."""
    return [
        Question(machine.name, place.placement, curve.sort, work_us, in_flight, hops)
        for machine in known.machines
        for place in machine.places
        for curve in place.curves
        for work_us, in_flight, hops in product(
            (-1, 5, 10.4, 11, 100, 470.5, 1020, 30_000, 31_000),
            (0, 1, 2.5, 10, 40, 70, 100, 1000, 5000),
            (0, 1, 1.5, 2, 8, 9),
        )
    ]


def same(found: Any, expected: Any) -> bool:
    """Whether two answers are equal, numbers but for the last bits."""
    if isinstance(expected, dict):
        return set(found) == set(expected) and all(same(found[k], expected[k]) for k in expected)

    if isinstance(expected, list | tuple):
        return len(found) == len(expected) and all(map(same, found, expected))

    if isinstance(expected, float):
        return found is not None and math.isclose(found, expected, rel_tol=1e-9)

    return bool(found == expected)


def test_the_calculator_equals_the_python_model_on_a_grid(page: Page, known: Parameters) -> None:
    asked = questions(known)
    page("globalThis.known = JSON.parse(document.getElementById('parameters').textContent)")
    grid = json.dumps([asdict(each) for each in asked])
    found = page(f"{grid}.map((each) => calculator.answer(known, each))")
    expected = [asdict(answer(known, each)) for each in asked]
    inside = [each for each in expected if not each["outside"]]

    assert len(inside) > 200
    assert len(inside) < len(expected)
    assert [
        q for q, one, other in zip(asked, found, expected, strict=True) if not same(one, other)
    ] == []


def test_it_shows_the_numbers_of_the_model(page: Page, known: Parameters) -> None:
    shown = page("document.querySelector('[data-out=\"upper\"]').innerText")
    asked = Question(known.machines[0].name, "free", "blocking", 1000.0, 10, 1)
    upper = answer(known, asked).upper

    assert upper
    assert shown.startswith(f"{upper.value * 1e6:.3g} µs (")


def test_the_calculator_works_with_the_keyboard_alone(page: Page) -> None:
    page.tab_to("#sort")
    page.press("ArrowUp")
    page.tab_to("#work_us")
    page.retype("300")
    page.tab_to("#in_flight")
    page.retype("100")
    shown = page("Object.fromEntries(new FormData(document.querySelector('#calculator form')))")
    said = page("document.querySelector('.result').innerText")

    assert (shown["sort"], shown["work_us"], shown["in_flight"]) == ("hashing", "300", "100")
    assert "measured with 100 in flight" in said
    assert "def wins" in said


def test_the_curve_is_drawn_with_the_answer_and_the_break_even_on_it(page: Page) -> None:
    counted = (
        "['polyline', 'circle', 'line.break-even']"
        ".map((each) => document.querySelectorAll(`.chart ${each}`).length)"
    )
    drawn = page(counted)
    across = page("document.querySelector('.chart circle').getAttribute('cx')")
    page.tab_to("#work_us")
    page.retype("3000")
    further = page("document.querySelector('.chart circle').getAttribute('cx')")

    assert drawn == [2, 2, 1]
    assert float(further) > float(across)


def test_outside_of_what_was_measured_it_says_so_and_offers_the_nearest(page: Page) -> None:
    page.tab_to("#in_flight")
    page.retype("5000")
    said = page("document.querySelector('.result').innerText")
    invalid = page("document.querySelector('#in_flight').ariaInvalid")
    page.tab_to(".result button")
    page.press("Enter")
    value, focused = page("[document.querySelector('#in_flight').value, document.activeElement.id]")

    assert "Outside of what was measured" in said
    assert "valid from 1 to 100" in said
    assert "def takes" not in said
    assert invalid == "true"
    assert (value, focused) == ("100", "in_flight")
    assert "def takes" in page("document.querySelector('.result').innerText")


def test_an_empty_field_is_outside(page: Page) -> None:
    page("const field = document.querySelector('#hops'); field.value = ''")
    page("document.querySelector('#hops').dispatchEvent(new Event('input', {bubbles: true}))")

    assert "valid from 1 to 2" in page("document.querySelector('.result').innerText")


def test_a_table_sorts_by_value_and_back_with_the_keyboard(page: Page) -> None:
    published = page(SORTED)
    page("document.querySelectorAll('#sorted-one .sort')[1].focus()")
    orders = []
    for _ in range(3):
        page.press("Enter")
        orders.append(page(SORTED))

    told = page("document.querySelectorAll('#sorted-one th')[1].ariaSort")

    assert published == ["a group", "slow", "quick", "", "odd", "none"]
    assert orders[0] == ["quick", "", "slow", "odd", "none", "a group"]
    assert orders[1] == ["slow", "quick", "", "odd", "none", "a group"]
    assert orders[2] == published
    assert told == "none"


def test_a_group_is_left_out_while_its_rows_are_mixed(page: Page) -> None:
    page("document.querySelectorAll('#sorted-one .sort')[0].click()")
    hidden = page("document.querySelector('#sorted-one [data-group]').hidden")
    order = page("document.querySelectorAll('#sorted-one th')[0].ariaSort")

    assert (hidden, order) == (True, "ascending")


def test_a_figure_is_enlarged_with_the_keyboard(page: Page) -> None:
    page("document.querySelector('.enlarge').focus()")
    page.press("Enter")
    image = "document.querySelector('#enlarged img')"
    opened_, width = page(f"[document.querySelector('#enlarged').open, {image}.clientWidth]")
    page.press("+")
    wider, described = page(f"[{image}.clientWidth, {image}.alt.length > 40]")
    page.press("0")
    fitted = page(f"{image}.clientWidth")
    page.press("Escape")
    closed, focused = page(
        "[!document.querySelector('#enlarged').open, document.activeElement.className]"
    )

    assert opened_
    assert described
    assert wider > 1.4 * width
    assert fitted <= 1280
    assert (closed, focused) == (True, "enlarge")


@pytest.mark.parametrize("pixels", [PHONE_PIXELS, 768, 1280, 1920])
def test_nothing_needs_scrolling_sideways(page: Page, pixels: int) -> None:
    page.width(pixels, phone=pixels == PHONE_PIXELS)
    page("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    wide, shown = page("[document.documentElement.scrollWidth, innerWidth]")

    assert shown == pixels
    assert wide <= pixels


def test_the_calculator_fits_a_phone(page: Page) -> None:
    page.width(PHONE_PIXELS, phone=True)
    beyond = page(
        "[...document.querySelectorAll('#calculator *')].filter((one) => "
        f"one.getBoundingClientRect().right > {PHONE_PIXELS}).map((one) => one.outerHTML)"
    )

    assert beyond == []


def test_it_is_dark_where_dark_is_preferred(page: Page) -> None:
    colours = (
        "['backgroundColor', 'color']"
        ".map((name) => getComputedStyle(document.documentElement)[name])"
    )
    light = page(colours)
    page.prefers("dark")
    dark = page(colours)

    assert light == ["rgb(255, 255, 255)", "rgb(31, 35, 40)"]
    assert dark == ["rgb(13, 17, 23)", "rgb(230, 237, 243)"]


def test_on_paper_everything_is_unfolded_and_folded_again(page: Page) -> None:
    folded = "document.querySelectorAll('main details:not([open])').length"
    before = page(folded)
    page("dispatchEvent(new Event('beforeprint'))")
    during = page(folded)
    page("dispatchEvent(new Event('afterprint'))")

    assert before > 0
    assert during == 0
    assert page(folded) == before
