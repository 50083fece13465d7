"""Turns packages into colours, and the colours used in a figure into its legend."""

from collections.abc import Collection

from matplotlib.figure import Figure

from analysis.figures import BLUE, FAINT, GOLD, GREEN, INK, MUTED, ORANGE, PURPLE, SKY
from analysis.recordings.packages import PACKAGES

COLOURS = dict(zip(PACKAGES, (ORANGE, GREEN, PURPLE, BLUE, SKY, GOLD, MUTED, FAINT), strict=True))
LEGEND_INCHES = 0.45
SQUARE_INCHES, LETTER_INCHES, GAP_INCHES = 0.2, 0.075, 0.3


def legend(figure: Figure, used: Collection[str], left_inches: float) -> None:
    """Name the colours used at the figure's top, in the order of the packages."""
    width, height = figure.get_size_inches()
    middle = 1 - LEGEND_INCHES / 2 / height
    left = left_inches
    for name in PACKAGES:
        if name in used:
            figure.text(left / width, middle, "\N{BLACK SQUARE}", color=COLOURS[name], va="center",
                        size=11)  # fmt: skip
            left += SQUARE_INCHES
            figure.text(left / width, middle, name, color=INK, va="center")
            left += LETTER_INCHES * len(name) + GAP_INCHES
