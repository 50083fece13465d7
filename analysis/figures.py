"""Turns a matplotlib figure into SVG bytes: the same on every machine, legible in light and dark.

Colours are the colour-blind safe set of M. Okabe and K. Ito (Color Universal Design, 2008),
darkened or lightened for contrast. A figure is drawn in the light colours; a style sheet inside the
SVG replaces each of them where the reader prefers dark, so a viewer without style sheets still
shows the light one.
"""

import io
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib as mpl
import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis import digits

STYLE = Path(__file__).with_name("report.mplstyle")
WIDTH_INCHES = 12.0  # 864 CSS pixels at 72 points per inch: fits the page of a code forge

# The small print below a figure, and pictures of figures.
STAMP_POINTS, STAMP_INCHES, STAMP_LEFT_INCHES, STAMP_COLUMNS = 7, 0.15, 0.1, 190
PNG_DPI = 200

INK = "#1f2328"
MUTED = "#656d76"
FAINT = "#d1d9e0"
BLUE = "#0072b2"
ORANGE = "#b85c00"
GREEN = "#00795a"
PURPLE = "#a3488a"
SKY = "#5aa9d6"
GOLD = "#a08800"

DARK = {
    INK: "#e6edf3",
    MUTED: "#9198a1",
    FAINT: "#3d444d",
    BLUE: "#58b1e8",
    ORANGE: "#f0a04b",
    GREEN: "#3fc79a",
    PURPLE: "#d98bc4",
    SKY: "#8fcbef",
    GOLD: "#d8c24a",
}

ROUNDED = re.compile(r'( d="| points="| x="| y="|translate\()([^")]*)')
NUMBER = re.compile(r"-?\d+\.\d+")


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style and nothing but it, whatever the reader's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.style.use(STYLE)
        mpl.rcParams.update(
            {
                "text.color": INK,
                "axes.edgecolor": MUTED,
                "axes.labelcolor": MUTED,
                "axes.titlecolor": INK,
                "xtick.color": MUTED,
                "ytick.color": MUTED,
                "xtick.labelcolor": MUTED,
                "ytick.labelcolor": INK,
            }
        )
        yield


def blank(height_inches: float) -> Figure:
    """Start a figure of the page's width, without a window system."""
    figure = Figure(figsize=(WIDTH_INCHES, height_inches))
    FigureCanvasSVG(figure)

    return figure


def panel(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Add axes with their edges given in inches from the figure's left and bottom edge."""
    width, height = figure.get_size_inches()

    return figure.add_axes(
        (left / width, bottom / height, (right - left) / width, (top - bottom) / height)
    )


def heading(axes: Axes, title: str, note: str = "") -> None:
    """Set a panel's title, its first letter raised, and below it a note in grey."""
    axes.set_title(digits.sentence(title), pad=24 if note else 10)
    axes.annotate(
        note, (0, 1), (0, 10), xycoords="axes fraction", textcoords="offset points", color=MUTED
    )


def svg(figure: Figure, title: str, stamp: str = "") -> bytes:
    """Write a figure as SVG with a title for screen readers and colours for dark mode.

    Args:
        figure: what was drawn.
        title: what it is called.
        stamp: small print below it, which says where it comes from when nothing else does.
    """
    drawn = io.BytesIO()
    figure.savefig(
        drawn,
        format="svg",
        bbox_inches=stamped(figure, stamp),
        metadata={"Date": None, "Creator": None},
    )
    text = ROUNDED.sub(round_coordinates, drawn.getvalue().decode())
    text = re.sub(r"[ \t]+\n", "\n", text)
    head = f' role="img" xmlns="http://www.w3.org/2000/svg" version="1.1">\n <title>{escape(title)}'
    text = text.replace(
        ' xmlns="http://www.w3.org/2000/svg" version="1.1">', f"{head}</title>\n{dark_sheet()}", 1
    )

    return text.encode()


def png(figure: Figure, title: str, stamp: str = "") -> bytes:
    """Write a figure as PNG for a slide: on white, and sharp on a large screen."""
    drawn = io.BytesIO()
    figure.savefig(
        drawn,
        format="png",
        dpi=PNG_DPI,
        bbox_inches=stamped(figure, stamp),
        facecolor="white",
        transparent=False,
        metadata={"Software": None, "Title": title, "Description": stamp},
    )

    return drawn.getvalue()


def stamped(figure: Figure, stamp: str) -> Bbox | None:
    """Write small print below a figure, where nothing of it moves; give the page that holds it."""
    if not stamp:
        return None

    width, height = figure.get_size_inches()
    lines = textwrap.wrap(stamp, STAMP_COLUMNS)
    below = STAMP_INCHES * len(lines)
    figure.text(
        STAMP_LEFT_INCHES / width, -below / height, "\n".join(lines),
        fontsize=STAMP_POINTS, color=MUTED, va="bottom",
    )  # fmt: skip

    return Bbox.from_extents(0, -below - STAMP_INCHES / 2, width, height)


def round_coordinates(found: re.Match[str]) -> str:
    """Round to a hundredth of a point: nobody sees it, and last bits of floats do not show."""
    return found[1] + NUMBER.sub(lambda number: f"{float(number[0]):.2f}", found[2])


def dark_sheet() -> str:
    """Write the style sheet that replaces each light colour by its dark one."""
    rules = "".join(
        f'  [style*="fill: {light}"] {{ fill: {dark} !important; }}\n'
        f'  [style*="stroke: {light}"] {{ stroke: {dark} !important; }}\n'
        for light, dark in DARK.items()
    )

    return f" <style>\n @media (prefers-color-scheme: dark) {{\n{rules} }}\n </style>"
