"""Imports: the files that a module needs of the repository, found without running any."""

from __future__ import annotations

from pathlib import Path

from analysis.imports import imported

FILES = {
    "bench/__init__.py": "import bench.unused",
    "bench/a.py": "import os\nfrom bench import b\nfrom bench.deep.c import name\n",
    "bench/b.py": "raise SystemExit('it was run')\n",
    "bench/deep/__init__.py": "",
    "bench/deep/c.py": "import analysis.d\n\n\ndef name() -> None:\n    import bench.a\n",
    "analysis/d.py": "import jinja2\n",
    "bench/unused.py": "",
    "tests/e.py": "",
}


def test_imports_are_followed_through_the_rooms_in_any_form(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)

    assert imported(tmp_path, "bench.a") == (
        "analysis/d.py",
        "bench/a.py",
        "bench/b.py",
        "bench/deep/c.py",
    )


def test_what_is_no_module_of_the_rooms_has_no_file(tmp_path: Path) -> None:
    assert imported(tmp_path, "bench.missing", "os.path", "tests.e") == ()
