"""Turns arguments into a report: from the committed data, or from files of yours.

python -m analysis                           rebuild REPORT.md, its figures, the README's answer,
                                             and out/report.html, the same as one page
python -m analysis --check                   compare a rebuilt report with the committed one
python -m analysis --png DIR                 rebuild, and write the figures as PNG too, for slides
python -m analysis --explain NAME            tell what is behind a figure or number, such as F-hop
python -m analysis --explain                 list the names of all figures and numbers
python -m analysis --data FILE --out DIR     write the report of another result file
python -m analysis --data A B ... --out DIR  write one page of several, side by side, never pooled
python -m analysis --data FILE --compare OLD --out DIR
                                             write its report, and what changed since that run

Exit status: 0 done, or nothing differs; 1 the check found a difference; 2 unusable input.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.committed import ELSEWHERE, FIGURES, FURTHER, PAGE, RECORDED, REFERENCE, REPEATED
from analysis.explain import LIST, explain
from analysis.machines.page import render as render_machines
from analysis.metadata import InputError
from analysis.pipes import print_to_pipe
from analysis.readme import with_answer, with_references
from analysis.report import WEB_PAGE, Documents, documents, render, web_page
from analysis.source import ROOT
from analysis.writing import write_all

DIFFERS, UNUSABLE = 1, 2
README = "README.md"
WEB = f"out/{WEB_PAGE}"
UP = "../"  # from there to the root

Announced = tuple[Path, Path | None, Sequence[str], Sequence[str]]
"""The report, the same as one page if there is one, why it is a draft, and its answer."""


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command line on the repository at `root`; give the exit status."""
    try:
        return run(options(arguments), root)
    except InputError as error:
        print(" ".join(str(error).splitlines()), file=sys.stderr)
        return UNUSABLE


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument(
        "--data", type=Path, nargs="+", metavar="FILE", help="a result file of yours, or several"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for its report")
    parser.add_argument("--compare", type=Path, metavar="OLD", help="an earlier run of the machine")
    parser.add_argument("--png", type=Path, metavar="DIR", help="folder for the figures as PNG")
    parser.add_argument(
        "--explain", nargs="?", const=LIST, metavar="NAME", help="of a figure or number (all names)"
    )
    found = parser.parse_args(arguments)

    if (found.data is None) != (found.out is None):
        parser.error("--data FILE and --out DIR go together: give both, or neither")

    if found.explain is not None and (found.data or found.check or found.png):
        parser.error("--explain speaks of the committed report: give it alone")

    if found.check and found.png is not None:
        parser.error("--check writes nothing: give it without --png")

    if found.png is not None and len(found.data or ()) > 1:
        parser.error("--png draws the figures of one report: give one file")

    if found.compare is not None and len(found.data or ()) != 1:
        parser.error("--compare tells what changed in one run since another: give --data FILE too")

    if found.check and found.data is not None:
        parser.error("--check compares the committed report: give it without --data")

    return found


def run(chosen: argparse.Namespace, root: Path) -> int:
    """Do what the command line asks for."""
    if chosen.explain is not None:
        print_to_pipe(explain(chosen.explain, root))
        return 0

    if chosen.data is not None:
        announce(*of_yours(chosen.data, chosen.out, chosen.png, chosen.compare))
        return 0

    recorded = root / RECORDED
    made = documents(
        root / REFERENCE,
        [root / path for path in REPEATED if (root / path).exists()],
        recorded if recorded.is_dir() else None,
        [root / path for path in FURTHER if (root / path).exists()],
        with_slides=chosen.png is not None,
        elsewhere=[root / path for path in ELSEWHERE if (root / path).exists()],
    )
    made = with_readme(made, root)

    if chosen.check:
        return check(made, root)

    files = write_all(root, {**made.content, WEB: web_page(made, root, UP)})
    write_all(chosen.png or root, made.slides)
    announce(files[0], files[-1], made.drafts, made.answer)

    return 0


def of_yours(data: Sequence[Path], out: Path, png: Path | None, earlier: Path | None) -> Announced:
    """Write the report of one result file, or one page of several."""
    if len(data) > 1:
        side_by_side = render_machines(data, out)
        return side_by_side.files[0], None, side_by_side.drafts, side_by_side.answer

    report = render(data[0], out, png, earlier)
    lines = [line for one in report.comparisons for line in one.lines]
    return report.files[0], report.files[-1], report.drafts, (*report.answer, *lines)


def with_readme(made: Documents, root: Path) -> Documents:
    """Add the README, if the repository has one, with answer and references filled in."""
    path = root / README

    if not path.is_file():
        return made

    filled = with_answer(path.read_text(encoding="utf-8"), made.answer, made.missed)
    filled = with_references(filled, made.references)

    return replace(made, content={**made.content, README: filled.encode()})


def check(made: Documents, root: Path) -> int:
    """Compare every file byte for byte with what is committed, and say which one differs."""
    committed = {path.relative_to(root).as_posix() for path in (root / FIGURES).glob("*.svg")}
    wrong = [
        f"{name} is not what the data give: run `tox -e report`"
        for name, content in made.content.items()
        if not (root / name).is_file() or (root / name).read_bytes() != content
    ]
    wrong += [
        f"{name} belongs to no study: remove it" for name in sorted(committed - set(made.content))
    ]

    for line in wrong:
        print(line, file=sys.stderr)

    if not wrong:
        print_to_pipe(f"{PAGE}, its figures and the answer in {README} are what the data give")

    return DIFFERS if wrong else 0


def announce(page: Path, web: Path | None, drafts: Sequence[str], answer: Sequence[str]) -> None:
    """Print the answer and where the report is."""
    lines = [*answer, *(f"DRAFT: {reason}" for reason in drafts), f"report: {page}"]
    if web is not None:
        lines.append(f"as one page, with the calculator: {web}")

    print_to_pipe("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
