"""Changes one byte of a result file: both commands refuse it, or read what was in it before."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from pathlib import Path

from analysis.__main__ import main as analyse
from analysis.load import load
from bench.__main__ import main as measure
from tests.chaos.runs import UNUSABLE, saved


def survives_damage(whole: Path, places: int, seed: int) -> None:
    """Changes one byte after the other of a finished run's file, and hands it to both commands."""
    damaged, report = whole.with_name("damaged.json.gz"), whole.with_name("of-damaged")
    chance = random.Random(seed)
    for _ in range(places):
        content = bytearray(whole.read_bytes())
        content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        damaged.write_bytes(content)
        resumed = refuses(measure, "--resume", str(damaged))
        shown = refuses(analyse, "--data", str(damaged), "--out", str(report))

        assert resumed == shown
        if not shown:  # a byte of gzip's header, such as that of the date
            assert load(damaged).benchmarks == load(whole).benchmarks
            assert saved(damaged) == saved(whole)


def refuses(command: Callable[[list[str]], int], *arguments: str) -> bool:
    """Whether the command refuses its input, which it does in one sentence."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()) as told,
    ):
        status = command(list(arguments))

    sentence = told.getvalue()
    assert (status, sentence.count("\n")) in ((0, 0), (UNUSABLE, 1))
    return status == UNUSABLE
