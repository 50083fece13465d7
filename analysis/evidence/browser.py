"""Turns recordings and a browser's fetches into what they show of source B: overlap, and INP."""

from analysis.evidence import traces
from analysis.evidence.loads import server
from analysis.evidence.sources import Evidence, Sources

GOOD_INP_SECONDS = 0.2  # web.dev, "Interaction to Next Paint": up to 200 ms is good


def overlap(sources: Sources) -> Evidence:
    """B8: requests in a trace, and fetches in a browser."""
    together = [
        sources.value(server(subject, "browser", "together"))
        for subject in ("wait-async-def", "wait-def")
    ]
    awaited, blocked = together

    return Evidence(
        {
            "trace": traces.overlap_seen(sources.recordings),
            "browser": None
            if awaited is None or blocked is None
            else awaited.value > blocked.value,
        },
        {"at_once": "not measured" if awaited is None else f"{awaited.value:.0f}"},
    )


def page_vital(sources: Sources) -> Evidence:
    """B9: the longest interaction of a page while its fetches run."""
    awaited, blocked = (
        sources.value(server(subject, "browser", "inp"))
        for subject in ("wait-async-def", "wait-def")
    )

    if awaited is None or blocked is None:
        return Evidence({"inp": None})

    affected = (awaited.value <= GOOD_INP_SECONDS) != (blocked.value <= GOOD_INP_SECONDS)

    return Evidence(
        {"inp": affected},
        {"awaited": f"{awaited.value * 1e3:.0f} ms", "blocked": f"{blocked.value * 1e3:.0f} ms"},
    )
