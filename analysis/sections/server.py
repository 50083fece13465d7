"""Turns the `server` rows into an answer: does what was found in process survive a real server.

How to read the figure: left, each point is one way to run and drive uvicorn, with the number that
it has on the right: across, the ratio of `def` to `async-def` predicted from in-process times and a
server that does nothing; upwards, the ratio measured. On the dashed line both agree; an interval
may run out of the square. A filled point was limited by the server; at a hollow one the client, or
nobody, was busy for at least one endpoint, so that the server's cost was not what was measured.
Right, a request of `def` in its parts: an application that does nothing, what `async-def` adds to
it, what the hop adds to that (with its 95 % interval). The orange marks are where `async-def` and
`def` would end if they cost behind the server what they cost in process. Where both bars go beyond
their marks the ratio may be smaller than predicted all the same: `async-def` is in both.
"""

from matplotlib.figure import Figure

from analysis import digits
from analysis.checks import Check
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows
from analysis.server.browser import browser
from analysis.server.drawing import draw
from analysis.server.judging import again_check, control, ratio_check, soak_check
from analysis.server.loads import Gap, gap
from analysis.server.numbers import Numbers
from analysis.server.patterns import patterns
from analysis.server.prediction import predictions
from analysis.server.setups import DRIVEN, Setup
from analysis.server.soak import soak
from analysis.server.waiting import models
from analysis.server.workers import scalings

STUDY = "server"
TITLE = "Does it survive a real server?"
CAPTION = (
    "Left, the ratio of `def` to `async-def` behind uvicorn, as predicted from in-process "
    "times and as measured; right, under the same numbers, a `def` request in its parts, and where "
    "they would end as predicted."
)


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if nothing of it was measured."""
    driven = gaps(rows, DRIVEN)
    in_process = gaps(rows, tuple(dict.fromkeys(setup.in_process for setup in DRIVEN)))
    found = Numbers(
        cpus=rows.provenance.cpu_count,
        gaps=driven,
        in_process=in_process,
        predictions=predictions(rows, driven, in_process),
        control=control(rows),
        scalings=scalings(rows),
        patterns=patterns(rows),
        models=models(rows),
        browser=browser(rows),
        soak=soak(rows),
    )
    parts = (found.gaps, found.in_process, found.scalings, found.patterns, found.browser)

    return found if any(parts) or found.soak else None


def gaps(rows: Rows, setups: tuple[Setup, ...]) -> tuple[Gap, ...]:
    """Compare the trivial pair under each load under which it was driven."""
    every = (gap(rows, setup) for setup in setups)

    return tuple(one for one in every if one is not None)


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    points = [
        f"{one.setup.label}: predicted {digits.short_times(one.predicted)},"
        f" measured {digits.short_times(one.measured)}"
        for one in found.predictions
    ]
    bars = [
        f"{one.setup.label}: {digits.short_time(one.difference, sign=True)}"
        f" on top of {digits.short_time(one.async_def.request)}"
        for one in found.stacked
    ]
    sentences = [
        "Left, ratios of def to async-def. " + "; ".join(points) if points else "",
        "Right, what the hop adds to a request. " + "; ".join(bars) if bars else "",
    ]

    return ". ".join(filter(None, sentences)) + "." if points or bars else "An empty figure."


def figure(found: Numbers) -> Figure:
    """Draw predicted against measured, and what a request is made of."""
    return draw(found.predictions, found.stacked)


def checks(found: Numbers) -> tuple[Check, ...]:
    """Judge this study by its bars."""
    return (
        again_check(found.control),
        ratio_check(found.gaps),
        soak_check(found.soak),
    )


def headline(found: Numbers) -> str:
    """Say it in one sentence; nothing if the pair was not driven."""
    if found.main is None:
        return ""

    one, prediction = found.main, found.main_prediction
    foretold = (
        [f"from in-process times, {digits.times(prediction.predicted)} was predicted"]
        if prediction
        else []
    )
    foretold += [found.how_good] if prediction and found.how_good else []

    return (
        f"Behind uvicorn ({one.setup.label}, {PLACEMENT_WORDS[one.setup.placement]}), "
        f"`def` takes {digits.time(one.difference, sign=True)} per request, "
        f"{'; '.join([digits.times(one.ratio), *foretold])}."
    )
