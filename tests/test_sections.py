"""Every study, and the traces, have a section, a template, figures and a test of one name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.sections import LOADS, SECTIONS, traces

ROOT = Path(__file__).parents[1]
STUDIES = sorted(path.stem for path in (ROOT / "bench" / "studies").glob("[!_]*.py"))
TEMPLATES = sorted((ROOT / "analysis" / "templates").glob("*.j2"))
NAME = re.compile(
    r"\bp(?:50|99)\b|\bSHA-2(?:56)?\b|\bsha256(?:sum)?\b|\bpython3\b"  # of programs and formats
)
MARKUP = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}|<!--.*?-->", re.DOTALL)
DIGIT = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def test_every_study_has_a_section() -> None:
    assert sorted(SECTIONS) == STUDIES


@pytest.mark.parametrize("study", STUDIES)
def test_a_section_names_its_study(study: str) -> None:
    assert study == SECTIONS[study].STUDY
    assert SECTIONS[study].__name__ == f"analysis.sections.{study}"


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize(
    "place", ["analysis/templates/{}.md.j2", "analysis/figures/{}.svg", "tests/test_sections_{}.py"]
)
def test_every_study_has(study: str, place: str) -> None:
    assert (ROOT / place.format(study)).is_file()


@pytest.mark.parametrize("study", LOADS)
@pytest.mark.parametrize("name", ["checks", "headline"])
def test_a_study_under_load_judges_itself_and_has_a_headline(study: str, name: str) -> None:
    assert callable(getattr(LOADS[study], name))


@pytest.mark.parametrize("study", STUDIES)
def test_a_section_says_how_to_read_its_figure(study: str) -> None:
    assert "How to read the figure" in (SECTIONS[study].__doc__ or "")


@pytest.mark.parametrize("study", STUDIES)
def test_a_section_has_a_caption_of_whole_sentences_without_typed_numbers(study: str) -> None:
    caption = SECTIONS[study].CAPTION

    assert caption[:1].isupper()
    assert caption.endswith(".")
    assert DIGIT.findall(caption) == []


def test_every_figure_of_traces_has_a_caption() -> None:
    assert list(traces.CAPTIONS) == ["traces", "traces-calls", "traces-perfetto"]
    assert [one for one in traces.CAPTIONS.values() if not one.endswith(".")] == []


def test_traces_are_a_section_and_no_study() -> None:
    assert traces.STUDY == "traces"
    assert traces.__name__ == "analysis.sections.traces"
    assert traces.STUDY not in {*SECTIONS, *STUDIES}


@pytest.mark.parametrize(
    "place",
    [
        "analysis/templates/traces.md.j2",
        "analysis/figures/traces.svg",
        "analysis/figures/traces-calls.svg",
        "tests/test_sections_traces.py",
    ],
)
def test_the_section_of_traces_has(place: str) -> None:
    assert (ROOT / place).is_file()


@pytest.mark.parametrize("figure", ["traces", "traces-calls"])
def test_the_section_of_traces_says_how_to_read_its_figures(figure: str) -> None:
    assert f"How to read the figure `{figure}`" in (traces.__doc__ or "")


def test_every_section_is_a_study_or_of_traces() -> None:
    modules = {path.stem for path in (ROOT / "analysis" / "sections").glob("[!_]*.py")}

    assert modules == {*SECTIONS, "traces"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_number_is_typed_into_a_template(template: Path) -> None:
    written = NAME.sub("", MARKUP.sub("", template.read_text(encoding="utf-8")))

    assert DIGIT.findall(written) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_computes_with_no_typed_number(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    typed = re.findall(r"[-+*/<>=]\s*([0-9.]+)", " ".join(re.findall(r"{[{%].*?[%}]}", text)))

    assert set(typed) <= {"0"}
