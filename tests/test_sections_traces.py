"""Section traces: what a request calls, on which thread, and what a hop adds to it."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.committed import RECORDED
from analysis.figures import house_style
from analysis.load import load
from analysis.metadata import InputError
from analysis.page import page
from analysis.page_sections import Picture, Section, drawings, traces_sections
from analysis.recordings.load import load_recordings
from analysis.recordings.numbers import Numbers
from analysis.recordings.rows import Recording
from analysis.rows import Rows
from analysis.sections import traces
from analysis.source import ROOT
from tests import synthetic, synthetic_traces
from tests.synthetic_traces import ASYNC_DEF, DEF, Part, Tree, document, of_kind

Trees = Sequence[Tree]

TREES = synthetic_traces.documents()
PICTURES = {name: Picture(f"figures/{name}.svg", name) for name in traces.CAPTIONS}
DRAWN = {"figures/traces.svg", "figures/traces-calls.svg"}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, ...]:
    """A made-up catalogue of two pairs."""
    return load_recordings(synthetic_traces.write_all(tmp_path_factory.mktemp("traces")))


@pytest.fixture(scope="module")
def found(recordings: tuple[Recording, ...]) -> Numbers:
    return numbers_of(recordings)


@pytest.fixture(scope="module")
def committed() -> Numbers:
    return numbers_of(load_recordings(ROOT / RECORDED))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """A run that lists `def-deps-2` before `def`, as far as it knows them."""
    plan = [
        spec
        for spec in synthetic.specs()
        if spec.study == "handlers" and spec.subject in ("def", "def-deps-2")
    ]
    path = tmp_path_factory.mktemp("rows") / "a.json.gz"

    return load(synthetic.write(path, synthetic.suite(plan, rounds=2)))


def numbers_of(recordings: Sequence[Recording], order: Sequence[str] = ()) -> Numbers:
    found = traces.numbers(recordings, order)
    assert found is not None

    return found


def section_of(found: Numbers) -> Section:
    return Section(traces.STUDY, traces.TITLE, found, PICTURES, "tox -e trace")


def text_of(found: Numbers) -> str:
    text = page("traces.md.j2", {"numbers": found, "section": section_of(found)})

    return text.replace("\N{NO-BREAK SPACE}", " ")


def without(*names: str) -> list[Tree]:
    return [tree for tree in TREES if tree["hopcost"]["name"] not in names]


@pytest.mark.parametrize("name", ["def", "pair-def-vs-async-def", "overlap"])
def test_there_is_no_section_without_the_pair_and_overlapping_requests(
    tmp_path: Path, rows: Rows, name: str
) -> None:
    recordings = load_recordings(synthetic_traces.write_all(tmp_path, without(name)))

    assert traces.numbers(recordings) is None
    assert traces_sections(rows, recordings, "figures") == []


def test_kinds_come_in_the_order_of_the_run_and_the_others_by_name(
    recordings: tuple[Recording, ...], rows: Rows
) -> None:
    (section,) = traces_sections(rows, recordings, "figures")
    names = ["def-deps-2", "def", "async-def", "async-deps-2"]

    assert [chain.request.kind for chain in numbers_of(recordings, names[:2]).chains] == names
    assert sorted(section.numbers.kinds) == sorted(names)
    assert [*section.numbers.kinds][-2:] == names[-2:]


def test_the_section_has_three_pictures_with_words(
    recordings: tuple[Recording, ...], rows: Rows
) -> None:
    (section,) = traces_sections(rows, recordings, "there")
    paths = {name: picture.path for name, picture in section.pictures.items()}

    assert section.study == "traces"
    assert section.repeat == "tox -e trace"
    assert paths == {
        "traces": "there/traces.svg",
        "traces-calls": "there/traces-calls.svg",
        "traces-perfetto": "traces/pair-def-vs-async-def.png",
    }
    assert "def: 28 calls on event loop and worker 1" in section.pictures["traces"].alt
    assert "async-def: 7 calls on event loop." in section.pictures["traces"].alt
    assert "2 pairs" in section.pictures["traces-calls"].alt


def test_a_hop_adds_the_calls_of_the_script(found: Numbers) -> None:
    one = found.trivial

    assert (one.twin.total(), one.kind.total(), one.more()) == (7, 28, 21)
    assert (one.kind.total(thread="event loop"), one.kind.total(thread="workers")) == (25, 3)
    assert [one.more(name) for name in ("handler", "fastapi", "starlette", "anyio")] == [0, 3, 2, 6]


def test_recordings_of_several_requests_are_no_kinds(found: Numbers) -> None:
    assert set(found.kinds) == {"def", "async-def", "def-deps-2", "async-deps-2"}
    assert {one.name for one in found.added} == {"def", "def-deps-2"}


def test_far_pairs_are_those_more_than_a_tenth_off(found: Numbers) -> None:
    per_hop = {one.name: one.per_hop for one in found.added}

    assert found.usual_per_hop == sum(per_hop.values()) / 2
    assert [one.name for one in found.far] == sorted(per_hop, key=lambda name: per_hop[name])
    assert min(per_hop.values()) < found.bulk[0] < found.bulk[1] < max(per_hop.values())


def test_hops_are_alike_if_all_take_one_way_below_run_sync(found: Numbers, tmp_path: Path) -> None:
    script = synthetic_traces.hops_in_line(2).replace("Queue.put_nowait", "SimpleQueue.put", 1)
    trees = [*without("def-deps-2"), of_kind("def-deps-2", script, "async-deps-2")]
    other = numbers_of(load_recordings(synthetic_traces.write_all(tmp_path, trees)))

    assert found.hops_are_alike
    assert not other.hops_are_alike
    assert "all hops take the way of the table above" in text_of(found)
    assert "all hops take the way of the table above" not in text_of(other)


def test_the_page_says_how_much_tracing_inflates_and_that_times_are_not_to_be_cited(
    found: Numbers,
) -> None:
    text = text_of(found)

    assert found.inflations == (1.5, 2.0, 2.0, 3.5)
    assert "**Durations in traces are not to be cited.**" in text
    assert "Tracing makes these requests 1.5 to 3.5 times as long (median 2.0)" in text


def test_the_page_says_what_the_hop_adds_and_whose_it_is(found: Numbers) -> None:
    text = text_of(found)

    assert "makes 7 calls as `async def`" in text
    assert "and 28 as `def`: 25 there and 3 on the worker" in text
    assert "Of the 21 calls that the hop adds, 6 are AnyIO's, 8 asyncio's" in text
    assert "and 5 FastAPI's and Starlette's" in text
    assert "4 are coroutines that are entered again" in text
    assert "| **all** | 7 | 25 | 3 | 17 | 4 |" in text


def test_the_page_compares_the_claimed_chain_with_today_s(found: Numbers) -> None:
    text = text_of(found)

    assert found.not_called == ("get_route_handler",)
    assert found.in_claimed_order
    assert "No frame of the request is of `get_route_handler`" in text
    assert "| handed over | event loop | 1 | `get_request_handler.app` |" in text
    assert "|  | event loop | 1 | `run_sync` | `anyio/to_thread.py:27` | `run_sync` |" in text


def changed(tmp_path: Path, change: Callable[[str], str]) -> Numbers:
    """The numbers after a change of the script of `def`."""
    trees = [*without("def"), of_kind("def", change(DEF), "async-def")]

    return numbers_of(load_recordings(synthetic_traces.write_all(tmp_path, trees)))


def test_a_claimed_chain_in_another_order_is_said_to_be_so(tmp_path: Path) -> None:
    def swap(script: str) -> str:
        parts = ("run_endpoint_function (", "TEMPORARY (", "run_in_threadpool (")
        first, spare, second = parts
        return script.replace(first, spare).replace(second, first).replace(spare, second)

    found = changed(tmp_path, swap)

    assert not found.in_claimed_order
    assert "These are not called in this order." in text_of(found)


def test_a_claimed_chain_that_is_whole_is_said_to_be_so(tmp_path: Path) -> None:
    caller = "FastAPI.__call__ (fastapi/applications.py"
    found = changed(
        tmp_path, lambda script: script.replace(caller, "get_route_handler (fastapi/routing.py")
    )

    assert found.not_called == ()
    assert found.in_claimed_order
    assert "All of these are called, in this order." in text_of(found)


def test_a_claimed_function_that_leads_to_no_hop_is_called_out_of_order(tmp_path: Path) -> None:
    found = changed(
        tmp_path, lambda script: script.replace("Response.__init__", "get_route_handler")
    )

    assert found.not_called == ()
    assert not found.in_claimed_order


def test_the_page_shows_every_chain_and_every_count(found: Numbers) -> None:
    text = text_of(found)

    assert "  worker 1        hop 1: def_endpoint.read\n" in text
    assert "hops 1 to 2: def_dependency.value\n" in text
    assert "| [def](traces/recorded/def.json.gz) | 1 | event loop | 0 + 0 | 6 + 0 |" in text
    assert "|  |  | workers | 1 + 0 |" in text
    assert text.count("\n| [") == 4


def test_requests_that_overlap_are_named(found: Numbers) -> None:
    assert found.overlap == ("def that blocks", "async def that awaits")
    assert "def that blocks; async def that awaits." in text_of(found)


def test_figures_are_the_same_bytes_twice(found: Numbers) -> None:
    first, second = drawings(section_of(found)), drawings(section_of(found))

    assert set(first) == DRAWN
    assert first == second


def texts(found: Numbers, name: str) -> list[str]:
    """What is written on the axes of a figure."""
    with house_style():
        axes = traces.figures(found)[name].get_axes()

    return [text.get_text() for one in axes for text in one.texts]


def test_the_figure_of_the_pair_has_its_passes_handlers_and_arrows(found: Numbers) -> None:
    written = texts(found, "traces")

    assert written.count("the handler") == 2
    assert [written.count(step) for step in ("hand-over", "wake-up")] == [1, 1]
    assert [name for name in written if name.startswith("pass")] == [
        "pass 1",
        "pass 2",
        "pass 3",
        "pass 1",
    ]


def test_the_figure_of_added_calls_has_a_bar_per_pair_fewest_first(found: Numbers) -> None:
    with house_style():
        (axes,) = traces.figures(found)["traces-calls"].get_axes()

    assert [label.get_text() for label in axes.get_yticklabels()] == [one.name for one in found.far]
    assert {f"{one.per_hop:.0f}" for one in found.added} <= set(texts(found, "traces-calls"))


def test_a_bar_that_is_far_too_long_is_cut_and_says_its_length(tmp_path: Path) -> None:
    extra = "loop |       more (fastapi/routing.py:1)\n" * 500
    script = DEF.replace("    answer", f"{extra}    answer")
    trees = [*TREES, of_kind("far", script, "async-def")]
    found = numbers_of(load_recordings(synthetic_traces.write_all(tmp_path, trees)))
    (far,) = (one for one in found.added if one.name == "far")

    assert f"{far.per_hop:.0f} \N{RIGHTWARDS ARROW}" in texts(found, "traces-calls")


PAIR = (Part("def", DEF, "async-def"), Part("async-def", ASYNC_DEF))
LONG = ASYNC_DEF.replace("answer", "loop |     more (fastapi/routing.py:1)\n" * 99 + "answer")
EMPTY = "loop |_run_once (asyncio/base_events.py:1947)\nrequest\nanswer"


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (of_kind("def", ASYNC_DEF, "async-def"), "must have a hop"),
        (of_kind("def", DEF[: DEF.index("@1 woken") + 8] + "\nanswer", "async-def"), "comes back"),
        (of_kind("def", DEF), "must be of 'def', others and their twins"),
        (of_kind("async-def", DEF), "must be of 'def', others and their twins"),
        (of_kind("def-deps-2", DEF, "lost"), "must be of 'def', others and their twins"),
        (of_kind("async-def", LONG), "more calls for a kind than for its"),
        (document("def", *PAIR), "must be of 'def', others and their twins"),
        (document("pair-def-vs-async-def", PAIR[0], Part("async-def", EMPTY)), "must have calls"),
    ],
)
def test_recordings_of_which_the_section_cannot_speak_are_refused(
    tmp_path: Path, rows: Rows, tree: Tree, said: str
) -> None:
    trees = [*without(tree["hopcost"]["name"]), tree]
    recordings = load_recordings(synthetic_traces.write_all(tmp_path, trees))
    with pytest.raises(InputError, match=said) as caught:
        traces_sections(rows, recordings, "figures")

    assert "\n" not in str(caught.value)


def test_other_pairs_are_not_enough_without_the_trivial_one(tmp_path: Path) -> None:
    trees = [*without("async-def"), of_kind("another", DEF, "async-deps-2")]
    recordings = load_recordings(synthetic_traces.write_all(tmp_path, trees))

    with pytest.raises(InputError, match="must be of 'def', others and their twins"):
        traces.numbers(recordings)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("section")


def require_shown(folder: Path, trees: Trees) -> None:
    """Either the traces are refused, or the section speaks of them to the end."""
    synthetic_traces.write_all(folder, trees)
    with contextlib.suppress(InputError):
        found = traces.numbers(load_recordings(folder))
        if found is not None:
            text_of(found)
            with house_style():
                traces.figures(found)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(st.data())
def test_calls_left_out_anywhere_are_refused_or_shown(scratch: Path, data: st.DataObject) -> None:
    trees = copy.deepcopy(TREES)
    events = data.draw(st.sampled_from(trees))["traceEvents"]
    calls = [event for event in events if event["ph"] == "X"]
    gone = data.draw(st.lists(st.integers(0, len(calls) - 1), min_size=1, max_size=8, unique=True))
    for place in gone:
        events.remove(calls[place])

    require_shown(scratch, trees)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(st.data())
def test_calls_of_other_names_are_refused_or_shown(scratch: Path, data: st.DataObject) -> None:
    trees = copy.deepcopy(TREES)
    events = data.draw(st.sampled_from(trees))["traceEvents"]
    calls = [event for event in events if event["ph"] == "X"]
    names = st.sampled_from(
        [*(call["name"] for call in calls), "$x", "```", "a|b (c:1)", "é (é:9)"]
    )
    for call in data.draw(st.lists(st.sampled_from(calls), min_size=1, max_size=8)):
        call["name"] = data.draw(names)

    require_shown(scratch, trees)


def test_the_committed_recordings_have_one_way_below_run_sync(committed: Numbers) -> None:
    assert committed.hops_are_alike


def test_every_committed_kind_that_hops_is_compared(committed: Numbers) -> None:
    hopping = {name for name, calls in committed.kinds.items() if calls.request.hops}

    assert {one.name for one in committed.added} == hopping


def test_a_committed_request_calls_its_handler_the_same_as_its_twin(committed: Numbers) -> None:
    assert committed.trivial.more("handler") == 0
    assert committed.trivial.kind.total("handler", "workers") == 1


def test_committed_figures_are_drawn(committed: Numbers) -> None:
    assert set(drawings(section_of(committed))) == DRAWN


def test_the_committed_figure_counts_the_calls_that_the_text_counts(committed: Numbers) -> None:
    one = committed.trivial

    assert [line.calls for line in committed.pair] == [one.kind.total(), one.twin.total()]
