"""Resuming: from what CPython 3.11 tells a profile function to every call, as 3.12 tells it.

A coroutine awaits another, an exception is thrown into both, and the inner one swallows it: the
outer one goes on. CPython 3.11 reports to profile functions how the outer one then ends, not that
it goes on; 3.12 reports both. VizTracer 1.1.1 takes a return without a call for a fault and traces
nothing more. Every stream of Starlette does this: the task group that sends it swallows its own
cancellation. So on 3.11 each event passes through a `Profile`, which tells VizTracer of a frame
that goes on before it tells of anything this frame does.
"""

from __future__ import annotations

import dis
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from viztracer import VizTracer

RESUMES_SILENTLY = sys.version_info < (3, 12)
SUSPENDED = dis.opmap["YIELD_VALUE"]


@contextmanager
def running(tracer: VizTracer) -> Iterator[None]:
    """Inside the block, this thread and those started meanwhile are traced."""
    tracer.start()
    if RESUMES_SILENTLY:
        threading.setprofile(in_thread(tracer))
        sys.setprofile(Profile(tracer, sys._getframe()))  # noqa: SLF001 the documented way to ask

    try:
        yield
    finally:
        quiet()
        tracer.stop()


def new_tracer(entries: int) -> VizTracer:
    """A tracer with a buffer of so many events, which does nothing before it runs."""
    tracer = VizTracer(tracer_entries=entries, verbose=0)
    quiet()
    return tracer


def quiet() -> None:
    """Removes profile functions: on 3.11, a VizTracer installs its own as soon as it is made."""
    if RESUMES_SILENTLY:
        threading.setprofile(None)
        sys.setprofile(None)


def in_thread(tracer: VizTracer) -> Any:
    """The first profile function of a new thread, which installs the thread's own."""

    def install(frame: FrameType, event: str, argument: Any) -> None:
        profile = Profile(tracer, frame.f_back if event == "call" else frame)
        sys.setprofile(profile)
        profile(frame, event, argument)

    return install


class Profile:
    """A profile function of one thread: passes events to VizTracer, and adds the calls left out."""

    def __init__(self, tracer: VizTracer, innermost: FrameType | None) -> None:
        self.tell = tracer.threadtracefunc
        self.open: list[FrameType | None] = [None]
        """Frames that VizTracer believes to run, the innermost last; None calls the outermost."""
        while innermost is not None:
            self.open.insert(1, innermost)
            innermost = innermost.f_back

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """Called by CPython for every call and return, of Python and C functions."""
        runs = frame.f_back if event == "call" else frame
        if runs is not self.open[-1] and not (event == "call" and awaits(runs)):
            self.open.append(runs)
            self.tell(runs, "call", None)

        if event == "call":
            self.open.append(frame)
        elif event == "return":
            self.open.pop()

        self.tell(frame, event, argument)
        sys.setprofile(self)  # `tell` has put VizTracer's own in its place


def awaits(frame: FrameType | None) -> bool:
    """Whether `frame` stands at its await: it does not run, it passes on what is thrown into it."""
    return frame is None or frame.f_code.co_code[frame.f_lasti] == SUSPENDED
