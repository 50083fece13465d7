"""Turns provenance into a name for each run: its CPU, system and Python, and what tells it apart.

A file holds no host name, and none is wanted: what a reader can compare is the kind of machine.
"""

import re
from collections.abc import Callable, Sequence

from analysis.rows import Provenance

UNKNOWN = "unknown"
SYSTEMS = {"Darwin": "macOS"}
ORNAMENT = re.compile(r"\((?:R|TM)\)|\s+CPU\b|\s+@.*|\s+\d+-Core\b|\s+Processor\b")
ARCHITECTURE = re.compile(r"x86_64|AMD64|aarch64|arm64|riscv64|ppc64le|s390x", re.IGNORECASE)
DAY = len("2025-01-31")
CHECKSUM_DIGITS = 8

Word = Callable[[Provenance], str]


def names_of(provenances: Sequence[Provenance]) -> tuple[str, ...]:
    """Name every run; those of one kind get the first word that differs among all of them."""
    kinds = [kind(one) for one in provenances]
    same = {
        name: [p for p, k in zip(provenances, kinds, strict=True) if k == name] for name in kinds
    }

    return tuple(
        f"{name}, {distinction(same[name])(one)}" if len(same[name]) > 1 else name
        for name, one in zip(kinds, provenances, strict=True)
    )


def kind(one: Provenance) -> str:
    """Name the kind of machine and Python."""
    return f"{cpu(one)}, {system(one)}, {python(one)}"


def cpu(one: Provenance) -> str:
    """Name the CPU without ornament; some systems tell no more than its architecture."""
    model = one.fact("cpu_model_name")

    if model != UNKNOWN:
        return " ".join(ORNAMENT.sub("", model).split()) or model

    found = ARCHITECTURE.search(one.fact("platform"))

    return f"{found[0]} CPU" if found else "unknown CPU"


def system(one: Provenance) -> str:
    """Name the system as people do."""
    word = one.fact("kernel").split()[0]

    return SYSTEMS.get(word, word if word != UNKNOWN else "unknown system")


def python(one: Provenance) -> str:
    """Name the Python, and what is unusual in it."""
    words = {"cpython": "Python", UNKNOWN: "Python"}
    implementation = one.fact("python_implementation")
    version = one.fact("python_version").split()[0]
    without = " without the GIL" if one.fact("gil") == "disabled" else ""

    return f"{words.get(implementation, implementation)} {version}{without}"


def day(one: Provenance) -> str:
    """Give the day a run began."""
    return minute(one)[:DAY]


def minute(one: Provenance) -> str:
    """Give the minute a run began."""
    return one.first_date or "no date"


def commit(one: Provenance) -> str:
    """Give the commit that measured."""
    return f"commit {one.commit}"


def checksum(one: Provenance) -> str:
    """Give the first digits of the file's checksum, which differ wherever the files do."""
    return f"data {one.data_sha256[:CHECKSUM_DIGITS]}"


DISTINCTIONS: tuple[Word, ...] = (day, commit, minute, checksum)


def distinction(alike: Sequence[Provenance]) -> Word:
    """Choose the first kind of word that is another one for each of these runs."""
    return next(
        (word for word in DISTINCTIONS if len({word(one) for one in alike}) == len(alike)),
        checksum,
    )
