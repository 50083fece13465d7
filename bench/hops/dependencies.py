"""From a route's tree of dependencies to their hops: walked as FastAPI solves it.

Source: `solve_dependencies` in fastapi/dependencies/utils.py. What a dependency depends on is
solved before its own result is looked up, so a dependency that is remembered can still make
others run that are declared with `use_cache=False`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from bench.hops.advice import advised
from bench.hops.callables import CLASS, OBJECT, callee
from bench.hops.reasons import Reason, exactly
from bench.hops.release import is_async_generator, is_coroutine, is_generator, key_of, overridden
from bench.hops.written import written_in

DEPENDENCY = "dependency"
WAYS = {CLASS: "a class", OBJECT: "an object with a `def __call__`"}


def reasons_of(dependant: Any, provider: Any) -> Iterator[Reason]:
    """Why the dependencies of a route hop; `provider` is who holds `dependency_overrides`."""
    overrides = getattr(provider, "dependency_overrides", None) or {}
    for call in Solving(overrides).run(dependant):
        yield from reasons_of_call(call)


class Solving:
    """One request's solving: which dependencies run, in order."""

    def __init__(self, overrides: dict[Any, Any]) -> None:
        self.overrides = overrides
        self.first: dict[Any, Any] = {}
        self.keys: dict[Any, set[Hashable]] = {}
        self.scopes: dict[Any, Any] = {}

    def run(self, dependant: Any) -> Iterator[Any]:
        """The calls that run for the dependencies of `dependant`."""
        for sub in dependant.dependencies:
            call = self.overrides.get(sub.call, sub.call) if self.overrides else sub.call
            yield from self.run(sub if call is sub.call else overridden(sub, call))
            if not self.remembered(sub) or not sub.use_cache:
                yield call

    def remembered(self, sub: Any) -> bool:
        """Whether its result is there already; keys are made where a call comes again."""
        if sub.call not in self.first:
            self.first[sub.call] = sub
            return False

        keys = self.keys.setdefault(sub.call, {key_of(self.first[sub.call], self.scopes)})
        key = key_of(sub, self.scopes)
        found = key in keys
        keys.add(key)
        return found


MEMORY: dict[int, tuple[Any, tuple[Reason, ...]]] = {}
"""By the identity of the call, which need not have a hash; it is kept, so that none is reused."""


def reasons_of_call(call: Any) -> tuple[Reason, ...]:
    """Why one dependency hops, and what is written into it."""
    known = MEMORY.get(id(call))
    if known is None:
        known = MEMORY[id(call)] = (call, tuple(reasons_of_new(call)))

    return known[1]


def reasons_of_new(call: Any) -> Iterator[Reason]:
    """The same, worked out."""
    called = callee(call)
    generator = is_generator(call)
    if is_async_generator(call) or (not generator and is_coroutine(call)):
        yield from written_in(called)
        return

    if generator:
        text = f"dependency `{called.name}` is `def` with `yield` (enter, exit)"
        hops = exactly(2)
    else:
        text = f"dependency `{called.name}` is {WAYS.get(called.sort, '`def`')}"
        hops = exactly(1)

    yield Reason(DEPENDENCY, called.name, text, hops, advised(called), called.place)
    yield from written_in(called)
