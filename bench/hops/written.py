"""From a function's body to the hops written into it: background tasks, `run_in_threadpool`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import anyio
import anyio.to_thread
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request

from bench.hops.advice import EXPLICIT, SPOOLED
from bench.hops.callables import Callee, callee, python_function, unwrapped
from bench.hops.judging import Reading, root
from bench.hops.meaning import Known, Local
from bench.hops.occurrences import Occurrence, calls
from bench.hops.reasons import Hops, Reason, exactly
from bench.hops.scope import Scope
from bench.hops.source import source_of
from bench.hops.tasks import is_add_task, task

CALL = "call"
FORM = "form"
ROUND = "round of the loop"
FRAMEWORKS = ("fastapi", "starlette")
DEEPEST = 8
NAMES = (ast.Name, ast.Attribute)

SPOOLED_FORM = Reason(FORM, "form", "files of a form, on disk", Hops(0, None, "piece"), SPOOLED)
HANDED_ON = Hops(0, None, "time it is called")
OPENED = Hops(1, None, "time it is read, written, sought or closed")

HOPPING: dict[Any, Hops] = {
    run_in_threadpool: exactly(1),
    anyio.to_thread.run_sync: exactly(1),
    anyio.open_file: OPENED,
    anyio.Path.open: OPENED,
    iterate_in_threadpool: Hops(1, None, "item"),
}


def written(call: Any) -> Iterator[Reason]:
    """Every hop written into what runs when `call` is called, and into what it calls."""
    yield from written_in(callee(call))


def written_in(called: Callee) -> Iterator[Reason]:
    """The same; pages of FastAPI itself are not read, they never hop."""
    if called.function is not None and root(called.function) not in FRAMEWORKS:
        yield from Following().function(called.function)


class Following:
    """Reads what an application calls; a function that calls itself is entered once."""

    def __init__(self) -> None:
        self.entered: list[Any] = []

    def function(self, function: Any) -> Iterator[Reason]:
        """The hops written into one function."""
        source = source_of(function)
        if source is not None:
            yield from self.scope(Scope(source))

    def scope(self, scope: Scope) -> Iterator[Reason]:
        """The hops written into the function whose names these are."""
        node = scope.source.node
        if node in self.entered or len(self.entered) > DEEPEST:
            return

        self.entered.append(node)
        for call, occurrence in calls(scope.source.body):
            for reason in (*self.call(scope, call), *handed_on(scope, call)):
                yield repeated(reason, occurrence)

        self.entered.pop()

    def call(self, scope: Scope, call: ast.Call) -> Iterator[Reason]:
        """The hops of one call."""
        meaning = scope.meaning(call.func)
        if is_add_task(call, meaning):
            yield task(scope, call)
        elif meaning is None and is_form(call):
            yield SPOOLED_FORM
        elif isinstance(meaning, Local):
            yield from self.scope(scope.within(meaning))
        elif isinstance(meaning, Known):
            yield from self.known(scope.source.package, meaning.value)

    def known(self, package: str, value: Any) -> Iterator[Reason]:
        """The hops of a call of this very object."""
        hops = hops_of(value) if inspect.isroutine(value) else None
        if hops is not None:
            yield Reason(CALL, value.__name__, f"calls `{value.__name__}`", hops, EXPLICIT)
        elif value is Request.form:
            yield SPOOLED_FORM
        else:
            function = python_function(unwrapped(value)) if inspect.isroutine(value) else None
            if function and Reading(package).own(function):
                yield from self.function(function)


def handed_on(scope: Scope, call: ast.Call) -> Iterator[Reason]:
    """What hops and is given to others to call, as to a task group."""
    for argument in call.args:
        meaning = scope.meaning(argument) if isinstance(argument, NAMES) else None
        value = meaning.value if isinstance(meaning, Known) else None
        if inspect.isfunction(value) and value in HOPPING:
            text = f"hands on `{value.__name__}`"
            yield Reason(CALL, value.__name__, text, HANDED_ON, EXPLICIT)


def hops_of(function: Any) -> Hops | None:
    """The hops of a call of others' code; AnyIO's paths send each of their questions away."""
    if function in HOPPING:
        return HOPPING[function]

    own = vars(anyio.Path).get(function.__name__)
    asks = inspect.iscoroutinefunction(function) and getattr(own, "__func__", own) is function
    return exactly(1) if asks else None


def is_form(call: ast.Call) -> bool:
    """Whether a call asks a request for its form, by its name: often nothing says it is one."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == FORM and not call.args


def repeated(reason: Reason, occurrence: Occurrence) -> Reason:
    """A reason that may not happen, or happens in a loop."""
    hops = reason.hops.repeated(occurrence.certain, occurrence.looped, ROUND)
    return Reason(reason.kind, reason.name, reason.text, hops, reason.advice, reason.place)
