"""Turns named points into labels beside them that cover neither a point nor each other."""

from collections.abc import Iterator, Mapping, Sequence
from math import cos, hypot, pi, sin

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from analysis.figures import INK, MUTED

RADII_POINTS = (10, 18, 28, 40, 54, 70, 90, 112, 136)
DIRECTIONS = 16
CLEARANCE_POINTS = 3.0
LEADER_FROM_POINTS = 14

Place = tuple[float, float]


def place_labels(axes: Axes, named: Mapping[str, Place], points: Sequence[Place]) -> None:
    """Write each name at the nearest free spot around its point, with a leader if it is far.

    Call it when the limits of the axes are final. A name that finds no free spot is left out.
    """
    taken = [dot(axes, point) for point in points]
    frame = axes.get_window_extent()

    for name, point in named.items():
        for offset in offsets():
            label = axes.annotate(
                name, point, offset, textcoords="offset points", color=INK, fontsize=8.5,
                ha=horizontal(offset), va="center",
            )  # fmt: skip
            box = label.get_window_extent().padded(CLEARANCE_POINTS)

            if inside(frame, box) and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                draw_leader(axes, point, offset)
                break

            label.remove()


def offsets() -> Iterator[Place]:
    """Spiral outwards, to the right first."""
    for radius in RADII_POINTS:
        for step in range(DIRECTIONS):
            turn = (step + 1) // 2 * (-1) ** step * 2 * pi / DIRECTIONS
            yield (radius * cos(turn), radius * sin(turn))


def horizontal(offset: Place) -> str:
    """Let the text grow away from its point."""
    if abs(offset[0]) < 2:
        return "center"

    return "left" if offset[0] > 0 else "right"


def dot(axes: Axes, point: Place) -> Bbox:
    """Give the box of a point's dot, in pixels."""
    x, y = axes.transData.transform(point)

    return Bbox.from_extents(x - 2, y - 2, x + 2, y + 2)


def inside(frame: Bbox, box: Bbox) -> bool:
    """Tell whether a box lies within the frame."""
    across = frame.x0 <= box.x0 and box.x1 <= frame.x1

    return bool(across and frame.y0 <= box.y0 and box.y1 <= frame.y1)


def draw_leader(axes: Axes, point: Place, offset: Place) -> None:
    """Draw a thin line from a far label to its point."""
    if hypot(*offset) < LEADER_FROM_POINTS:
        return

    axes.annotate(
        "", point, offset, textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkB": 4},
    )  # fmt: skip
