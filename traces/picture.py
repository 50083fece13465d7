"""Picture: from the recorded pair to an image of it in Perfetto, its arrows drawn."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, FloatRect, Page

from bench.errors import UsageError
from bench.handlers import CATALOGUE
from traces.perfetto import arrows_drawn, blank_page, open_perfetto
from traces.record import PAIR, RECORDED
from traces.view import path_of, serving

PICTURE = Path(__file__).parent / f"{PAIR}.png"
WIDTH, HEIGHT = 1600, 2400
"""Of the page, in CSS pixels: names are legible, and all tracks are in sight at once."""
COLOURS = 128
ARROWS = 2 * CATALOGUE["def"].hops
STILL_MS = 500
FRAMES = 20

BOLD = """() => {
    const { flows } = app.trace;
    const [there, back] = flows.selectedFlows;
    [flows._focusedFlowIdLeft, flows._focusedFlowIdRight] = [there.id, back.id];
    app.raf.scheduleCanvasRedraw();
}"""
TRACKS = """() => {
    const boxes = (name) =>
        [...document.querySelectorAll(name)].map((each) => each.getBoundingClientRect());
    const [header] = boxes(".pf-timeline-header");
    const tracks = boxes(".pf-track");
    const bottom = Math.max(...tracks.map((each) => each.bottom));
    return { x: 0, y: header.top, width: tracks[0].right, height: bottom - header.top };
}"""


def take(path: Path = PICTURE, directory: Path = RECORDED) -> int:
    """Puts the picture at `path`, as a whole or not at all; its size in bytes.

    Raises:
        UsageError: there is no browser or no trace, Perfetto fails, or `path` cannot be written.
    """
    try:
        with serving(path_of(PAIR, directory)) as server, blank_page(WIDTH, HEIGHT) as page:
            open_perfetto(page, server.address)
            arrows_drawn(page, ARROWS)
            page.evaluate(BOLD)
            clip = page.evaluate(TRACKS)
            content = small(still(page, clip))
    except Error as error:
        what = error.message.splitlines()[0]
        raise UsageError(f"Perfetto must draw {PAIR} with {ARROWS} arrows: {what}") from None

    try:
        write(path, content)
    except OSError as error:
        raise UsageError(f"{path.name} must be written, it cannot: {error.strerror}") from None

    return len(content)


def still(page: Page, clip: FloatRect) -> bytes:
    """The image once it no longer changes.

    Raises:
        UsageError: it goes on changing.
    """
    before = b""
    for _ in range(FRAMES):
        page.wait_for_timeout(STILL_MS)
        after = page.screenshot(clip=clip)
        if after == before:
            return after

        before = after

    raise UsageError(f"a picture must be still, Perfetto moved for {FRAMES * STILL_MS / 1000:g} s")


def small(png: bytes) -> bytes:
    """The same image in few colours."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    few = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    output = io.BytesIO()
    few.save(output, "PNG", optimize=True)
    return output.getvalue()


def write(path: Path, content: bytes) -> None:
    """Replaces the file in one step."""
    with tempfile.TemporaryDirectory(prefix=".picture-", dir=path.parent) as scratch:
        part = Path(scratch) / path.name
        part.write_bytes(content)
        part.replace(path)
