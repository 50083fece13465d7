"""The picture of the pair: whole and small, or the one there was."""

from __future__ import annotations

import subprocess
import sys
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
ARROW = (range(55, 96), range(90, 115), range(150, 215))
"""Red, green and blue of a bold arrow; few colours are none exactly, and no slice is of these."""


@pytest.mark.usefixtures("page")
def test_a_picture_is_small_and_holds_arrows_and_nothing_but_the_image(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    # In a process of its own: a second browser cannot be driven from this one.
    done = subprocess.run(
        [sys.executable, "-c", TAKE, path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with Image.open(path) as image:
        information = image.info
        colours: list[Any] = image.convert("RGB").getcolors(256) or []

    near = [
        count
        for count, colour in colours
        if all(own in arrow for own, arrow in zip(colour, ARROW, strict=True))
    ]
    assert int(done.stdout) == path.stat().st_size <= 200_000
    assert list(tmp_path.iterdir()) == [path]
    assert information == {}
    assert sum(near) > 1000


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
