"""The loader: what it reads, and that nothing else gets past it."""

from __future__ import annotations

import contextlib
import copy
import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.benchmark import STUDIES
from analysis.load import load
from analysis.metadata import InputError
from analysis.rows import Rows
from analysis.sections import SECTIONS
from analysis.visit import Failure
from tests import synthetic

Tree = dict[str, Any]
SPECS = tuple(spec for spec in synthetic.specs() if spec.study == "harness")
SMALL = synthetic.tree_of(synthetic.suite(SPECS, rounds=3))
PACKED = synthetic.packed(SMALL)
RUBBISH: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    -0.5,
    "",
    "x",
    "\n",
    [],
    {},
    [1],
    10**400,
    1e308,
    1e-320,
    2**63,
)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("load") / "data.json.gz"


def rows_of(path: Path, tree: Tree) -> Rows:
    return load(synthetic.write(path, tree))


def mangled(change: Callable[[Tree], object]) -> Tree:
    tree = copy.deepcopy(SMALL)
    change(tree)
    return tree


def first_run(tree: Tree) -> Tree:
    found: Tree = tree["benchmarks"][0]["runs"][0]
    return found


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)

    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence.split()) > 5
    return sentence


def test_reads_every_benchmark_with_one_visit_per_round(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.json.gz", SMALL)

    assert [row.name for row in rows.benchmarks] == [spec.name for spec in SPECS]
    assert {tuple(visit.round for visit in row.visits) for row in rows.benchmarks} == {(1, 2, 3)}


def test_a_visit_is_the_median_of_its_values(tmp_path: Path) -> None:
    tree = mangled(lambda tree: first_run(tree).update(values=[1e-6, 2e-6, 6e-6]))
    rows = rows_of(tmp_path / "a.json.gz", tree)

    assert rows.benchmarks[0].by_round[1] == pytest.approx(2e-6)


def test_reads_what_a_real_run_writes(real_file: Path) -> None:
    rows = load(real_file)

    assert [row.subject for row in rows.benchmarks] == ["no-op", "def"]
    assert rows.benchmarks[1].counts.hops == 1
    assert [failure.kind for failure in rows.failures] == ["crash"]


def with_another_python(**facts: synthetic.Fact) -> Tree:
    """A run whose first benchmark was visited by another Python, which tells its own facts."""
    other: synthetic.Drawing = {"environment": "3.12", "python_version": "3.12.1", **facts}
    first = replace(SPECS[0], facts={**SPECS[0].facts, **other})

    return synthetic.tree_of(synthetic.suite((first, *SPECS[1:]), rounds=3))


def test_another_python_may_make_a_visit(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.json.gz", with_another_python(gc_thresholds="700 10 10"))

    assert len(rows.benchmarks[0].visits) == 3
    assert rows.provenance.fact("python_version") == "3.13.0 (64-bit)"
    assert rows.provenance.fact("gc_thresholds") == "2000 10 10"


@pytest.mark.parametrize("fact", ["cpu_model_name", "distributions", "hopcost_commit"])
def test_another_python_is_of_the_same_run_and_machine(tmp_path: Path, fact: str) -> None:
    synthetic.write(tmp_path / "a.json.gz", with_another_python(**{fact: "b==1.0"}))

    assert "must come from one run on one machine" in refusal(tmp_path / "a.json.gz")


def test_a_python_that_does_not_say_it_is_another_is_refused(tmp_path: Path) -> None:
    tree = with_another_python()
    for run in tree["benchmarks"][0]["runs"]:
        run["metadata"].pop("environment", None)

    tree["benchmarks"][0]["metadata"].pop("environment", None)
    synthetic.write(tmp_path / "a.json.gz", tree)

    assert "python_version" in refusal(tmp_path / "a.json.gz")


def test_a_run_of_another_python_alone_is_read(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path / "a.json.gz", mangled(lambda tree: tree["metadata"].update(environment="3.12"))
    )

    assert rows.provenance.fact("python_version") == "3.13.0 (64-bit)"


def test_a_failed_visit_is_a_failure_and_no_value(tmp_path: Path) -> None:
    name = SPECS[0].name
    suite = synthetic.suite(SPECS, rounds=3, failing=[(name, 2)])
    rows = load(synthetic.write(tmp_path / "a.json.gz", synthetic.tree_of(suite)))

    assert list(rows.benchmarks[0].by_round) == [1, 3]
    assert [(found.benchmark, found.round, found.kind) for found in rows.failures] == [
        (name, 2, "crash")
    ]
    assert isinstance(rows.failures[0], Failure)


def test_a_benchmark_may_consist_of_failures(tmp_path: Path) -> None:
    failing = [(SPECS[0].name, number) for number in (1, 2, 3)]
    suite = synthetic.suite(SPECS, rounds=3, failing=failing)
    rows = load(synthetic.write(tmp_path / "a.json.gz", synthetic.tree_of(suite)))

    found = rows.find("harness", "no-op", "one-cpu", "exchange")

    assert found is not None
    assert found.visits == ()
    assert [failure.round for failure in found.failures] == [1, 2, 3]


def test_a_failure_may_also_stand_in_its_own_benchmark_without_a_value(tmp_path: Path) -> None:
    def fail(tree: Tree) -> None:
        del first_run(tree)["values"]
        first_run(tree)["warmups"] = [[1, 0.0]]
        set_fact("failure", "no answer")(tree)
        set_fact("failure_kind", "timeout")(tree)

    rows = rows_of(tmp_path / "a.json.gz", mangled(fail))

    assert [found.kind for found in rows.benchmarks[0].failures] == ["timeout"]
    assert list(rows.benchmarks[0].by_round) == [2, 3]


def test_knows_the_studies_that_the_report_shows() -> None:
    assert tuple(SECTIONS) == STUDIES


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.json.gz")


def test_refuses_a_directory(tmp_path: Path) -> None:
    assert "is a directory" in refusal(tmp_path)


def test_refuses_a_path_through_a_file(tmp_path: Path) -> None:
    file = synthetic.write(tmp_path / "a.json.gz", SMALL)

    assert "cannot be read" in refusal(file / "b.json.gz")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a gzip file"),
        (b'{"version": "1.0"}', "is not a gzip file"),
        (PACKED[: len(PACKED) // 2], "is truncated or damaged"),
        (PACKED + b"more", "is truncated or damaged"),
        (synthetic.zipped(b"\xff\xfe"), "no UTF-8 text"),
        (synthetic.zipped(b"{"), "must hold strict JSON"),
        (synthetic.zipped(b"[" * 100_000), "must hold strict JSON"),
        (synthetic.zipped(b'{"a": 1, "a": 2}'), "repeats the key 'a'"),
        (synthetic.zipped(b"[]"), "must be one pyperf suite"),
        (synthetic.zipped(b'{"version": "0.0"}'), "must be one pyperf suite"),
    ],
)
def test_refuses_what_is_no_suite(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(content)

    assert said in refusal(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_refuses_numbers_that_are_none(tmp_path: Path, number: str) -> None:
    text = json.dumps(mangled(lambda tree: first_run(tree).update(values=[12345.0])))
    path = tmp_path / "a.json.gz"
    path.write_bytes(synthetic.zipped(text.replace("12345.0", number).encode()))

    assert "every number must be finite" in refusal(path)


def set_fact(name: str, value: object) -> Callable[[Tree], object]:
    return lambda tree: first_run(tree)["metadata"].update({name: value})


def set_suite_fact(name: str, value: object) -> Callable[[Tree], object]:
    return lambda tree: tree["metadata"].update({name: value})


def drop_suite_fact(name: str) -> Callable[[Tree], object]:
    return lambda tree: tree["metadata"].pop(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tree: first_run(tree).update(values=[-1e-6]), "pyperf refuses it"),
        (lambda tree: first_run(tree).update(values=[0.0]), "pyperf refuses it"),
        (lambda tree: first_run(tree).update(values=["1e-6"]), "pyperf refuses it"),
        (lambda tree: first_run(tree).update(values=[True]), "must be a number"),
        (lambda tree: first_run(tree).update(values=[1e300]), "must be finite"),
        (lambda tree: first_run(tree).update(values=[10**400]), "must be finite"),
        (set_fact("round", 2), "must have one visit per round"),
        (set_fact("round", 0), "whole number from 1 as 'round'"),
        (set_fact("round", 1.5), "whole number from 1 as 'round'"),
        (set_fact("position", "first"), "whole number from 1 as 'position'"),
        (set_fact("plan", "other"), "must come from one run on one machine"),
        (set_fact("kernel", "other"), "must come from one run on one machine"),
        (set_fact("cpu_model_name", "other"), "pyperf refuses it"),
        (set_fact("subject", "other"), "must be one benchmark"),
        (set_fact("steal_seconds", -1), "'steal_seconds' = -1"),
        (set_fact("failure", "no"), "failed run with values"),
        (lambda tree: first_run(tree).update(values=[]), "pyperf refuses it"),
        (set_fact("date", "yesterday"), "ISO date"),
        (set_suite_fact("hopcost_format", 2), "hopcost_format 2"),
        (drop_suite_fact("hopcost_format"), "not of hopcost"),
        (drop_suite_fact("plan"), "must have the metadata 'plan'"),
        (set_suite_fact("distributions", "anyio"), "name==version"),
        (set_suite_fact("kernel", "\u202eevil"), "printable text"),
        (lambda tree: tree.update(benchmarks=[]), "pyperf refuses it"),
    ],
)
def test_refuses_what_breaks_the_format(
    tmp_path: Path, change: Callable[[Tree], object], said: str
) -> None:
    assert said in refusal(synthetic.write(tmp_path / "a.json.gz", mangled(change)))


def test_refuses_what_pyperf_cannot_check(tmp_path: Path) -> None:
    tree = mangled(set_fact("cpu_config", 5))

    assert "pyperf can check" in refusal(synthetic.write(tmp_path / "a.json.gz", tree))


def test_refuses_two_machines_in_one_file(tmp_path: Path) -> None:
    here = synthetic.suite(SPECS[:1], rounds=2)
    there = synthetic.suite(SPECS[1:2], rounds=2, facts={"cpu_model_name": "Another CPU"})
    here.add_runs(there)

    assert "one run on one machine" in refusal(
        synthetic.write(tmp_path / "a.json.gz", synthetic.tree_of(here))
    )


def test_refuses_a_visit_that_does_not_tell_its_machine(tmp_path: Path) -> None:
    tree = mangled(lambda tree: tree["metadata"].pop("kernel"))
    for benchmark in tree["benchmarks"][:-1]:
        benchmark["metadata"]["kernel"] = "Linux 6.0"

    assert "one run on one machine" in refusal(synthetic.write(tmp_path / "a.json.gz", tree))


def test_refuses_a_run_without_rounds(tmp_path: Path) -> None:
    failing = [(spec.name, 1) for spec in SPECS]
    suite = synthetic.suite(SPECS, rounds=1, failing=failing)

    assert "no rounds" in refusal(synthetic.write(tmp_path / "a.json.gz", synthetic.tree_of(suite)))


def test_refuses_a_run_that_is_neither_value_nor_failure(tmp_path: Path) -> None:
    def empty(tree: Tree) -> None:
        first_run(tree).pop("values")
        first_run(tree)["warmups"] = [[1, 0.0]]

    assert "neither a calibration nor a failure" in refusal(
        synthetic.write(tmp_path / "a.json.gz", mangled(empty))
    )


def test_refuses_two_visits_in_one_position(tmp_path: Path) -> None:
    def collide(tree: Tree) -> None:
        places = [benchmark["runs"][0]["metadata"] for benchmark in tree["benchmarks"][:2]]
        places[0]["position"] = places[1]["position"]

    assert "one visit per position" in refusal(
        synthetic.write(tmp_path / "a.json.gz", mangled(collide))
    )


@given(st.integers(0, len(PACKED) - 1))
def test_every_truncation_is_refused(scratch: Path, length: int) -> None:
    scratch.write_bytes(PACKED[:length])

    refusal(scratch)


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_a_changed_byte_changes_no_number(scratch: Path, place: int, mask: int) -> None:
    changed = bytearray(PACKED)
    changed[place] ^= mask
    scratch.write_bytes(changed)

    # Only the gzip header's time stamp and flags carry no meaning and no checksum.
    try:
        found = load(scratch)
    except InputError:
        return

    assert found.benchmarks == rows_of(scratch, SMALL).benchmarks


def places(node: object) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON tree: the container and the key or index in it."""
    items = node.items() if isinstance(node, dict) else enumerate(node)  # type: ignore[arg-type]

    for key, child in list(items):
        yield node, key
        if isinstance(child, dict | list):
            yield from places(child)


PLACES = len(list(places(SMALL)))


def sane(rows: Rows) -> bool:
    """No number of the rows could give a NaN, an infinity or a division by 0 later."""
    values = [value for _, visit in rows.visits() for value in visit.values]

    return all(math.isfinite(value) and 0 < value <= 1e7 for value in values)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.integers(0, PLACES - 1), st.sampled_from(RUBBISH))
def test_rubbish_anywhere_is_refused_or_harmless(
    scratch: Path, place: int, rubbish: object
) -> None:
    tree = copy.deepcopy(SMALL)
    node, key = list(places(tree))[place]
    node[key] = rubbish

    with contextlib.suppress(InputError):
        assert sane(rows_of(scratch, tree))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.integers(0, PLACES - 1))
def test_a_deleted_key_is_refused_or_harmless(scratch: Path, place: int) -> None:
    tree = copy.deepcopy(SMALL)
    node, key = list(places(tree))[place]
    del node[key]

    with contextlib.suppress(InputError):
        assert sane(rows_of(scratch, tree))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_json_is_refused(scratch: Path, content: object) -> None:
    scratch.write_bytes(synthetic.zipped(json.dumps(content).encode()))

    refusal(scratch)


def test_reading_twice_gives_the_same_rows(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "a.json.gz", SMALL)

    assert load(path) == load(path)


def test_the_order_of_runs_in_the_file_means_nothing(tmp_path: Path) -> None:
    def shuffle(tree: Tree) -> None:
        random.Random(1).shuffle(tree["benchmarks"][0]["runs"])

    there = rows_of(tmp_path / "a.json.gz", mangled(shuffle))
    here = rows_of(tmp_path / "b.json.gz", SMALL)

    assert there.benchmarks == here.benchmarks
