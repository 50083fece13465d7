"""Turns results into evidence: one function per claim, by its id in claims.toml."""

from collections.abc import Callable

from analysis.evidence import article, browser, hops, lesson, others
from analysis.evidence.sources import Evidence, Sources

EVIDENCE: dict[str, Callable[[Sources], Evidence]] = {
    "A1": article.trivial_endpoints,
    "A2": article.call_chain,
    "A3": article.overhead,
    "A4": article.loop_goes_on,
    "A5": article.computing_endpoints,
    "A6": article.many_workers,
    "A7": article.fewer_threads,
    "A8": article.always_async,
    "B1": lesson.awaiting,
    "B2": lesson.limited_by_the_pool,
    "B3": lesson.blocks_the_loop,
    "B4": lesson.delay_under_load,
    "B5": lesson.for_waiting,
    "B6": lesson.avoid_in_def,
    "B7": lesson.not_faster,
    "B8": browser.overlap,
    "B9": browser.page_vital,
    "B10": lesson.patterns,
    "C1": others.quite_opposite,
    "C2": hops.dispatch,
    "C3": others.thousand_connections,
    "C4": others.almost_none,
    "C5": hops.ways,
    "C6": hops.executor,
    "C7": others.five_dependencies,
    "C8": others.one_dependency,
    "C9": others.database,
    "C10": others.in_process,
    "C11": others.health_check,
    "C12": others.test_client,
    "C13": hops.context_copy,
    "C14": others.second_hop_queues,
}
