"""The command answers as a person or a program needs it, and needs nothing but the application."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.hops import __main__ as command
from bench.hops import showing
from bench.hops.cost import Cost
from bench.hops.lines import price
from bench.hops.price import Price
from bench.hops.reasons import Hops

ROOT = Path(__file__).parents[1]
SHOP = "tests.hops_shop:app"


@pytest.fixture(autouse=True)
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured here."""
    monkeypatch.setattr(command, "cost", lambda *, again: Cost(Price(10.0, 6.0), Price(30.0, 20.0)))
    monkeypatch.setenv("COLUMNS", "80")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = command.main([SHOP, *arguments])
    return status, capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(answer(capsys, "--format", "json", *arguments)[1])


def titles(found: Any) -> list[str]:
    return [f"{','.join(route['methods'])} {route['path']}" for route in found["routes"]]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("rich", [True, False])
def test_the_table_fits_a_terminal_and_names_the_worst_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rich: bool
) -> None:
    if rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setitem(sys.modules, "rich", None)

    status, printed = answer(capsys)
    lines = printed.splitlines()

    assert status == 0
    assert max(map(len, lines)) <= 80
    first = next(line for line in lines if "/auth" in line or "/items" in line)
    assert "POST" in first


def test_routes_stand_in_the_order_of_their_hops(capsys: pytest.CaptureFixture[str]) -> None:
    hops = [route["hops"]["least"] for route in document(capsys)["routes"]]

    assert hops == sorted(hops, reverse=True)
    assert hops[0] >= 7


def test_a_route_costs_a_first_hop_and_further_ones(capsys: pytest.CaptureFixture[str]) -> None:
    _, printed = answer(capsys, "--path", "/reports/*")

    assert re.search(r"2 +16 +50 +GET /reports/total", printed)
    assert re.search(r"6\+ +40\+ +130\+ +GET /reports/items.csv", printed)
    assert "first hop of a request here: 10 µs on one CPU, 30 µs free (a rough" in printed
    assert "each further one: 6 µs on one CPU, 20 µs free" in printed


def test_without_a_pinned_price_the_column_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "cost", lambda *, again: Cost(None, Price(30.0, 20.0)))
    _, printed = answer(capsys, "--path", "/reports/*")

    assert re.search(r"2 +- +50 +GET /reports/total", printed)
    assert "first hop of a request here: 30 µs free (a rough measurement)" in printed


def test_what_was_not_priced_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "--no-cost")["hop_us"] is None


def test_a_range_of_hops_is_priced_at_both_ends() -> None:
    assert price(Hops(1, 3), Price(88.0, 60.0)) == "88-208"


def test_fewer_hops_than_asked_for_are_left_out_and_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    every, some = document(capsys, "--min-hops", "0"), document(capsys, "--min-hops", "3")

    assert "GET /docs" in titles(every)
    assert all(
        route["hops"]["most"] is None or route["hops"]["most"] >= 3 for route in some["routes"]
    )
    assert re.search(r"\d+ more routes are not shown: --min-hops 0", answer(capsys)[1])


def test_only_matching_paths_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert titles(document(capsys, "--path", "/auth/*")) == [
        "GET /auth/me",
        "POST /auth/token",
        "POST /auth/users",
    ]


@pytest.mark.parametrize(("most", "status"), [(50, 0), (3, 1)])
def test_a_line_is_held(capsys: pytest.CaptureFixture[str], most: int, status: int) -> None:
    found, printed = answer(capsys, "--max-hops", str(most))

    assert found == status
    assert (f"more than {most} hops: POST /auth/token" in printed) is bool(status)


def test_what_only_the_request_bounds_is_held_by_its_least(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer(capsys, "--path", "/static/*", "--max-hops", "1")[0] == 0


def test_the_json_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "--path", "/version")

    assert found["format"] == 2
    assert found["application"] == SHOP
    assert found["hop_us"] == {
        "one_cpu": {"first_us": 10.0, "further_us": 6.0},
        "free": {"first_us": 30.0, "further_us": 20.0},
    }
    assert {"python", "fastapi", "starlette", "anyio"} == set(found["versions"])
    line = found["routes"][0]["line"]
    assert found["routes"] == [
        {
            "kind": "fastapi",
            "methods": ["GET"],
            "path": "/version",
            "name": "version",
            "file": "tests/hops_shop.py",
            "line": line,
            "hops": {"least": 1, "most": 1},
            "reasons": [
                {
                    "kind": "dependency",
                    "name": "get_settings",
                    "text": "dependency `get_settings` is `def`",
                    "hops": {"least": 1, "most": 1},
                    "file": "tests/hops_shop.py",
                    "line": found["routes"][0]["reasons"][0]["line"],
                    "advice": {
                        "verdict": "free",
                        "text": "is cached, so after its first call it does nothing: free; "
                        "call it in an `async def`",
                        "certainty": "likely",
                    },
                }
            ],
        }
    ]
    assert [part["name"] for part in found["parts"]] == [
        "add_version",
        "GZipMiddleware",
        "out_of_stock",
        found["parts"][-1]["name"],
    ]


def test_every_name_of_the_json_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    from bench.hops import formats

    found = document(capsys, "--min-hops", "0", "--observe", "GET", "/health")

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {*value}.union(*(names(one) for one in value.values()))

        return set().union(*(names(one) for one in value)) if isinstance(value, list) else set()

    documented = set(re.findall(r"`(\w+)`", formats.__doc__ or ""))
    assert names(found) - documented - set(found["versions"]) == set()


def test_annotations_stand_at_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    _, printed = answer(capsys, "--format", "github", "--path", "/health", "--max-hops", "0")
    lines = printed.splitlines()

    assert re.fullmatch(
        r"::error file=tests/hops_shop\.py,line=\d+,title=too many hops::GET /health: 1 hop",
        lines[0],
    )
    assert re.fullmatch(
        r"::notice file=tests/hops_shop\.py,line=\d+,title=1 hop in 1 route::"
        r"endpoint `health` is `def`: neither .* free to become `async def`",
        lines[1],
    )


def test_an_observation_that_disagrees_is_an_annotation(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--format", "github", "--path", "/health", "--observe", "PUT", "/health")
    status, printed = answer(capsys, *asked)

    assert status == 1
    assert printed.splitlines()[0] == (
        "::error title=not as predicted::PUT /health: 0 hops observed, "
        "no route answers it, GET /health would: nothing was predicted"
    )


def test_annotations_are_escaped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bench.hops.annotations import annotation
    from bench.hops.reasons import Place

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a,b:c.py").write_text("", "utf-8")
    assert annotation("notice", Place("a,b:c.py", 1), "t", "50%\nmore") == (
        "::notice file=a%2Cb%3Ac.py,line=1,title=t::50%25%0Amore"
    )


def test_an_observation_stands_beside_its_prediction(capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = answer(capsys, "--path", "/health", "--observe", "GET", "/health")

    assert status == 0
    assert "GET /health answered 200: 1 hop observed" in printed
    assert re.search(r"^as predicted for GET /health: 1 hop$", printed, re.MULTILINE)


def test_an_observation_takes_headers_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--observe", "POST", "/auth/users", "--header", "X-A: b", "--json", "{}")

    assert document(capsys, *asked)["observation"]["status"] == 422


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json", "{}"], "add --observe"),
        (["--data", ""], "add --observe"),
        (["--observe", "GET", "health"], "must begin with /"),
        (["--observe", "GET", "/health", "--header", "x"], "add a colon"),
        (["--observe", "GET", "/health", "--header", "a b: c"], "mend its name"),
        (["--observe", "GET", "/health", "--header", "x: €"], "must be Latin-1"),
        (["--observe", "POST", "/health", "--json", "{'a': 1}"], "--json must be JSON"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], said: str
) -> None:
    assert command.main([SHOP, *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--max-hops", "--min-hops"])
@pytest.mark.parametrize("given", ["x", "-1", "1.5"])
def test_hops_are_counted_from_nought(
    capsys: pytest.CaptureFixture[str], option: str, given: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main([SHOP, f"{option}={given}"])

    assert "must be a whole number from 0 on" in capsys.readouterr().err


def test_what_the_application_prints_is_no_part_of_the_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "print('loaded')\nfrom fastapi import FastAPI\napp = FastAPI()\n"
    (tmp_path / "hops_talkative.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    assert command.main(["hops_talkative:app", "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["format"] == 2
    assert printed.err == "loaded\n"


def test_a_cause_that_repeats_is_named_once() -> None:
    from bench.hops.lines import why
    from bench.hops.prediction import predicted
    from tests.hops_shapes import app

    routes = {route.path: route for route in predicted(app).routes}

    assert why(routes["/not-cached"]) == "2 get_query"


def test_a_stream_says_where_it_is_written() -> None:
    from bench.hops.prediction import predicted
    from tests.hops_shapes import app

    routes = {route.path: route for route in predicted(app).routes}
    place = routes["/stream"].reasons[0].place

    assert place is not None
    assert place.file == "tests/hops_shapes.py"


def test_what_to_do_comes_with_every_cause(capsys: pytest.CaptureFixture[str]) -> None:
    reasons = [reason for route in document(capsys)["routes"] for reason in route["reasons"]]
    verdicts = {reason["advice"]["verdict"] for reason in reasons}

    assert verdicts == {"free", "keep", "measure"}
    assert all(reason["advice"]["text"] for reason in reasons)


def test_what_is_free_to_be_done_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    text = squeezed(answer(capsys)[1].partition("What to do")[2])

    assert text.index("request_id") < text.index("get_db")


def test_a_plain_table_keeps_its_columns() -> None:
    from bench.hops.lines import Table

    table = Table("title", ("a", "b"), (("1", "some words that are long"), ("2", "few")))

    assert showing.plain(table, 24).splitlines() == [
        "title",
        "",
        "a  b",
        "1  some words that are",
        "   long",
        "2  few",
    ]


BLOCKED = """
import importlib.abc, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {names!r}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Refuse())
from bench.hops.__main__ import main
sys.exit(main({arguments!r}))
"""


@pytest.mark.parametrize(
    ("app", "missing"),
    [
        (SHOP, ()),
        ("tests.hops_starlette:app", ("fastapi", "pydantic")),
    ],
)
def test_it_needs_nothing_but_what_the_application_needs(
    app: str, missing: tuple[str, ...]
) -> None:
    refused = {*missing, "pyperf", "psutil", "rich", "viztracer", "numpy", "jinja2", "analysis"}
    program = BLOCKED.format(names=refused, arguments=[app, "--no-cost"])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "Hops per request, most first" in done.stdout


def test_routes_of_several_causes_are_counted_once() -> None:
    from bench.hops.actions import actions, causes
    from bench.hops.prediction import predicted
    from tests.hops_shop import app

    prediction = predicted(app)
    found = actions(causes(prediction, prediction.routes))
    grouped = next(action for action in found if len(action.causes) > 1)
    members = set[int]().union(*(cause.members for cause in grouped.causes))

    assert grouped.where == f"{len(members)} routes"
