"""From a setting to this process under it, for as long as a block lasts."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

import anyio.to_thread

from bench.benchmark import Surroundings
from bench.correctness import WrongAnswerError
from bench.factors.company import busy_thread, neighbours
from bench.factors.setting import Setting

PR_SET_TIMERSLACK = 29
"""Of prctl(2); what a thread starts with is what the thread that starts it has."""


@contextmanager
def under(setting: Setting, surroundings: Surroundings) -> Iterator[None]:
    """The process as the setting says, before its event loop begins and its threads start."""
    with ExitStack() as stack:
        stack.enter_context(switch_interval(setting.switch_us))
        stack.enter_context(collector(setting.gc))
        stack.enter_context(timer_slack(setting.slack_ns))
        stack.enter_context(neighbours(setting.neighbour, surroundings))
        stack.enter_context(busy_thread(setting.busy))
        yield


@contextmanager
def switch_interval(microseconds: int) -> Iterator[None]:
    """Another switch interval of the GIL."""
    usual_seconds = sys.getswitchinterval()
    sys.setswitchinterval(microseconds / 1e6)  # a product would be cut to a microsecond less
    try:
        yield
    finally:
        sys.setswitchinterval(usual_seconds)


@contextmanager
def collector(state: str) -> Iterator[None]:
    """The garbage collector on, off, or on but blind to all objects there are."""
    if state == "off":
        gc.disable()
    elif state == "frozen":
        gc.collect()
        gc.freeze()

    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


@contextmanager
def timer_slack(nanoseconds: int) -> Iterator[None]:
    """How late the system may end a timed wait of this thread, and of those it starts."""
    if sys.platform != "linux":
        yield
        return

    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(nanoseconds), 0, 0, 0):
        raise WrongAnswerError(f"the timer slack must become {nanoseconds} ns, it did not")

    try:
        yield
    finally:
        system.prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(0), 0, 0, 0)


def set_variables(number: int) -> None:
    """Sets so many variables in the context of the running task."""
    for position in range(number):
        ContextVar[int](f"variable-{position}").set(position)


async def place_threads(threads: str, cpus: tuple[int, ...]) -> None:
    """Binds the loop's thread and the worker thread to a CPU each, the same or not."""
    if threads == "any":
        return

    worker = await anyio.to_thread.run_sync(threading.get_native_id)
    os.sched_setaffinity(threading.get_native_id(), cpus[-1:])
    os.sched_setaffinity(worker, cpus[-1:] if threads == "together" else cpus[:1])
