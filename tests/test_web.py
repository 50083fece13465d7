"""The report as one page: nothing from elsewhere, the same anchors, cells that sort by value."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.calculator.parameters import Machine, Parameters
from analysis.source import ROOT
from analysis.web.anchors import Anchors
from analysis.web.document import CALCULATOR, HERE, SCRIPTS, document
from analysis.web.images import picture
from analysis.web.ordering import value_of
from analysis.web.tables import PROSE_LETTERS

MICRO, TIMES, MINUS = "\N{MICRO SIGN}s", "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
SVG = b'<svg viewBox="0 0 864 300" xmlns="http://www.w3.org/2000/svg"></svg>'
TABLE = "| a | b | c |\n|---|---|---|\n"
LOADING = {"script": "src", "link": "href", "iframe": "src", "object": "data", "img": "src"}


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]


def page_of(text: str, parameters: Parameters | None = None) -> bytes:
    pictures = {"figures/one.svg": SVG}

    return document(text, pictures, parameters or Parameters(), ROOT, "../")


@pytest.fixture(scope="module")
def committed() -> bytes:
    """The committed report as one page, but for the calculator's numbers."""
    return page_of((ROOT / "REPORT.md").read_text("utf-8"), Parameters((Machine("here", ()),)))


def test_a_page_loads_nothing_from_elsewhere(committed: bytes) -> None:
    loaded = [
        attributes[name]
        for tag, name in LOADING.items()
        for attributes in Elements(committed).of(tag)
        if attributes.get(name)
    ]

    assert loaded
    assert [address for address in loaded if not str(address).startswith("data:")] == []


@pytest.mark.parametrize("path", [*SCRIPTS, HERE / "page.css"], ids=lambda path: path.name)
def test_style_and_scripts_ask_for_nothing(path: Path) -> None:
    text = path.read_text("utf-8")

    assert re.findall(r"https?:|url\(|@import|fetch\(|XMLHttpRequest|</script", text) == []


def test_every_script_of_the_calculator_is_in_the_page() -> None:
    assert set(CALCULATOR.glob("*.js")) | set(HERE.glob("*.js")) == set(SCRIPTS)


def test_a_page_is_the_same_bytes_every_time() -> None:
    text = (ROOT / "REPORT.md").read_text("utf-8")

    assert page_of(text) == page_of(text)


def test_a_page_has_the_tables_headings_and_pictures_of_the_report(committed: bytes) -> None:
    text = (ROOT / "REPORT.md").read_text("utf-8")
    elements = Elements(committed)
    tables = re.findall(r"^\|(?:---\|)+$", text, re.MULTILINE)
    pictures = re.findall(r"^!\[", text, re.MULTILINE)
    sections = re.findall(r"^## ", text, re.MULTILINE)

    assert len(elements.of("table")) == len(tables)
    assert len([image for image in elements.of("img") if image["alt"]]) == len(pictures)
    assert len(elements.of("h2")) == len(sections) + 1  # and that of the calculator


def test_every_picture_is_described(committed: bytes) -> None:
    images = [image for image in Elements(committed).of("img") if image.get("src")]

    assert [image["src"] for image in images if len(image["alt"] or "") < 40] == []


def test_a_link_inside_the_page_leads_somewhere(committed: bytes) -> None:
    elements = Elements(committed)
    anchors = {attributes.get("id") for _, attributes in elements.found}
    links = [str(link.get("href") or "") for link in elements.of("a")]
    inside = [link[1:] for link in links if link[:1] == "#"]

    assert len(inside) > 10
    assert [anchor for anchor in inside if anchor not in anchors] == []


def test_a_link_to_a_file_leads_from_where_the_page_lies() -> None:
    links = Elements(page_of("# A\n\n[t](traces/a.gz) [e](https://a.example) [h](#a)")).of("a")

    assert [link["href"] for link in links][-3:] == ["../traces/a.gz", "https://a.example", "#a"]


def test_the_calculator_follows_the_answer() -> None:
    text = "# T\n\n## The answer\n\nIt costs.\n\n## More\n\nAnd so on."
    page = page_of(text, Parameters((Machine("here", ()),))).decode()
    places = [page.index(each) for each in ("It costs.", 'id="calculator"', "And so on.")]

    assert places == sorted(places)


def test_the_contents_name_the_calculator_where_it_stands() -> None:
    text = "# T\n\n## The answer\n\n## More"
    page = page_of(text, Parameters((Machine("here", ()),))).decode()
    links = re.findall(r'href="#([\w-]+)"', page.partition("<main")[0])

    assert links[1:] == ["the-answer", "your-handler", "more"]


def test_without_measured_curves_there_is_no_calculator() -> None:
    assert b'id="calculator"' not in page_of("# T")


def test_no_name_can_end_the_script_that_holds_it() -> None:
    name = "</script><script>alert(1)</script>"
    page = page_of("# T", Parameters((Machine(name, ()),))).decode()
    found = re.findall(r'id="parameters">(.*?)</script>', page)

    assert json.loads(found[0])["machines"] == [{"name": name, "places": []}]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<details>\n<summary>More</summary>\n\nA\n\n</details>", "<summary>More</summary>"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("a <b onclick='x'>bold</b>", "&lt;b onclick"),
        ("<div><summary>x</summary></div>", "&lt;div&gt;"),
    ],
)
def test_only_what_folds_is_let_through(text: str, shown: str) -> None:
    assert shown in page_of(f"# T\n\n{text}").decode()


def test_a_number_stays_with_its_unit_and_a_sign_with_its_number() -> None:
    text = page_of(f"# T\n\nIt takes {TIMES} 3.2 of 5 {MICRO} (4 to 6), 7 more, 8 %.").decode()

    assert (
        f"It takes {TIMES}{NO_BREAK}3.2 of 5{NO_BREAK}{MICRO} (4 to 6), 7 more, 8{NO_BREAK}%."
        in text
    )


def test_text_is_text_wherever_it_stands() -> None:
    page = page_of('# A < B & "C"\n\n1 < 2 & 3\n\n![4 < "5"](figures/one.svg)').decode()

    assert "<title>A &lt; B &amp; &quot;C&quot;</title>" in page
    assert "1 &lt; 2 &amp; 3" in page
    assert 'alt="4 &lt; &quot;5&quot;"' in page


def test_words_on_two_lines_of_a_description_stay_two_words() -> None:
    assert b'alt="What it shows"' in page_of("# T\n\n![What it\nshows](figures/one.svg)")


def test_a_comment_is_dropped() -> None:
    assert b"Generated" not in page_of("<!-- Generated -->\n\n# T")


def test_a_picture_is_in_the_page_and_can_be_enlarged() -> None:
    page = page_of("# T\n\n![What it shows](figures/one.svg)").decode()

    assert re.search(
        r'<button [^>]*class="enlarge"[^>]*>'
        r'<img src="data:image/svg\+xml;base64,[^"]+" alt="What it shows" '
        r'width="864" height="300"></button>',
        page,
    )


def test_a_picture_that_is_nowhere_is_shown_in_words() -> None:
    assert b'<em class="picture">What it shows</em>' in page_of("# T\n\n![What it shows](no.svg)")


@pytest.mark.parametrize("up", ["..", "{here}"], ids=["relative", "absolute"])
def test_a_picture_outside_of_the_repository_is_not_taken(tmp_path: Path, up: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for folder in (root, tmp_path):
        (folder / "one.svg").write_bytes(SVG)

    outside = f"{up.format(here=tmp_path)}/one.svg"
    taken = [picture(path, {}, root) is not None for path in ("one.svg", outside)]
    assert taken == [True, False]


def test_headings_have_the_anchors_of_a_code_forge() -> None:
    anchors = Anchors()
    headings = [
        "What `def` costs you in FastAPI".replace("`", ""),
        "Where does a hop's time go?",
        "What happens inside: the calls, and their threads",
        "Limits",
        "Limits",
    ]

    assert [anchors.of(heading) for heading in headings] == [
        "what-def-costs-you-in-fastapi",
        "where-does-a-hops-time-go",
        "what-happens-inside-the-calls-and-their-threads",
        "limits",
        "limits-1",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"48.1 {MICRO} (47.6 to 48.6)", 48.1e-6),
        ("2.31\N{NO-BREAK SPACE}ms (2.28 to 2.35)", 2.31e-3),
        ("1 s", 1.0),
        ("185 ns", 185e-9),
        (f"{TIMES} 3.226 (3.207 to 3.247)", 3.226),
        (f"+91.4 {MICRO} (89.1 to 94.8)", 91.4e-6),
        (f"{MINUS}0.7 % (-1 to 2)", -0.7),
        ("-0.7 %", -0.7),
        ("19.41 KiB", 19.41 * 1024),
        ("3 MiB", 3 * 1024 * 1024),
        (f"from 310 {MICRO} (210 to 450)", 310e-6),
        ("not up to 33 ms, or at the earliest from 5.4 ms on", 33e-3),
        ("100 in flight, one CPU", 100.0),
        ("12 + 3", 12.0),
        ("1,000 requests", 1000.0),
        (f"10 {MICRO} to 3 ms", 10e-6),
        ("no work", 0.0),
        ("0", 0.0),
        ("A1", None),
        ("3.13.0 (64-bit)", None),
        ("2025-01-01", None),
        ("def-deps-8", None),
        ("", None),
        ("reproduced", None),
    ],
)
def test_a_cell_sorts_by_its_value_whatever_its_unit(text: str, value: float | None) -> None:
    assert value_of(text) == (None if value is None else pytest.approx(value))


def test_a_row_without_a_first_cell_leans_on_the_one_above() -> None:
    rows = Elements(page_of(f"# T\n\n{TABLE}| x | 1 | 2 |\n| | 3 | 4 |\n")).of("tr")

    assert ["data-leans" in row for row in rows] == [False, False, True]


def test_a_row_of_nothing_but_its_first_cell_names_a_group() -> None:
    rows = Elements(page_of(f"# T\n\n{TABLE}| **x** | | |\n| y | 3 | 4 |\n")).of("tr")

    assert ["data-group" in row for row in rows] == [False, True, False]


def test_a_row_of_two_cells_names_no_group() -> None:
    rows = Elements(page_of("# T\n\n| a | b |\n|---|---|\n| x | |\n")).of("tr")

    assert [row for row in rows if "data-group" in row] == []


def test_a_cell_knows_its_column_and_its_value() -> None:
    cells = Elements(page_of(f"# T\n\n{TABLE}| x | 2.0005 ms | `y` |\n")).of("td")

    assert [cell["data-name"] for cell in cells] == ["a", "b", "c"]
    assert [cell.get("data-value") for cell in cells] == [None, "0.0020005", None]


def test_only_a_table_of_sentences_becomes_cards_and_keeps_its_roles() -> None:
    short, long = (
        Elements(page_of(f"# T\n\n{TABLE}| x | y | {'z' * letters} |\n")).of("table")[0]
        for letters in (PROSE_LETTERS, PROSE_LETTERS + 1)
    )

    assert (short.get("role"), long.get("role")) == (None, "table")
