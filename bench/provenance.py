"""Where a result comes from: versions, machine, settings, noise; nothing private.

No host name, user name or absolute path reaches a result file.
"""

from __future__ import annotations

import asyncio
import gc
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pyperf

from bench.benchmark import Fact

ROOT = Path(__file__).parent.parent
VERSION = "0.1.0"

MACHINE = ("python_version", "cpu_model_name", "cpu_count")
OF_INTERPRETER = (
    *("python_version", "python_implementation", "python_compiler", "python_cflags"),
    *("python_config_vars", "python_unicode", "gc_thresholds", "event_loop"),
)
"""What an interpreter says of itself, which may be another one for a visit of the same run."""

PRIVATE = ("hostname", "boot_time", "uptime")
ABSOLUTE_PATH = re.compile(r"(?:(?<![\w.])|(?<=-[IL]))(?:[A-Za-z]:[\\/]|/)[^\s'\":;,]+")
"""Also where a compiler's -I or -L stands before it, as in Python's own build flags."""


def scrubbed(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The same metadata without host name, and with every absolute path replaced by its role."""
    public = {name: fact for name, fact in facts.items() if name not in PRIVATE}
    public["python_executable"] = "python"
    return {
        name: ABSOLUTE_PATH.sub("<path>", fact) if isinstance(fact, str) else fact
        for name, fact in public.items()
    }


def of_this_environment() -> dict[str, Fact]:
    """What is the same for every visit of a run: project, distributions, interpreter, machine."""
    return {
        "hopcost_version": VERSION,
        "hopcost_commit": commit(),
        "distributions": distributions(),
        "gil": "enabled" if getattr(sys, "_is_gil_enabled", lambda: True)() else "disabled",
        "kernel": f"{platform.system()} {platform.release()}",
        "virtualization": virtualization(),
        "governor": first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "turbo": turbo(),
    }


def of_this_process(loop: asyncio.AbstractEventLoop) -> dict[str, Fact]:
    """What a visit's own process says of itself."""
    return {
        "switch_interval": sys.getswitchinterval(),
        "event_loop": f"{type(loop).__module__}.{type(loop).__qualname__}",
        "gc_thresholds": " ".join(map(str, gc.get_threshold())) if gc.isenabled() else "disabled",
    }


def of_this_machine() -> dict[str, Fact]:
    """What pyperf's worker will say of interpreter and machine, by pyperf's own names."""
    run = pyperf.Run([1.0])
    facts = run.get_metadata()
    return {name: facts[name] for name in MACHINE if name in facts}


def commit() -> str:
    """The project's commit, `+dirty` where tracked files differ from it, `unknown` outside git."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return "unknown"

    head = output_of(git, "rev-parse", "--short=12", "HEAD")
    changed = output_of(git, "--no-optional-locks", "status", "--porcelain", "--untracked-files=no")
    return (head or "unknown") + ("+dirty" if changed else "")


def distributions() -> str:
    """Every distribution of the environment as `name==version`, sorted."""
    found = {
        (facts["Name"].lower(), facts["Version"])
        for facts in (distribution.metadata for distribution in metadata.distributions())
        if "Name" in facts and "Version" in facts
    }
    return " ".join(f"{name}=={version}" for name, version in sorted(found))


def virtualization() -> str:
    """The hypervisor's name, `none`, or `unknown`."""
    detect = shutil.which("systemd-detect-virt")
    if detect is not None:
        return output_of(detect, "--vm") or "unknown"

    cpu_info = Path("/proc/cpuinfo")
    if not cpu_info.exists():
        return "unknown"

    return "hypervisor" if " hypervisor" in cpu_info.read_text() else "none"


def turbo() -> str:
    """`on`, `off` or `unknown`."""
    boost = first_line("/sys/devices/system/cpu/cpufreq/boost")
    no_turbo = first_line("/sys/devices/system/cpu/intel_pstate/no_turbo")
    if "1" in (boost, {"0": "1"}.get(no_turbo)):
        return "on"

    return "off" if boost == "0" or no_turbo == "1" else "unknown"


def first_line(path: str) -> str:
    """The first line of a small system file, or `unknown`."""
    try:
        return Path(path).read_text().splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def output_of(*command: str) -> str:
    """What a command prints, run at the project's root."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
