"""The picture of the pair: whole and small, or the one there was."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest
from PIL import Image

from bench.errors import UsageError
from bench.provenance import ROOT
from traces.__main__ import main

TAKE = (
    "import pathlib, sys; from traces.picture import take; print(take(pathlib.Path(sys.argv[1])))"
)
NAMES_PIXELS = 260
"""On the left, beside the tracks."""
COLOURFUL = 40
FULL = 0.8
ABOVE_PIXELS = 4


def is_colourful(colour: Any) -> bool:
    """Slices and arrows are; grounds, lines and texts are not."""
    return bool(max(colour) - min(colour) > COLOURFUL)


def crossings(image: Image.Image) -> int:
    """Arrows that come to the worker's track: nothing else is drawn just above it.

    Its first row of pixels, below those of the event loop, is one slice as wide as the picture.
    """

    def row(y: int) -> list[bool]:
        pixels = image.crop((NAMES_PIXELS, y, image.width, y + 1))
        return [is_colourful(pixels.getpixel((x, 0))) for x in range(pixels.width)]

    rows = range(image.height // 4, image.height)
    top = next(y for y in rows if sum(found := row(y)) > FULL * len(found))
    above = row(top - ABOVE_PIXELS)
    return sum(here and not before for before, here in pairwise([False, *above]))


@pytest.mark.usefixtures("page")
def test_a_picture_is_small_and_holds_arrows_and_nothing_but_the_image(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    # In a process of its own: a second browser cannot be driven from this one.
    done = subprocess.run(
        [sys.executable, "-c", TAKE, path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with Image.open(path) as image:
        information = image.info
        arrows = crossings(image.convert("RGB"))

    assert int(done.stdout) == path.stat().st_size <= 200_000
    assert list(tmp_path.iterdir()) == [path]
    assert information == {}
    assert arrows == 2


def test_a_failure_leaves_the_picture_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = pytest.importorskip("traces.picture")
    path = tmp_path / "picture.png"
    path.write_bytes(b"as it was")

    def slow(*_: object) -> NoReturn:
        raise picture.Error("Timeout 30000ms exceeded.\nCall log:")

    monkeypatch.setattr(picture, "blank_page", slow)
    with pytest.raises(UsageError, match=r"with 2 arrows: Timeout 30000ms exceeded\.$"):
        picture.take(path)

    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"as it was"]


def test_without_chromium_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("traces.picture")
    monkeypatch.setenv("PATH", "")

    assert main(["picture"]) == 2
    assert capsys.readouterr().err == (
        "traces: Perfetto needs Chromium, there is none here: apt-get install chromium\n"
    )
