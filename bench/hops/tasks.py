"""From a call that hands a function to Starlette's background tasks to the hop of that task."""

from __future__ import annotations

import ast

from starlette._utils import is_async_callable
from starlette.background import BackgroundTask, BackgroundTasks

from bench.hops.advice import EXPLICIT, advice, judged
from bench.hops.callables import callee, name_of, without_partial
from bench.hops.judging import Reading
from bench.hops.meaning import Known, Local, Meaning
from bench.hops.reasons import UNSURE, UNTOLD, Advice, Hops, Reason, exactly
from bench.hops.scope import Scope
from bench.hops.source import body_of

TASK = "background task"
UNKNOWN_TASK = Advice(UNTOLD, "cannot be told: see whether the task is `def`", UNSURE)


def is_add_task(call: ast.Call, meaning: Meaning) -> bool:
    """Whether a call hands a function to Starlette's background tasks."""
    if isinstance(meaning, Known):
        value = meaning.value
        return value is BackgroundTask or (
            getattr(value, "__name__", "") == "add_task"
            and str(getattr(value, "__module__", "")).startswith(("fastapi.", "starlette."))
        )

    return (
        isinstance(call.func, ast.Attribute) and call.func.attr == BackgroundTasks.add_task.__name__
    )


def task(scope: Scope, call: ast.Call) -> Reason:
    """The hop of a background task: one if it is `def`."""
    function = next(
        (keyword.value for keyword in call.keywords if keyword.arg == "func"),
        call.args[0] if call.args else None,
    )
    meaning = scope.meaning(function)
    if isinstance(meaning, Local):
        return local_task(scope, meaning)

    if not isinstance(meaning, Known):
        name = ast.unparse(function) if function else ""
        return Reason(TASK, name, f"background task `{name}`, if `def`", Hops(0, 1), UNKNOWN_TASK)

    value = meaning.value
    name = name_of(value)
    if is_async_callable(without_partial(value)):
        return Reason(TASK, name, f"background task `{name}` is async", exactly(0), EXPLICIT)

    place = callee(value).place
    text = f"background task `{name}` is `def`"
    return Reason(TASK, name, text, exactly(1), advice(value), place)


def local_task(scope: Scope, meaning: Local) -> Reason:
    """The hop of a background task that is defined inside the function."""
    node = meaning.node
    if isinstance(node, ast.AsyncFunctionDef):
        text = f"background task `{node.name}` is async"
        return Reason(TASK, node.name, text, exactly(0), EXPLICIT)

    found = Reading(scope.source.package).body(scope.within(meaning), body_of(node), 0)
    text = f"background task `{node.name}` is `def`"
    return Reason(TASK, node.name, text, exactly(1), judged(found, "free to become `async def`"))
