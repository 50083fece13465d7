"""Request: a fresh process that turns one handler kind into its trace, checked before and after.

`python -m traces.request NAME --output FILE`. Exit status 3, with the reason on stderr: the kind
did not do what it says, or the trace is not whole.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import sys
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from viztracer import VizTracer

from bench.correctness import WrongAnswerError
from bench.handlers import CATALOGUE, HandlerKind
from traces.annotate import Part, document, loop_passes
from traces.arrows import UnexpectedTraceError
from traces.endings import FAILED
from traces.frames import IncompleteTraceError, recording
from traces.names import UnknownPlaceError
from traces.overlap import TOKENS, blocked, scenarios
from traces.record import OVERLAP, PAIR
from traces.resuming import new_tracer
from traces.settling import settling_loop
from traces.tracing import TAKES, Traced, events_of, record, traced_request

PAIRED = ("def", "async-def")
BUFFER_EVENTS = 300_000
VERSIONS = ("anyio", "fastapi", "pydantic", "starlette", "viztracer")
NOTE = (
    "This trace shows structure: which functions, on which thread, in which order. Its durations "
    "are inflated by tracing and are not to be cited; times come from untraced runs."
)


def main(arguments: list[str]) -> int:
    """Writes the trace; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m traces.request", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--buffer", type=int, default=BUFFER_EVENTS, help="events")
    parser.add_argument("--takes", type=int, default=TAKES, help="of which the shortest is kept")
    parser.add_argument("--cpu", type=int, help="pin to this one")
    options = parser.parse_args(arguments)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")

    if options.cpu is not None:
        psutil.Process().cpu_affinity([options.cpu])

    tracer = new_tracer(options.buffer)
    try:
        document = trace(options.name, tracer, options.takes)
    except (
        WrongAnswerError,
        UnexpectedTraceError,
        UnknownPlaceError,
        IncompleteTraceError,
    ) as error:
        print(error, file=sys.stderr)
        return FAILED
    except Exception as error:  # whatever a handler raises
        sentence = f"{options.name} must answer, it raised {type(error).__name__}: {error}"
        print(sentence.replace("\n", " "), file=sys.stderr)
        return FAILED

    try:
        write(options.output, document)
    except OSError as error:
        print(f"its trace must be written, it was not ({error.strerror})", file=sys.stderr)
        return FAILED

    return 0


def trace(name: str, tracer: VizTracer, takes: int) -> dict[str, Any]:
    """The document of a kind, of the pair, or of overlapping requests."""
    if name == OVERLAP:
        return overlap_document(tracer)

    kinds = [CATALOGUE[kind] for kind in (PAIRED if name == PAIR else (name,))]
    traced = [traced_request(kind, tracer, takes) for kind in kinds]
    parts = [
        Part(f"{kind.name} · {environment()}", each.recording, kind.hops)
        for kind, each in zip(kinds, traced, strict=True)
    ]
    requests = [
        {"process": number, **facts_of(kind, each)}
        for number, (kind, each) in enumerate(zip(kinds, traced, strict=True), start=1)
    ]
    return document(parts, {"name": name, "requests": requests, **provenance()})


def facts_of(kind: HandlerKind, traced: Traced) -> dict[str, Any]:
    """What the analysis is to know of one request."""
    return {
        "kind": kind.name,
        "title": kind.title,
        "twin": kind.twin,
        "hops": kind.hops,
        "loop_passes": loop_passes(traced.recording),
        "untraced_seconds": traced.untraced_seconds,
        "traced_seconds": traced.traced_seconds,
        "inflation": round(traced.traced_seconds / traced.untraced_seconds, 2),
    }


def provenance() -> dict[str, Any]:
    """Where the trace comes from, and what it is not for."""
    versions = {name: metadata.version(name) for name in VERSIONS}
    return {"python": platform.python_version(), "versions": versions, "note": NOTE}


def environment() -> str:
    """Versions, as short as a label must be."""
    packages = (f"{name} {metadata.version(name)}" for name in ("fastapi", "starlette", "anyio"))
    return f"{', '.join(packages)}, Python {platform.python_version()}"


def overlap_document(tracer: VizTracer) -> dict[str, Any]:
    """Requests in flight together, one process for each way to wait."""
    parts = []
    for scenario in scenarios():
        with settling_loop([blocked.__code__]) as loop:
            record(tracer, loop, scenario.run)

        label = f"{scenario.title} · {environment()}"
        parts.append(Part(label, recording(events_of(tracer)), scenario.hops))

    facts = {"name": OVERLAP, "limiter_tokens": TOKENS, "requests": [], **provenance()}
    return document(parts, facts)


def write(path: Path, trace: dict[str, Any]) -> None:
    """Gzipped JSON that depends on the trace alone: keys sorted, no time stamp, no file name."""
    text = json.dumps(trace, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
