"""From tables to text: drawn by rich where it is installed, else in plain columns."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable

from bench.hops.lines import Table

GAP = 2
DRAWN_GAP = 3
NARROWEST = 4


def show(tables: Iterable[Table]) -> str:
    """The tables as a terminal of this width shows them."""
    width = shutil.get_terminal_size((100, 24)).columns
    try:
        import rich  # noqa: F401 whoever has it gets it
    except ImportError:
        return "\n\n".join(plain(table, width) for table in tables if table.rows)

    return "\n\n".join(drawn(table, width) for table in tables if table.rows)


def drawn(table: Table, width: int) -> str:
    """A table drawn by rich."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawing
    from rich.text import Text

    drawing = Drawing(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, room in enumerate(fitted(table, width - DRAWN_GAP, DRAWN_GAP)):
        drawing.add_column(
            table.heads[index],
            overflow="fold",
            width=room,
            justify="right" if numeric(table, index) else "left",
        )

    for row in table.rows:
        drawing.add_row(*(Text(cell) for cell in row))

    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(drawing)

    return "\n".join(line.rstrip() for line in captured.get().rstrip().splitlines())


def plain(table: Table, width: int) -> str:
    """The same in columns; what is too long goes on in the line below, in its own column."""
    widths = fitted(table, width, GAP)
    lines = [table.title, ""]
    for row in (table.heads, *table.rows):
        cells = [wrapped(cell, room) for cell, room in zip(row, widths, strict=True)]
        for index in range(max(map(len, cells))):
            parts = (cell[index] if index < len(cell) else "" for cell in cells)
            padded = (f"{part:<{room}}" for part, room in zip(parts, widths, strict=True))
            lines.append((" " * GAP).join(padded).rstrip())

    return "\n".join(lines)


def wrapped(cell: str, room: int) -> list[str]:
    """The lines of a cell."""
    return textwrap.wrap(cell, room, break_on_hyphens=False) or [""]


def fitted(table: Table, width: int, gap: int) -> list[int]:
    """Room for each column: what it needs, the widest ones less until all fit.

    Words are kept whole as long as that is possible.
    """
    columns = [list(column) for column in zip(table.heads, *table.rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    words = [max(len(word) for cell in column for word in cell.split()) for column in columns]
    room = width - gap * (len(widths) - 1)
    for floors in (words, [NARROWEST] * len(words)):
        while sum(widths) > room:
            spare = [have - least for have, least in zip(widths, floors, strict=True)]
            if max(spare) <= 0:
                break

            wide = [have if more > 0 else 0 for have, more in zip(widths, spare, strict=True)]
            widths[wide.index(max(wide))] -= 1

    return widths


def numeric(table: Table, index: int) -> bool:
    """Whether a column holds numbers only."""
    return all(row[index][:1].isdigit() and " " not in row[index] for row in table.rows)
