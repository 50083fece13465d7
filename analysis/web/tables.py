"""Turns the tables among Markdown's tokens into ones that can be sorted and read on a phone.

Every cell gets the number that it is sorted by, if it has one, and its column's name. A row whose
first cell is empty leans on the row above, and moves with it; one with nothing but its first cell
names a group. A table with long sentences is prose: on a narrow page its rows become cards, and
the roles that this would cost them are written out. All others scroll inside themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from analysis.web.ordering import value_of

PROSE_LETTERS = 60  # a longer cell than this cannot stay on one line of a phone
FEWEST_COLUMNS_OF_A_GROUP = 3
ROLES = {
    "table_open": "table",
    "thead_open": "rowgroup",
    "tbody_open": "rowgroup",
    "tr_open": "row",
    "th_open": "columnheader",
    "td_open": "cell",
}


@dataclass(frozen=True)
class Row:
    """A row's own token, and for each cell its token and its text."""

    token: Token
    cells: tuple[tuple[Token, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each cell."""
        return tuple(text for _, text in self.cells)


def prepare(tokens: Sequence[Token]) -> None:
    """Add to each table's tokens what the page's style and script go by."""
    for table in tables(tokens):
        head, *body = rows(table)
        prose = any(len(text) > PROSE_LETTERS for row in body for text in row.texts)
        table[0].meta["prose"] = prose
        if prose:
            write_roles(table)

        for row in body:
            prepare_row(row, head.texts)


def tables(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Give the tokens of each table, from its opening to its close."""
    opened = 0

    for place, token in enumerate(tokens):
        if token.type == "table_open":
            opened = place
        elif token.type == "table_close":
            yield tokens[opened : place + 1]


def rows(table: Sequence[Token]) -> list[Row]:
    """Give the rows of a table, its head first."""
    found: list[tuple[Token, list[tuple[Token, str]]]] = []

    for place, token in enumerate(table):
        if token.type == "tr_open":
            found.append((token, []))
        elif token.type in ("th_open", "td_open"):
            found[-1][1].append((token, text_of(table[place + 1])))

    return [Row(token, tuple(cells)) for token, cells in found]


def text_of(inline: Token) -> str:
    """Give what a reader sees of a cell or a heading, without marks."""
    parts = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
    )

    return "".join(parts).strip()


def prepare_row(row: Row, names: Sequence[str]) -> None:
    """Add to a row's tokens whether it leans or names a group, and to its cells their values."""
    first, *others = row.texts

    if not first:
        row.token.attrSet("data-leans", "")
    elif len(row.texts) >= FEWEST_COLUMNS_OF_A_GROUP and not any(others):
        row.token.attrSet("data-group", "")

    for (token, text), name in zip(row.cells, names, strict=True):
        value = value_of(text)
        token.attrSet("data-name", name)
        if value is not None:
            token.attrSet("data-value", f"{value:.12g}")


def write_roles(table: Sequence[Token]) -> None:
    """Write out what each part of a table is: a part shown as a block would no longer be it."""
    for token in table:
        if token.type in ROLES:
            token.attrSet("role", ROLES[token.type])
